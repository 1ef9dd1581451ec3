import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, test } from 'vitest'
import { lintFormat, planFormat, rulesFormat } from '../../scripts/json-formats.ts'
import { scratch } from '../engine/scratch.ts'
import { flaskDyno } from './program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const below = (folder: string) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name))
/** Whole projects, and the first bad one of every tenth rule. */
const PROJECTS = [
  ...below('fixtures/projects'),
  ...below('fixtures/rules')
    .filter((_, index) => index % 10 === 0)
    .flatMap((rule) => below(rule).find((path) => /bad-[^.]*$/.test(path)) ?? []),
]

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
const schema = (name: string) =>
  ajv.compile(JSON.parse(readFileSync(join(ROOT, `schema/${name}.json`), 'utf8')) as object)

describe.each([
  ['lint', lintFormat],
  ['plan', planFormat],
])('%s --format json', (command, format) => {
  const validate = schema(command)

  test.each([...PROJECTS, 'no project'])('is what it promises to be, and no more: %s', (project) => {
    const dir = project === 'no project' ? scratch({ 'README.md': 'hello' }) : join(ROOT, project)
    const value: unknown = JSON.parse(flaskDyno([command, dir, '--format', 'json']).stdout)
    format.parse(value)
    expect(validate(value), JSON.stringify(validate.errors)).toBe(true)
  })
})

test('rules --format json is what it promises to be, and no more', () => {
  const value: unknown = JSON.parse(flaskDyno(['rules', '--format', 'json']).stdout)
  rulesFormat.parse(value)
  expect(schema('rules')(value)).toBe(true)
})

test('a reader that follows a schema does not mind keys that come later', () => {
  const value = JSON.parse(flaskDyno(['rules', '--format', 'json']).stdout) as object
  expect(schema('rules')({ ...value, later: true })).toBe(true)
})
