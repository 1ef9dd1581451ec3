import { describe, expect, test } from 'vitest'
import {
  dropPrefix,
  expand,
  literal,
  parseShell,
  type Shell,
  type SimpleCommand,
  type Word,
} from '../../engine/plan/shell.ts'
import { splitFields } from '../../engine/plan/shell-word.ts'
import { expectNoMoreThanLinear } from '../engine/growth.ts'

const raws = (command: SimpleCommand | undefined): string[] => command?.words.map(({ raw }) => raw) ?? []
const lines = ({ commands }: Shell): string[] => commands.map((command) => raws(command).join(' '))
const when = (command: SimpleCommand | undefined): string[] =>
  command?.conditions.map(({ text, negated }) => (negated ? `not ${text}` : text)) ?? []

function onlyWord(text: string): Word {
  const word = parseShell(`x ${text}`).commands[0]?.words[1]
  if (word === undefined) throw new Error(`no word in ${text}`)
  return word
}

describe('words', () => {
  test.each([
    ['plain', 'plain'],
    ["'a b'", 'a b'],
    ['"a b"', 'a b'],
    ['a\\ b', 'a b'],
    ['a"b"\'c\'d', 'abcd'],
    ['"a \\"b\\" \\n"', 'a "b" \\n'],
    ["''", ''],
    ['""', ''],
    ['a\\\nb', 'ab'],
    ['a#b', 'a#b'],
    ['$', '$'],
    ['100%', '100%'],
    ["'app:create_app()'", 'app:create_app()'],
  ])('%s is %j', (text, value) => {
    expect(literal(onlyWord(text))).toBe(value)
  })

  test.each<[string, Record<string, string>, string | null]>([
    ['0.0.0.0:$PORT', { PORT: '80' }, '0.0.0.0:80'],
    ['0.0.0.0:$PORT', {}, null],
    ['$' + '{PORT}x', { PORT: '80' }, '80x'],
    ['$' + '{PORT:-5000}', { PORT: '80' }, '80'],
    ['$' + '{PORT:-5000}', { PORT: '' }, '5000'],
    // whether it is set at all is not known
    ['$' + '{PORT:-5000}', {}, null],
    ['"$A$B"', { A: '1', B: '2' }, '12'],
    ["'$A'", { A: '1' }, '$A'],
    ['\\$A', { A: '1' }, '$A'],
    ['$(nproc)', {}, null],
    ['`nproc`', {}, null],
    ['$((2 * 3))', {}, null],
    ['$' + '{A%/*}', { A: 'x/y' }, null],
    ['$' + '{A:?needed}', { A: '1' }, '1'],
  ])('%s with %j is %j', (text, environment, value) => {
    expect(expand(onlyWord(text), new Map(Object.entries(environment)))).toBe(value)
  })

  test('a fallback counts where the variable is taken as unset, nested ones too', () => {
    const word = onlyWord('$' + '{A:-$' + '{B:-c}d}')
    expect(expand(word, new Map(), { assumeUnset: true })).toBe('cd')
    expect(expand(word, new Map([['B', 'x']]), { assumeUnset: true })).toBe('xd')
  })

  test('offsets are those of the file, behind a prefix too', () => {
    const file = 'web: gunicorn --bind=0.0.0.0:$PORT "app:app"'
    const { commands } = parseShell(file.slice(5), { base: 5 })
    for (const word of commands[0]?.words ?? []) expect(file.slice(word.start, word.end)).toBe(word.raw)
    const bind = commands[0]?.words[1]
    if (bind === undefined) throw new Error('no option')
    const value = dropPrefix(bind, '--bind='.length)
    expect(value.raw).toBe('0.0.0.0:$PORT')
    expect(file.slice(value.start, value.end)).toBe('0.0.0.0:$PORT')
  })

  test("a value splits as the shell's variables do, or as shlex does", () => {
    const word = onlyWord('"-w 2 --bind=\'a b\':$PORT  -k x"')
    expect(splitFields(word, { quotes: true }).map(({ raw }) => raw)).toEqual([
      '-w',
      '2',
      '--bind=a b:$' + '{PORT}',
      '-k',
      'x',
    ])
    expect(splitFields(word, { quotes: false })).toHaveLength(6)
  })
})

describe('commands', () => {
  test.each([
    ['a b; c d', ['a b', 'c d']],
    ['a && b || c', ['a', 'b', 'c']],
    ['a | b |& c', ['a', 'b', 'c']],
    ['a &\nb', ['a', 'b']],
    ['a # b ; c', ['a']],
    ['a > out 2>&1 < in b', ['a b']],
    ['a 2>/dev/null', ['a']],
    ['( a; b )', ['a', 'b']],
    ['{ a; b; }', ['a', 'b']],
    ['! a', ['a']],
    ['time a', ['a']],
    ['a \\\n  b', ['a b']],
    ['if a; then b; elif c; then d; else e; fi', ['a', 'b', 'c', 'd', 'e']],
    ['while a; do b; done', ['a', 'b']],
    ['for x in 1 2; do b; done; c', ['b', 'c']],
    ['for ((i=0;i<3;i++)); do b; done', ['b']],
    ['case $1 in a|b) c ;; (d) e;; *) f; esac; g', ['c', 'e', 'f', 'g']],
    ['f() { a; }; f', ['a', 'f']],
    ['function f { a; }\nf', ['a', 'f']],
    ['cat <<EOF\nnot a command (\nEOF\na', ['cat', 'a']],
    ["cat <<-'EOF' > x\n\tno\n\tEOF\na", ['cat', 'a']],
    ['((x++)); a', ['a']],
    ['[[ -n $A && ( $B < 3 ) ]] && a', ['[[ -n $A && ( $B < 3 ) ]]', 'a']],
    ['if true; then a; fi > log', ['true', 'a']],
    ['A=1 B="2 3" a', ['a']],
    ['if-then a', ['if-then a']],
    ['echo if then fi', ['echo if then fi']],
  ])('%j', (text, expected) => {
    const shell = parseShell(text)
    expect(lines(shell)).toEqual(expected)
    expect(shell.problems).toEqual([])
  })

  test('assignments keep their values', () => {
    const [command] = parseShell('A=1 B="2 $C" LIST=(x y) run').commands
    expect(command?.assignments.map(({ name, value }) => `${name}=${value.raw}`)).toEqual([
      'A=1',
      'B="2 $C"',
      'LIST=(x y)',
    ])
    expect(raws(command)).toEqual(['run'])
  })

  test('what each command depends on', () => {
    const { commands } = parseShell(
      'a\nif [ "$X" = y ]; then b; else c; fi\n[ -f x ] && d || e\nf || g\nh && i\nwhile j; do k; done\ncase $1 in web) l;; esac',
    )
    const of = (name: string) => when(commands.find(({ words }) => words[0]?.raw === name))
    expect(of('a')).toEqual([])
    expect(of('b')).toEqual(['[ "$X" = y ]'])
    expect(of('c')).toEqual(['not [ "$X" = y ]'])
    expect(of('d')).toEqual(['[ -f x ]'])
    expect(of('e')).toEqual(['not [ -f x ]'])
    expect(of('g')).toEqual(['not f'])
    // other commands than tests are taken to succeed
    expect(of('i')).toEqual([])
    expect(of('k')).toEqual(['while j'])
    expect(of('l')).toEqual(['$1 in web'])
  })

  test('both branches of a test carry the same identifier, and a test its words', () => {
    const { commands, lastId } = parseShell('if [ "$X" = y ]; then b; else c; fi')
    const [, b, c] = commands
    expect(b?.conditions[0]?.id).toBe(c?.conditions[0]?.id)
    expect(b?.conditions[0]?.words.map(({ raw }) => raw)).toEqual(['"$X"', '=', 'y'])
    expect(b?.conditions[0]?.kind).toBe('test')
    expect(parseShell('if a; then b; fi', { firstId: lastId }).commands[1]?.conditions[0]?.id).toBeGreaterThan(lastId)
  })

  test('background, pipes, subshells and functions are told', () => {
    const { commands } = parseShell('(cd x && a) & b | c | d; f() { e; }')
    expect(commands.map((command) => [raws(command)[0], command.background, command.piped, command.definedIn])).toEqual(
      [
        ['cd', true, null, null],
        ['a', true, null, null],
        ['b', false, 'to', null],
        ['c', false, 'both', null],
        ['d', false, 'from', null],
        ['e', false, null, 'f'],
      ],
    )
    expect(commands[0]?.subshells).toEqual(commands[1]?.subshells)
    expect(commands[0]?.subshells).toHaveLength(2)
  })

  test('a command stands where it says', () => {
    const text = 'a  b && c "d e" > f & g'
    expect(parseShell(text).commands.map(({ start, end }) => text.slice(start, end))).toEqual([
      'a  b',
      'c "d e" > f',
      'g',
    ])
  })
})

describe('what bash refuses', () => {
  test('an unquoted parenthesis is reported, and the word is kept', () => {
    const text = 'gunicorn app:create_app("x") -w 2'
    const { commands, problems } = parseShell(text)
    expect(raws(commands[0])).toEqual(['gunicorn', 'app:create_app("x")', '-w', '2'])
    expect(problems.map(({ kind, start, end }) => [kind, text.slice(start, end)])).toEqual([
      ['unquoted-parenthesis', '("x")'],
    ])
  })

  test.each([
    ['"abc', 'unterminated-quote'],
    ["'abc", 'unterminated-quote'],
    ['a $(b', 'unterminated-quote'],
    ['a )', 'syntax'],
    ['if a; then b', 'syntax'],
    ['fi', 'syntax'],
    ['a ;; b', 'syntax'],
    ['a\r\nb\r\n', 'carriage-return'],
  ])('%j: %s', (text, kind) => {
    expect(parseShell(text).problems.map((problem) => problem.kind)).toContain(kind)
  })

  test('what follows a fault is still read', () => {
    expect(lines(parseShell('done; a; ) b'))).toEqual(['a', 'b'])
  })
})

test.each([
  '(',
  ')',
  '{ ',
  '$(',
  '$' + '{A:-',
  '`',
  '"',
  "'",
  '\\',
  '<<A\n',
  'if ',
  'case x in ',
  'f() { ',
  '[[ ',
  '&& ',
  '| ',
  '& ',
  ';;',
  '> ',
  'a=(',
  '$((',
  'while ',
  'a\r\n',
  '\0',
  '! ',
  'time ',
  'a(b) ',
  '"$(',
  'for x in ',
])('no input takes long or breaks it: %j', (piece) => {
  expectNoMoreThanLinear((amount) => parseShell(piece.repeat(amount)), 100_000)
  parseShell(`a ${piece.repeat(50)} b`)
})
