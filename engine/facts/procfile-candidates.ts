import type { Tree } from '../tree.ts'
import { type Procfile, parseProcfile, readProcfile } from './procfile.ts'

/** A file that was meant as the Procfile; Heroku reads none but `Procfile` at the root (https://devcenter.heroku.com/articles/procfile). */
export interface ProcfileCandidate {
  readonly path: string
  readonly why: 'case' | 'extension' | 'misspelled' | 'folder'
  readonly procfile: Procfile
}

/** Extensions that an editor or a file manager adds. Others, such as `.dev` or `.windows`, are names given on purpose. */
const ADDED_EXTENSIONS = new Set(
  'txt text py md rtf yml yaml json sh bat conf cfg ini html js rb file docx procfile'.split(' '),
)
/** Folders whose Procfiles are another project's, or nobody's. */
const OTHER_PROJECTS =
  /(?:^|\/)(?:tests?|spec|fixtures?|examples?|samples?|docs?|templates?|node_modules|vendor|third_party|site-packages)(?:\/|$)|[{}]/i
/** Beside a Procfile these say whose app it starts: a folder with another language's alone is not the Flask app's. */
const PYTHON_PROJECT = ['requirements.txt', 'Pipfile', 'pyproject.toml', 'poetry.lock', 'uv.lock', 'setup.py']
const OTHER_LANGUAGE = ['package.json', 'Gemfile', 'go.mod', 'pom.xml', 'composer.json', 'mix.exs', 'Cargo.toml']
const USUAL_TYPES = new Set(['web', 'worker', 'release', 'clock', 'beat', 'bot'])

/**
 * Files that were meant as the Procfile, best first: wrong case, an extension too many, a misspelt name, and only where the root
 * has none of these, a Procfile in a subfolder. Only files that name at least one plausible process. Empty when the root's own
 * Procfile says anything.
 */
export function procfileCandidates(tree: Tree): readonly ProcfileCandidate[] {
  if ((readProcfile(tree)?.entries.length ?? 0) > 0) return []
  const order = { case: 0, extension: 1, misspelled: 2, folder: 3 }
  const atRoot = tree.rootFiles().flatMap((path) => {
    const why = path === 'Procfile' ? null : likeness(path)
    return why === null ? [] : candidate(tree, path, why)
  })
  if (atRoot.length > 0) return atRoot.sort((a, b) => order[a.why] - order[b.why])
  return tree.paths
    .filter((path) => path.endsWith('/Procfile') && !OTHER_PROJECTS.test(path))
    .sort((a, b) => a.split('/').length - b.split('/').length)
    .filter((path) => !isOtherLanguage(tree, path.slice(0, -'Procfile'.length)))
    .flatMap((path) => candidate(tree, path, 'folder'))
}

function isOtherLanguage(tree: Tree, folder: string): boolean {
  const beside = (names: readonly string[]): boolean => names.some((name) => tree.has(folder + name))
  return beside(OTHER_LANGUAGE) && !beside(PYTHON_PROJECT)
}

function candidate(tree: Tree, path: string, why: ProcfileCandidate['why']): ProcfileCandidate[] {
  const file = tree.read(path)
  if (file === undefined) return []
  const procfile = parseProcfile(file)
  const plausible = procfile.entries.some(
    ({ type, readBy }) =>
      (USUAL_TYPES.has(type) && readBy.includes('honcho')) || (why === 'case' && readBy.includes('cedar')),
  )
  return plausible || (why === 'case' && procfile.entries.length > 0) ? [{ path, why, procfile }] : []
}

function likeness(name: string): Exclude<ProcfileCandidate['why'], 'folder'> | null {
  if (name.length > 40 || name.startsWith('.')) return null
  const lower = name.toLowerCase()
  if (lower === 'procfile') return 'case'
  const dot = lower.indexOf('.')
  const base = (dot < 0 ? lower : lower.slice(0, dot)).replace(/[\s_-]/g, '')
  const extensions = dot < 0 ? [] : lower.slice(dot + 1).split('.')
  if (!extensions.every((extension) => extension.trim() === '' || ADDED_EXTENSIONS.has(extension))) return null
  if (base === 'procfile') return lower.startsWith('procfile.') ? 'extension' : 'misspelled'
  if (base === 'proc' && extensions.join() === 'file') return 'misspelled'
  return distance(base, 'procfile') <= (base.startsWith('proc') ? 2 : 1) ? 'misspelled' : null
}

/** Insertions, deletions, replacements and swaps of neighbours between two short words. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a.charAt(i - 1) === b.charAt(j - 1)
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a.charAt(i - 1) === b.charAt(j - 2) && a.charAt(i - 2) === b.charAt(j - 1)) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1)
      }
      row.push(cost)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? b.length
}
