/**
 * Every safe fix of many projects, alone and all together: its finding is gone, no other has come, and the file is otherwise
 * as it was, byte for byte. Over our own fixtures always; over a folder of checkouts where FLASK_DYNO_CORPUS names one.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { lint as lintEverything } from '../../cli/api.ts'
import type { Finding, Fix, TextEdit } from '../../engine/finding.ts'
import { applyFixes } from '../../engine/fix.ts'
import { Draft, type FileChange } from '../../engine/fix-draft.ts'
import type { Tree } from '../../engine/tree.ts'
import { folderTree, workingTree } from '../../engine/tree-git.ts'

const FIXTURES = join(dirname(fileURLToPath(import.meta.url)), '../../fixtures')
const CORPUS = process.env.FLASK_DYNO_CORPUS ?? ''
const MINUTES = 60_000

const folders = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))

const badFixtures = folders(join(FIXTURES, 'rules')).flatMap((id) =>
  folders(join(FIXTURES, 'rules', id))
    .filter((name) => name.startsWith('bad-') && !name.endsWith('.fixed'))
    .map((name) => join('rules', id, name)),
)
const projects = folders(join(FIXTURES, 'projects')).map((name) => join('projects', name))

const figures = new Map<string, number>()
let set = ''
const add = (name: string, times = 1): void => {
  const key = `${set}, ${name}`
  figures.set(key, (figures.get(key) ?? 0) + times)
}
afterAll(() => {
  const rows = [...figures].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, times]) => `  ${name}: ${times}\n`)
  process.stdout.write(`fixes:\n${rows.join('')}`)
})

async function lint(tree: Tree): Promise<readonly Finding[]> {
  const { findings, faults } = await lintEverything(tree)
  expect(faults).toEqual([])
  return findings
}

const shown = ({ rule, path, line, message }: Finding): string => `${path}:${line} ${rule}: ${message}`

/** By rule, file and words, with the file under its new name; lines move, and count for nothing. */
function keyed(findings: readonly Finding[], renamed: ReadonlyMap<string, string>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { rule, path, message } of findings) {
    const key = `${renamed.get(path) ?? path} ${rule}: ${message}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  return counts
}

const renames = (fixes: readonly Fix[]): Map<string, string> =>
  new Map(fixes.flatMap(({ edits }) => edits.flatMap((edit) => (edit.kind === 'rename' ? [[edit.path, edit.to]] : []))))

/** What came up, by the strictest reading: other words of a rule that spoke before are new as well. */
function newcomers(before: readonly Finding[], after: readonly Finding[], fixes: readonly Fix[]): string[] {
  const old = keyed(before, renames(fixes))
  const announced = fixes.flatMap(({ brings }) => brings ?? [])
  return [...keyed(after, new Map())].flatMap(([key, times]) =>
    times > (old.get(key) ?? 0) && !announced.some((rule) => key.includes(` ${rule}: `)) ? [key] : [],
  )
}

/** The bytes of a file of which only these stretches change. */
function patched(before: Uint8Array, text: string, edits: readonly TextEdit[]): Buffer {
  const bytes = Buffer.from(before)
  const mark = bytes.length - Buffer.byteLength(text) // a byte-order mark
  const at = (offset: number): number => mark + Buffer.byteLength(text.slice(0, offset))
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  const parts: Buffer[] = []
  let from = 0
  for (const { start, end, text: inserted } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    parts.push(bytes.subarray(from, at(start)), Buffer.from(inserted.replace(/\r?\n/g, newline)))
    from = at(end)
  }
  return Buffer.concat([...parts, bytes.subarray(from)])
}

function expectOnlyItsEdits(tree: Tree, fix: Fix, changes: readonly FileChange[]): void {
  const named = new Set(fix.edits.flatMap((edit) => (edit.kind === 'rename' ? [edit.path, edit.to] : [edit.path])))
  for (const { from, to, before, after } of changes) {
    expect([...named]).toContain(to ?? from)
    const file = from === null ? undefined : tree.read(from)
    if (file === undefined || before === null || after === null || !file.encoding.startsWith('utf-8')) continue
    if (fix.edits.some((edit) => edit.kind === 'content' && edit.path === from)) continue
    const edits = fix.edits.filter((edit) => edit.kind === 'text' && edit.path === from) as TextEdit[]
    expect(Buffer.compare(Buffer.from(after), patched(before, file.text, edits))).toBe(0)
  }
}

async function alone(tree: Tree, findings: readonly Finding[]): Promise<void> {
  for (const finding of findings) {
    const { fix } = finding
    if (fix?.safety !== 'safe') continue
    const draft = Draft.of(tree)
    expect(draft.obstacle(fix), shown(finding)).toBeNull()
    const mended = draft.with(fix.edits)
    expectOnlyItsEdits(tree, fix, mended.changes())
    const after = await lint(mended.tree())
    const [key = ''] = keyed([finding], renames([fix])).keys()
    const [had, has] = [keyed(findings, renames([fix])).get(key) ?? 0, keyed(after, new Map()).get(key) ?? 0]
    expect(has, `still there: ${shown(finding)}`).toBeLessThan(had)
    add('safe fixes alone')
    add(`safe ${finding.rule}`)
    const risen = newcomers(findings, after, [fix])
    if (fix.uncovers === true) add('of them uncovering others', risen.length > 0 ? 1 : 0)
    else expect(risen, `by the fix of ${shown(finding)}`).toEqual([])
  }
}

async function together(tree: Tree, findings: readonly Finding[], unsafe: boolean): Promise<void> {
  const { applied, refused, remaining, tree: mended } = await applyFixes(tree, lint, { unsafe })
  const name = unsafe ? 'all fixes' : 'safe fixes together'
  add(`${name}: applied`, applied.length)
  add(`${name}: refused`, refused.length)
  for (const { finding, reason } of refused) add(`refused ${finding.rule}: ${reason.replace(/ in \S+$/, '')}`)
  expect(remaining.map(shown)).toEqual((await lint(mended)).map(shown))
  if (unsafe) return
  expect(refused.map(({ finding, reason }) => `${shown(finding)} ${reason}`)).toEqual([])
  const fixes = applied.flatMap(({ fix }) => fix ?? [])
  if (!fixes.some(({ uncovers }) => uncovers === true)) {
    const files = new Set(fixes.flatMap(({ edits }) => edits.map(({ path }) => path)))
    const elsewhere = newcomers(findings, remaining, fixes).filter(
      (key) => ![...files].some((file) => key.startsWith(`${file} `)),
    )
    expect(elsewhere).toEqual([])
  }
}

async function examine(tree: Tree, of: 'fixtures' | 'checkouts'): Promise<void> {
  set = of
  const findings = await lint(tree)
  add('projects')
  add('findings', findings.length)
  add('findings with a fix', findings.filter(({ fix }) => fix !== null).length)
  await alone(tree, findings)
  await together(tree, findings, false)
  await together(tree, findings, true)
}

describe.each([...projects, ...badFixtures])('%s', (path) => {
  test('is mended, and nothing else', () => examine(folderTree(join(FIXTURES, path)), 'fixtures'), MINUTES)
})

const known = CORPUS !== '' && existsSync(CORPUS)
describe.skipIf(!known)(
  known ? `the checkouts of ${CORPUS}` : 'a corpus: FLASK_DYNO_CORPUS names no folder of checkouts',
  () => {
    test.each(known ? folders(CORPUS) : ['none'])(
      '%s is mended, and nothing else',
      (name) => examine(workingTree(join(CORPUS, name)), 'checkouts'),
      5 * MINUTES,
    )
  },
)
