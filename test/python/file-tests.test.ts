import { describe, expect, test } from 'vitest'
import { run } from './running.ts'

/** Which branches a program takes, by the calls of `took()` in them. */
function taken(program: string, others: Readonly<Record<string, string>> = {}): string {
  const { calls } = run({ 'app.py': `import os\nfrom elsewhere import took\n${program}\n`, ...others })
  return calls
    .filter(({ name }) => name === 'elsewhere.took')
    .map(({ args, guards }) => {
      const [first] = args.positional[0] ?? []
      const word = first?.atom.kind === 'text' ? first.atom.parts.join('') : '?'
      return guards.length > 0 ? `${word}?` : word
    })
    .join(' ')
}

const either = (test: string): string => `if ${test}:\n    took("yes")\nelse:\n    took("no")`

describe('a dyno starts with what was deployed', () => {
  test.each([
    ['os.path.exists("data/words.txt")', 'yes'],
    ['os.path.isfile("./data/words.txt")', 'yes'],
    ['os.path.isdir("data")', 'yes'],
    ['os.path.isfile("data")', 'no'],
    ['os.path.exists("site.db")', 'no'],
    ['os.path.exists(os.path.join(os.path.dirname(__file__), "data", "words.txt"))', 'yes'],
    ['os.path.exists("/app/data/words.txt")', 'yes'],
    // nothing is known of the rest of the disk, nor of paths that are not known
    ['os.path.exists("/etc/secrets")', 'yes? no?'],
    ['os.path.exists("../other")', 'yes? no?'],
    ['os.path.exists(os.environ["FOLDER"])', 'yes? no?'],
  ])('%s', (condition, expected) => {
    expect(taken(either(condition), { 'data/words.txt': '' })).toBe(expected)
  })
})

describe('a file may be made meanwhile', () => {
  test('by the program itself', () => {
    expect(taken(`os.makedirs("data")\n${either('os.path.exists("data/words.txt")')}`)).toBe('yes? no?')
  })
  test('by a build hook or a Dockerfile', () => {
    expect(taken(either('os.path.exists("model.bin")'), { 'bin/post_compile': '#!/bin/bash\n' })).toBe('yes? no?')
    expect(taken(either('os.path.exists("model.bin")'), { Dockerfile: 'FROM python\n' })).toBe('yes? no?')
  })
  test('before a request comes', () => {
    const view = 'from flask import Flask\napp = Flask(__name__)\n@app.get("/")\ndef index():\n'
    const body = either('os.path.exists("site.db")').replaceAll(/^/gm, '    ')
    expect(taken(`${view}${body}`)).toBe('yes? no?')
  })
})
