import { describe, expect, test } from 'vitest'
import { type JsonNode, parseJson } from '../../engine/facts/json-source.ts'
import { readProject } from '../../engine/facts/project.ts'
import type { Edit } from '../../engine/finding.ts'
import { valueFix, withoutSetting, withoutWords } from '../../engine/fix-command.ts'
import { Draft } from '../../engine/fix-draft.ts'
import { withMember, withoutMember } from '../../engine/fix-json.ts'
import { addRequirement } from '../../engine/fix-requirement.ts'
import { assignmentOut } from '../../engine/fix-variable.ts'
import { memoryTree } from '../../engine/tree.ts'

const edited = (path: string, text: string, edits: readonly Edit[]): string | undefined =>
  Draft.of(memoryTree({ [path]: text }))
    .with(edits)
    .tree()
    .read(path)?.text

function root(text: string): JsonNode & { readonly kind: 'object' } {
  const result = parseJson(text)
  if (!('root' in result) || result.root.kind !== 'object') throw new Error(`no object: ${text}`)
  return result.root
}

describe('app.json', () => {
  test.each([
    ['{}', '{\n  "env": {}\n}'],
    ['{ "name": "x" }', '{ "name": "x", "env": {} }'],
    ['{\n    "name": "x"\n}\n', '{\n    "name": "x",\n    "env": {}\n}\n'],
    ['{\r\n  "name": "x"\r\n}\r\n', '{\r\n  "name": "x",\r\n  "env": {}\r\n}\r\n'],
  ])('gets a member as its others are laid out: %j', (text, expected) => {
    const edit = withMember('app.json', text, root(text), 'env', '{}')
    expect(edited('app.json', text, [edit])).toBe(expected)
  })

  test.each([
    ['{ "a": 1, "b": 2, "c": 3 }', 'a', '{ "b": 2, "c": 3 }'],
    ['{ "a": 1, "b": 2, "c": 3 }', 'b', '{ "a": 1, "c": 3 }'],
    ['{ "a": 1, "b": 2 }', 'b', '{ "a": 1 }'],
    ['{\n  "a": 1\n}', 'a', '{}'],
  ])('loses a member with its comma: %j without %s', (text, key, expected) => {
    const edit = withoutMember('app.json', root(text), key)
    expect(edited('app.json', text, edit === null ? [] : [edit])).toBe(expected)
    expect(withoutMember('app.json', root(text), 'z')).toBeNull()
  })
})

describe('a command line', () => {
  const place = (text: string, words: string, path = 'Procfile') => {
    const start = text.indexOf(words)
    return { path, start, end: start + words.length }
  }

  test.each([
    ['web: gunicorn --reload app:app\n', '--reload', 'web: gunicorn app:app\n'],
    ['web: gunicorn app:app  --reload\n', '--reload', 'web: gunicorn app:app\n'],
    ['web: A=1 gunicorn app:app\n', 'A=1', 'web: gunicorn app:app\n'],
  ])('loses words with the blanks beside them: %j', (text, words, expected) => {
    const edit = withoutWords(memoryTree({ Procfile: text }), place(text, words))
    expect(edited('Procfile', text, edit === null ? [] : [edit])).toBe(expected)
  })

  test('is left alone where its words stand in another syntax', () => {
    const text = 'run:\n  web: gunicorn --reload app:app\n'
    const tree = memoryTree({ 'heroku.yml': text })
    expect(withoutWords(tree, place(text, '--reload', 'heroku.yml'))).toBeNull()
  })

  test.each([
    ['web: FLASK_ENV=x gunicorn a:a\n', 'web: gunicorn a:a\n'],
    ['web: A=1 FLASK_ENV=x B=2 gunicorn a:a\n', 'web: A=1 B=2 gunicorn a:a\n'],
    ['web: env FLASK_ENV=x gunicorn a:a\n', null],
    ['web: export FLASK_ENV=x && gunicorn a:a\n', null],
  ])('loses a variable where that leaves a command: %j', (text, expected) => {
    const edit = assignmentOut(memoryTree({ Procfile: text }), place(text, 'FLASK_ENV=x'), 'FLASK_ENV')
    expect(edit === null ? null : edited('Procfile', text, [edit])).toBe(expected)
  })

  test.each([
    ['web: gunicorn --timeout 120 a:a', '--timeout 120', 'web: gunicorn --timeout 20 a:a'],
    ['web: gunicorn --timeout=120 a:a', '--timeout=120', 'web: gunicorn --timeout=20 a:a'],
    ['web: gunicorn -t120 a:a', '-t120', 'web: gunicorn -t20 a:a'],
    ['web: gunicorn --timeout "120" a:a', '--timeout "120"', 'web: gunicorn --timeout "20" a:a'],
    ['web: gunicorn --timeout 1120 a:a', '--timeout 1120', null],
  ])('gets another value: %j', (text, words, expected) => {
    const fix = valueFix(memoryTree({ Procfile: text }), place(text, words), '120', '20')
    expect(fix === null ? null : edited('Procfile', text, fix.edits)).toBe(expected)
  })

  test.each([
    ['import x\nworkers = 4\nbind = "x"\n', 'import x\nbind = "x"\n'],
    ['workers = max(\n  1, 2)\n', null],
    ['workers = 4 + \\\n  2\n', null],
    ['if x:\n    workers = 4\n', null],
    ['threads = workers = 4\n', null],
  ])('of gunicorn.conf.py goes where it is one line of its own: %j', (text, expected) => {
    const at = { path: 'gunicorn.conf.py', start: text.indexOf('workers'), end: text.indexOf('workers') + 3 }
    const fix = withoutSetting(memoryTree({ 'gunicorn.conf.py': text }), at, 'workers')
    expect(fix === null ? null : edited('gunicorn.conf.py', text, fix.edits)).toBe(expected)
  })
})

describe('a requirement', () => {
  const APP = 'from flask import Flask\napp = Flask(__name__)\n'
  function added(requirements: string, name: string, others: Readonly<Record<string, string>> = {}): string | null {
    const tree = memoryTree({ 'requirements.txt': requirements, 'app.py': APP, '.python-version': '3.14\n', ...others })
    const made = addRequirement(tree, readProject(tree).dependencies, name)
    return made === null ? null : (edited('requirements.txt', requirements, made.edits) ?? null)
  }

  test('is pinned where all are, and not where one is open', () => {
    expect(added('Flask==3.1.3\n', 'gunicorn')).toMatch(/^Flask==3\.1\.3\ngunicorn==\d+\.\d+[\d.]*\n$/)
    expect(added('Flask\n', 'gunicorn')).toBe('Flask\ngunicorn\n')
    expect(added('Flask>=3\n', 'gunicorn')).toBe('Flask>=3\ngunicorn\n')
  })

  test('is not pinned where that might stand against other pins', () => {
    expect(added('Flask==3.1.3\n', 'Flask-Login')).toBe('Flask==3.1.3\nFlask-Login\n')
  })

  test('begins a line of its own, and ends it as the others do', () => {
    expect(added('Flask', 'gunicorn')).toBe('Flask\ngunicorn\n')
    expect(added('Flask\r\nx', 'gunicorn')).toBe('Flask\r\nx\r\ngunicorn\r\n')
  })

  test('keeps its extras and the version that it was asked for in', () => {
    expect(added('Flask\n', 'psycopg[binary]')).toBe('Flask\npsycopg[binary]\n')
    expect(added('Flask\n', 'gunicorn==23.0.0')).toBe('Flask\ngunicorn==23.0.0\n')
  })

  test('is not written where a tool has to write it', () => {
    expect(added(`Flask==3.1.3 --hash=sha256:${'a'.repeat(64)}\n`, 'gunicorn')).toBeNull()
    expect(added('#\n# This file is autogenerated by pip-compile\n#\nFlask==3.1.3\n', 'gunicorn')).toBeNull()
    expect(added('Flask==3.1.3 \\\n', 'gunicorn')).toBeNull()
    expect(added('Flask==3.1.3\n', 'gunicorn', { 'uv.lock': 'version = 1\n' })).toBeNull()
  })
})
