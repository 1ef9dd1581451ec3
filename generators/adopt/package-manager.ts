import type { Edit, Finding, Fix } from 'flask-dyno'
import type { Around } from './remedies.ts'

/** The files by which each says what to install; a pyproject.toml says more than that, and stays. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  pip: ['requirements.txt'],
  pipenv: ['Pipfile', 'Pipfile.lock'],
  poetry: ['poetry.lock'],
  uv: ['uv.lock'],
}

/** Where several files say what to install: without those that are not to stay. Only a person can know which. */
export function onlyManager(_: Finding, { facts: { tree }, wishes }: Around): Fix | undefined {
  const kept = wishes.packageManager
  if (kept === undefined || !managersOf(tree).includes(kept)) return undefined
  const edits = Object.entries(FILES)
    .filter(([manager]) => manager !== kept)
    .flatMap(([, paths]) => paths.filter((path) => tree.has(path)))
    .map((path): Edit => ({ kind: 'delete', path }))
  if (edits.length === 0) return undefined
  const paths = edits.map(({ path }) => path)
  return {
    safety: 'safe',
    description: `delete ${paths.join(' and ')}, so that ${(FILES[kept] ?? []).at(-1)} says what to install`,
    edits,
    // Nobody asked which Python the files that go were made for.
    uncovers: true,
  }
}

/** The package managers for which there is a file, in the order in which a person is asked about them. */
export function managersOf(tree: { readonly has: (path: string) => boolean }): string[] {
  return Object.entries(FILES)
    .filter(([, paths]) => paths.some((path) => tree.has(path)))
    .map(([manager]) => manager)
}
