import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { projectName } from '../../generators/_shared/names.ts'
import { type Answers, conflictIn, QUESTIONS } from '../../generators/app/options.ts'
import { type RenderedFile, renderScaffold } from '../../generators/app/render.ts'
import { temporary } from './temporary.ts'

const GENERATORS = fileURLToPath(new URL('../../generators', import.meta.url))

/** A scaffold in memory: these answers, and the default for every other question. */
export function render(name: string, answers: Partial<Answers> = {}): ReadonlyMap<string, RenderedFile> {
  const project = projectName(name)
  if (typeof project === 'string') throw new Error(`${name} ${project}`)
  const defaults = Object.fromEntries(QUESTIONS.map((question) => [question.key, question.default]))
  // The table of questions has an entry for each answer.
  const all = { ...(defaults as unknown as Answers), ...answers }
  const conflict = conflictIn(all)
  if (conflict !== undefined) throw new Error(conflict)
  return renderScaffold(project, all, { generators: GENERATORS, version: '0.1.0' })
}

/** Writes a scaffold into a folder that is removed after the tests. */
export function writeProject(files: ReadonlyMap<string, RenderedFile>): string {
  const root = temporary('project')
  for (const [path, { text, executable }] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
    if (executable) chmodSync(join(root, path), 0o755)
  }
  return root
}
