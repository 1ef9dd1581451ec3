import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { STAGES } from '../../engine/rule.ts'
import { rules } from '../../rules/registry.ts'

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..')

test('every file of rules/ is registered, and only those', () => {
  const files = STAGES.flatMap((stage) =>
    readdirSync(join(ROOT, 'rules', stage))
      .filter((name) => name.endsWith('.ts'))
      .sort()
      .map((name) => `${stage}/${name.slice(0, -3)}`),
  )
  expect(rules.map((rule) => `${rule.stage}/${rule.id}`)).toEqual(files)
})

test('the registry, the examples and the pages are fresh', () => {
  execFileSync(process.execPath, ['scripts/generate.mjs', '--check'], { cwd: ROOT, stdio: 'pipe' })
})

describe.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
  const folder = join(ROOT, 'fixtures/rules', id)
  const fixtures = existsSync(folder) ? readdirSync(folder) : []

  test('says what it finds, why, what Heroku does and what to write instead', () => {
    expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)+$/)
    expect(rule.summary).toMatch(/^\S.{10,119}[^.\s]$/)
    expect(rule.summary).not.toContain('\n')
    for (const prose of [rule.why, rule.consequence, rule.instead]) expect(prose.trim().length).toBeGreaterThan(20)
    expect(rule.since).toMatch(/^\d+\.\d+\.\d+$/)
  })

  test('names its sources', () => {
    expect(rule.sources.length).toBeGreaterThan(0)
    for (const { title, url } of rule.sources) {
      expect(title).not.toBe('')
      expect(new URL(url).protocol).toBe('https:')
    }
  })

  test('has a bad and an innocent project to show', () => {
    const bad = fixtures.filter(
      (name) => name.startsWith('bad-') && !/\.(fixed|left-out|(?:expected|deleted)\.txt)$/.test(name),
    )
    expect(bad.length).toBeGreaterThan(0)
    expect(fixtures.filter((name) => name.startsWith('ok-')).length).toBeGreaterThan(0)
    for (const name of bad) expect(fixtures).toContain(`${name}.expected.txt`)
  })

  test('has a page', () => {
    expect(readFileSync(join(ROOT, 'docs/rules', `${id}.md`), 'utf8')).toContain(`# ${id}\n`)
  })

  test('says of its fix what its fixtures show', () => {
    if (rule.fix === undefined) return
    expect(fixtures.some((name) => /\.(?:fixed|deleted\.txt)$/.test(name))).toBe(true)
  })
})
