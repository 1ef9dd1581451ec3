import type { DockerCommand, Dockerfile } from '../facts/dockerfile.ts'
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import { execInvocations, type InvocationOptions, type Invocations, invocations } from './command.ts'
import { literalWord, type Word } from './shell-word.ts'

/**
 * What a container starts: its ENTRYPOINT with its CMD, or with the `run` command that heroku.yml gives in CMD's place
 * (https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact). Null when neither says anything:
 * then the base image's own command runs, which is unknown.
 */
export function dockerInvocations(
  tree: Tree,
  dockerfile: Dockerfile,
  run: { readonly text: string; readonly at: Place } | null = null,
): Invocations | null {
  const { entrypoint, cmd } = dockerfile
  const options: InvocationOptions = {
    // absolute paths mean nothing where it is not known what lies there
    root: dockerfile.root ?? '/?',
    environment: dockerfile.environment,
    cwd: dockerfile.folder,
  }
  const last: DockerCommand | null = run === null ? cmd : shellForm(run)
  if (entrypoint === null) return last === null ? null : trusted(one(tree, last, options))
  if (entrypoint.form === 'shell') return trusted(one(tree, entrypoint, options))
  const place = { start: entrypoint.at.start ?? 0, end: entrypoint.at.end ?? 0 }
  const given =
    last === null
      ? []
      : last.form === 'exec'
        ? wordsOf(last)
        : ['/bin/sh', '-c', last.text].map((text) => literalWord(text, place))
  return trusted(execInvocations(tree, [...wordsOf(entrypoint), ...given], entrypoint.at, options))
}

function one(tree: Tree, command: DockerCommand, options: InvocationOptions): Invocations {
  if (command.form === 'exec') return execInvocations(tree, wordsOf(command), command.at, options)
  return invocations(tree, command.text, command.at, options)
}

function shellForm({ text, at }: { readonly text: string; readonly at: Place }): DockerCommand {
  return { form: 'shell', text, words: [], at, malformed: false }
}

function wordsOf(command: DockerCommand): Word[] {
  return command.words.map(({ text, at }) => literalWord(text, { start: at.start ?? 0, end: at.end ?? 0 }))
}

/** An image has files that the tree has not: what RUN made, what COPY put elsewhere. That one is missing or not executable proves nothing. */
function trusted({ invocations: found, problems }: Invocations): Invocations {
  const files = new Set(['script-missing', 'script-not-executable', 'script-not-on-path', 'directory-missing'])
  return {
    invocations: found.map((each) => ({ ...each, missing: null })),
    problems: problems.filter(({ kind }) => !files.has(kind)),
  }
}
