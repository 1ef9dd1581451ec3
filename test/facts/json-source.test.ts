import { describe, expect, test } from 'vitest'
import { type JsonNode, memberOf, parseJson } from '../../engine/facts/json-source.ts'

function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key, plain(value)]))
    case 'array':
      return node.items.map(plain)
    case 'null':
      return null
    default:
      return node.value
  }
}

const VALID = [
  '{}',
  ' [ ] ',
  '{"a": 1, "b": [true, false, null], "c": {"d": "e"}}',
  '"caf\\u00e9 \\"quoted\\" \\n"',
  '-1.5e+3',
  '{"a": 1, "a": 2}',
  '{\r\n\t"a": "\ud83d\ude00"\r\n}',
]

describe('valid JSON', () => {
  test.each(VALID)('%s is read as JSON.parse reads it', (text) => {
    const result = parseJson(text)
    expect('root' in result && plain(result.root)).toEqual(JSON.parse(text))
  })

  test('each value knows where it stands', () => {
    const text = '{ "name": "Shop", "sizes": [1, 22] }'
    const result = parseJson(text)
    const sizes = 'root' in result ? memberOf(result.root, 'sizes') : undefined
    expect(text.slice(sizes?.start, sizes?.end)).toBe('[1, 22]')
    expect(sizes?.kind === 'array' && sizes.items.map(({ start, end }) => text.slice(start, end))).toEqual(['1', '22'])
  })
})

describe('what is no JSON is told where it goes wrong', () => {
  test.each([
    ['', 'the file is empty', 0],
    ['{"a": 1,}', 'comma before it is one too many', 8],
    ['[1, 2,\n]', 'comma before it is one too many', 7],
    ['{"a": 1 // note\n}', 'no comments', 8],
    ["{'a': 1}", 'double quotes only', 1],
    ['{“a”: 1}', 'typographic quote', 1],
    ['{"a": True}', 'this is Python', 6],
    ['{"a" 1}', 'colon is missing', 5],
    ['{"a": 1 "b": 2}', 'comma or a closing brace', 8],
    ['{"a": 1', 'ends too early', 7],
    ['{"a": "b\n"}', 'closing quote is missing', 6],
    ['{"a": "\\x"}', 'escape', 6],
    ['{} {}', 'more after the end', 3],
    ['<<<<<<< HEAD\n{}', 'conflict marker', 0],
    ['{"a": 01}', 'a value is expected', 6],
  ])('%j', (text, words, start) => {
    expect(() => JSON.parse(text)).toThrow()
    const result = parseJson(text)
    expect('problem' in result && result.problem).toMatchObject({ message: expect.stringContaining(words), start })
  })
})

test('hostile input ends in a problem, not in a crash', () => {
  for (const text of ['['.repeat(100_000), '{"a":'.repeat(50_000), '"'.repeat(99_999), '\u0000', '{"__proto__": {'])
    expect('problem' in parseJson(text)).toBe(true)
})
