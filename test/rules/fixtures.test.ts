import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import type { Finding } from '../../engine/finding.ts'
import { applyFixes } from '../../engine/fix.ts'
import { lintProject } from '../../engine/run.ts'
import type { Tree } from '../../engine/tree.ts'
import { folderTree } from '../../engine/tree-git.ts'
import { rules } from '../../rules/registry.ts'
import { fixtureTree } from '../../scripts/fixture-tree.ts'

/** UPDATE_FIXTURES=1 writes what is found as what is expected: read the difference before you keep it. */
const UPDATE = process.env.UPDATE_FIXTURES === '1'
const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures/rules')

async function lint(tree: Tree): Promise<readonly Finding[]> {
  await loadReaders(tree)
  const { findings, faults } = lintProject(readProject(tree), rules)
  expect(faults).toEqual([])
  return findings
}

const lines = (findings: readonly Finding[]): string =>
  findings.map(({ path, line, column, level, rule }) => `${path}:${line}:${column} ${level} ${rule}\n`).join('')

const folders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

const contents = (tree: Tree): Record<string, string> =>
  Object.fromEntries(tree.paths.map((path) => [path, Buffer.from(tree.bytes(path) ?? []).toString('latin1')]))

function write(dir: string, files: Readonly<Record<string, string>>): void {
  rmSync(dir, { recursive: true, force: true })
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content, 'latin1')
  }
}

describe.each(folders(FIXTURES))('%s', (id) => {
  const home = join(FIXTURES, id)
  const names = folders(home)
  const bad = names.filter((name) => name.startsWith('bad-') && !name.includes('.'))
  const ok = names.filter((name) => name.startsWith('ok-') && !name.includes('.'))

  test.each(bad)('%s is reported', async (name) => {
    const found = lines(await lint(fixtureTree(join(home, name))))
    const file = join(home, `${name}.expected.txt`)
    if (UPDATE) writeFileSync(file, found)
    expect(found).toBe(readFileSync(file, 'utf8'))
    expect(found).toMatch(new RegExp(` ${id}$`, 'm'))
  })

  test.each(bad)('%s has only fixes of which the pages tell', async (name) => {
    for (const { rule, fix } of await lint(fixtureTree(join(home, name)))) {
      const told = rules.find((one) => one.id === rule)?.fix
      if (fix !== null) expect({ rule, told: told !== undefined }).toEqual({ rule, told: true })
      if (fix?.safety === 'safe') expect({ rule, safety: told?.safety }).toEqual({ rule, safety: 'safe' })
    }
  })

  test.each(bad)('%s is mended as shown', async (name) => {
    const tree = fixtureTree(join(home, name))
    const { tree: mended, applied, changes } = await applyFixes(tree, lint, { unsafe: true })
    const after = Object.fromEntries(
      changes.flatMap(({ to, after }) =>
        to === null || after === null ? [] : [[to, Buffer.from(after).toString('latin1')]],
      ),
    )
    const gone = changes.flatMap(({ from, to }) => (to === null && from !== null ? [`${from}\n`] : [])).join('')
    const dir = join(home, `${name}.fixed`)
    const deleted = join(home, `${name}.deleted.txt`)
    if (UPDATE && Object.keys(after).length > 0) write(dir, after)
    if (UPDATE && gone !== '') writeFileSync(deleted, gone)
    expect(gone).toBe(existsSync(deleted) ? readFileSync(deleted, 'utf8') : '')
    expect(after).toEqual(existsSync(dir) ? contents(folderTree(dir)) : {})
    if (applied.length === 0) return
    const left = (await lint(mended)).filter(
      ({ rule, fix }) => fix !== null && applied.some((finding) => finding.rule === rule),
    )
    expect(lines(left)).toBe('')
  })

  test.each(ok)('%s is not reported', async (name) => {
    const found = (await lint(fixtureTree(join(home, name)))).filter(({ rule }) => rule === id)
    expect(lines(found)).toBe('')
  })
})
