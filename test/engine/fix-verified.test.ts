import { describe, expect, test } from 'vitest'
import { mendProject } from '../../cli/api.ts'
import type { Edit, Finding, Fix } from '../../engine/finding.ts'
import { applyFixes, type Mended } from '../../engine/fix.ts'
import { encode, memoryTree, type Tree } from '../../engine/tree.ts'

/** A finding for each word of a file that a table knows, mended by another word. */
interface Words {
  readonly [word: string]: Partial<Fix> & { readonly by?: string }
}

const PATH = 'a.txt'

function linting(words: Words): (tree: Tree) => Finding[] {
  return (tree) => {
    const text = tree.read(PATH)?.text ?? ''
    return [...text.matchAll(/\S+/g)].flatMap((match): Finding[] => {
      const known = words[match[0]]
      return known === undefined ? [] : [finding(match[0], match.index, known)]
    })
  }
}

function finding(word: string, start: number, { by, ...fix }: Words[string]): Finding {
  const edits: Edit[] = [{ kind: 'text', path: PATH, start, end: start + word.length, text: by ?? '' }]
  return {
    rule: word,
    level: 'error',
    message: `the word ${word}`,
    consequence: 'c',
    path: PATH,
    line: 1,
    column: start + 1,
    endLine: 1,
    endColumn: start + 1 + word.length,
    related: [],
    fix: by === undefined ? null : { safety: 'safe', description: `write ${by}`, edits, ...fix },
    url: '',
  }
}

const mend = (text: string, words: Words): Promise<Mended> => applyFixes(memoryTree({ [PATH]: text }), linting(words))
const refusals = ({ refused }: Mended): string[] => refused.map((one) => `${one.finding.rule}: ${one.reason}`)

describe('a fix', () => {
  test('that brings up another finding is taken back, and said', async () => {
    const mended = await mend('bad fine', { bad: { by: 'worse' }, worse: {} })
    expect(mended.tree.read(PATH)?.text).toBe('bad fine')
    expect(mended.changes).toEqual([])
    expect(refusals(mended)).toEqual(['bad: it would bring up worse in a.txt'])
    expect(mended.remaining.map(({ rule }) => rule)).toEqual(['bad'])
  })

  test('that leaves its finding is taken back, and said', async () => {
    const mended = await mend('bad', { bad: { by: 'bad bad' } })
    expect(mended.changes).toEqual([])
    expect(refusals(mended)).toEqual(['bad: it would not remove the finding'])
  })

  test('that fails does not keep the others from being made', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `w${i}`)
    const words: Record<string, Words[string]> = Object.fromEntries(names.map((name) => [name, { by: `x${name}` }]))
    const mended = await mend(names.join(' '), { ...words, w4: { by: 'worse' }, worse: {} })
    expect(mended.tree.read(PATH)?.text).toBe('xw0 xw1 xw2 xw3 w4 xw5 xw6 xw7 xw8')
    expect(refusals(mended)).toEqual(['w4: it would bring up worse in a.txt'])
  })

  test('may uncover what was hidden behind its fault, and that is mended as well', async () => {
    const mended = await mend('hiding', { hiding: { by: 'hidden', uncovers: true }, hidden: { by: 'fine' } })
    expect(mended.tree.read(PATH)?.text).toBe('fine')
    expect(mended.applied.map(({ rule }) => rule)).toEqual(['hiding', 'hidden'])
  })

  test('that uncovers does not excuse another that brings something up', async () => {
    const mended = await mend('hiding bad', { hiding: { by: 'x', uncovers: true }, bad: { by: 'worse' }, worse: {} })
    expect(mended.tree.read(PATH)?.text).toBe('x bad')
    expect(refusals(mended)).toEqual(['bad: it would bring up worse in a.txt'])
  })

  test('may bring what it announces, and nothing else', async () => {
    const announced = await mend('bad', { bad: { by: 'open', brings: ['open'] }, open: {} })
    expect(announced.tree.read(PATH)?.text).toBe('open')
    const other = await mend('bad', { bad: { by: 'worse', brings: ['open'] }, worse: {} })
    expect(refusals(other)).toEqual(['bad: it would bring up worse in a.txt'])
  })

  test('that leaves something to a person is made once, and its finding stays', async () => {
    const lint = (tree: Tree): Finding[] => {
      const end = tree.read(PATH)?.text.length ?? 0
      const fix: Fix = {
        safety: 'safe',
        description: 'list it',
        leftToDo: 'run it',
        edits: [{ kind: 'text', path: PATH, start: end, end, text: '+' }],
      }
      return [{ ...finding('half', 0, {}), fix }]
    }
    const mended = await applyFixes(memoryTree({ [PATH]: '' }), lint)
    expect(mended.tree.read(PATH)?.text).toBe('+')
    expect(mended.applied).toHaveLength(1)
    expect(mended.refused).toEqual([])
    expect(mended.remaining).toHaveLength(1)
  })

  test('is not made where nobody wants it, and counts for nothing there', async () => {
    const words: Words = { bad: { by: 'x' }, other: { by: 'y' } }
    const mended = await applyFixes(memoryTree({ [PATH]: 'bad other' }), linting(words), {
      isWanted: ({ rule }) => rule === 'bad',
    })
    expect(mended.tree.read(PATH)?.text).toBe('x other')
    expect(mended.refused).toEqual([])
  })

  test('that makes a file which git ignores is refused', async () => {
    const edits: Edit[] = [{ kind: 'create', path: 'new.txt', text: '' }]
    const tree = memoryTree({ [PATH]: 'bad' }, { ignored: ['new.txt'] })
    const mended = await applyFixes(tree, linting({ bad: { by: 'x', edits } }))
    expect(refusals(mended)).toEqual(['bad: git ignores new.txt'])
  })

  test('whose edits overlap each other is refused', async () => {
    const edits: Edit[] = [
      { kind: 'text', path: PATH, start: 0, end: 3, text: 'x' },
      { kind: 'text', path: PATH, start: 2, end: 3, text: 'y' },
    ]
    const mended = await mend('bad', { bad: { by: 'x', edits } })
    expect(refusals(mended)).toEqual(['bad: it contradicts itself'])
  })

  test('follows a finding that a renamed file takes along', async () => {
    const lint = (tree: Tree): Finding[] => {
      const path = tree.has('old') ? 'old' : 'new'
      const rename: Fix = { safety: 'safe', description: 'rename', edits: [{ kind: 'rename', path: 'old', to: 'new' }] }
      const stays = { ...finding('stays', 0, {}), path }
      return path === 'old' ? [{ ...finding('misnamed', 0, {}), path, fix: rename }, stays] : [stays]
    }
    const mended = await applyFixes(memoryTree({ old: 'x' }), lint)
    expect(mended.tree.paths).toEqual(['new'])
    expect(mended.remaining.map(({ rule, path }) => `${path} ${rule}`)).toEqual(['new stays'])
  })

  test('can change the encoding and the mode of a file', async () => {
    const edits: Edit[] = [
      { kind: 'content', path: 'start.sh', encoding: 'utf-8' },
      { kind: 'mode', path: 'start.sh', executable: true },
    ]
    const lint = (tree: Tree): Finding[] =>
      tree.entry('start.sh')?.executable === true
        ? []
        : [{ ...finding('bad', 0, {}), path: 'start.sh', fix: { safety: 'safe', description: 'mend', edits } }]
    const { changes } = await applyFixes(memoryTree({ 'start.sh': encode('é\n', 'utf-8-bom') }), lint)
    expect(changes).toMatchObject([{ to: 'start.sh', executable: true, wasExecutable: false }])
    expect(Buffer.from(changes[0]?.after ?? []).toString('utf8')).toBe('é\n')
  })
})

describe('mendProject', () => {
  const files = {
    procfile: 'web:gunicorn app:app\n',
    'app.py':
      'from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = "quite a secret 7f2c"\n\n\n@app.route("/")\ndef index():\n    return "x"\n',
    'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
    '.python-version': '3.14\n',
  }

  test('hands back the files as they would be, and writes nothing', async () => {
    const tree = memoryTree(files)
    const mended = await mendProject(tree)
    expect(mended.files).toEqual([
      { path: 'Procfile', before: null, after: 'web: gunicorn app:app\n' },
      { path: 'procfile', before: files.procfile, after: null },
    ])
    expect(mended.applied.map(({ rule }) => rule).sort()).toEqual(['procfile-invalid-line', 'procfile-misnamed'])
    expect(mended.remaining.map(({ rule }) => rule)).toEqual(['secret-key-hardcoded'])
    expect(tree.paths).toContain('procfile')
  })

  test('takes in unsafe fixes only when asked to', async () => {
    const { files: changed, remaining } = await mendProject(memoryTree(files), { unsafe: true })
    expect(changed.find(({ path }) => path === 'app.py')?.after).toContain('app.secret_key = os.environ["SECRET_KEY"]')
    expect(remaining).toEqual([])
  })

  test('mends the rules and stages that are named, and no others', async () => {
    const named = async (options: Parameters<typeof mendProject>[1]): Promise<string[]> =>
      (await mendProject(memoryTree(files), { unsafe: true, ...options })).applied.map(({ rule }) => rule).sort()
    expect(await named({ select: ['security'] })).toEqual(['secret-key-hardcoded'])
    expect(await named({ ignore: ['procfile-misnamed', 'security'] })).toEqual(['procfile-invalid-line'])
    expect(await named({ isWanted: ({ level }) => level === 'info' })).toEqual([])
  })
})
