/** What only a shell understands: variables, pipes, one command after the other. */
const FOR_SHELL = /[$&|;<>`]/

/**
 * A Dockerfile of ours for another's web process: the form that no shell reads is for a command that needs none.
 * https://docs.docker.com/reference/dockerfile/#shell-and-exec-form
 */
export function fitDockerfile(text: string, web: string): string {
  if (!FOR_SHELL.test(web)) return text
  // One process takes the place of the shell, so that SIGTERM reaches it; of several, each would.
  const command = /[&|;]/.test(web) ? web : `exec ${web}`
  const start = text.search(/(?:^#.*\n)*^CMD /m)
  return `${text.slice(0, start)}# On Heroku, heroku.yml goes before.\nCMD ["sh", "-c", ${JSON.stringify(command)}]\n`
}

/** A command as a value of heroku.yml: in quotes where YAML would read something else into it. https://yaml.org/spec/1.2.2/#733-plain-style */
export const asYaml = (command: string): string =>
  /^[\s"'[\]{}&*!|>%@`,?:#-]|: |:$| #/.test(command) ? JSON.stringify(command) : command
