/**
 * Something that the person who runs the generator can put right. Its message is one line (or a list) that says what
 * was expected and what was found; nobody needs its stack.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
