/** A file's text, which the bundler and the tests put into the program. */
declare module '*?raw' {
  const text: string
  export default text
}
