import type { FileChange } from 'flask-dyno'
import type { ProjectUpdate } from './change-answers.ts'
import { changedNothing, lockingRun, runTool, type ToolRun } from './lock-tools.ts'
import type { MergedFile } from './merge-project.ts'
import { placeIn } from './project-file.ts'

/** The locks that somebody may have changed with a tool, with that tool and the manifest that they follow. */
const LOCKS: Readonly<Record<string, { readonly program: ToolRun['program']; readonly manifest: string }>> = {
  'uv.lock': { program: 'uv', manifest: 'pyproject.toml' },
  'poetry.lock': { program: 'poetry', manifest: 'pyproject.toml' },
  'Pipfile.lock': { program: 'pipenv', manifest: 'Pipfile' },
}

/** What the tools look at beside the lock itself. */
const READ_WITH = ['.python-version', 'uv.toml', 'poetry.toml', 'README.md']

/**
 * A lock file that both sides changed is made anew from the merged manifest, by its own tool: a merge by lines would fit no
 * manifest. Where the tool is missing or refuses, the lock stays as it was worked out, and the reason says what to run.
 */
export async function relocked(update: ProjectUpdate, say: (line: string) => void): Promise<ProjectUpdate> {
  const file = update.files.find(
    ({ path, outcome }) => path in LOCKS && (outcome === 'merged' || outcome === 'conflict'),
  )
  const lock = file === undefined ? undefined : LOCKS[file.path]
  if (file === undefined || lock === undefined) return update
  if (update.files.some(({ path, outcome }) => path === lock.manifest && outcome === 'conflict')) return update

  const run = lockingRun(lock.program)
  say(`Running "${run.shown}" on a copy of ${lock.manifest} and ${file.path} ...`)
  const { memoryTree } = await import('flask-dyno')
  const result = await runTool(memoryTree(filesAfter(update, [lock.manifest, file.path, ...READ_WITH])), run)
  if ('refusal' in result && result.refusal === changedNothing(lock.program) && file.outcome === 'merged') {
    return { ...update, files: replaced(update.files, file, { path: file.path, outcome: 'merged' }) }
  }
  if ('refusal' in result) {
    return {
      ...update,
      files: replaced(update.files, file, { ...file, reason: `run "${run.shown}" (${result.refusal})` }),
    }
  }
  const place = placeIn(update.root, file.path)
  const edit = result.edits.find((candidate) => candidate.path === file.path)
  if (edit?.kind !== 'content' || edit.text === undefined || place.bytes === undefined) return update
  const { path, bytes, executable } = place
  const change: FileChange = {
    from: path,
    to: path,
    before: bytes,
    after: Buffer.from(edit.text),
    executable,
    wasExecutable: executable,
  }
  return {
    ...update,
    files: replaced(update.files, file, { path: file.path, outcome: 'merged', reason: `made anew by "${run.shown}"` }),
    changes: [...update.changes.filter(({ to }) => to !== path), change],
  }
}

const replaced = (files: readonly MergedFile[], old: MergedFile, now: MergedFile): readonly MergedFile[] =>
  files.map((file) => (file === old ? now : file))

/** Files as they will be when the update is written. */
function filesAfter({ root, changes }: ProjectUpdate, paths: readonly string[]): Record<string, Uint8Array> {
  return Object.fromEntries(
    paths.flatMap((path) => {
      const place = placeIn(root, path)
      const bytes = changes.find(({ to }) => to === place.path)?.after ?? place.bytes
      return bytes === undefined || bytes === null ? [] : [[path, bytes]]
    }),
  )
}
