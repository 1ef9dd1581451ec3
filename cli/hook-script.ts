/** The shell text of the hook, and how it is put into a file of somebody else's and taken out of it again. */

export const PAGE = 'https://github.com/flask-dyno/flask-dyno/blob/main/docs/hook.md'

export interface HookOptions {
  /** Folder of the app, from the top of the repository; '' is the top. */
  readonly folder: string
  /** Without flask-dyno nothing is pushed. */
  readonly required: boolean
  /** The program that installs, as the last resort of a hook that nobody else gets. */
  readonly program: { readonly node: string; readonly main: string } | null
}

export const BEGIN = '# >>> flask-dyno'
const END = '# <<< flask-dyno'
/** Behind `BEGIN` in a file that would not be there otherwise. */
const MADE = ' made this file'

/** What another hook is called while ours runs in its place. */
export const ASIDE = '.before-flask-dyno'

const quoted = (word: string): string => `'${word.replaceAll('\\', '/').replaceAll("'", `'\\''`)}'`

/**
 * Looks for flask-dyno and lets it judge the push; the lines end the shell that they run in, with status 0 for a push that may go.
 * A program that is not there (127), that cannot be run (126, or 127 where it has no Node) or that failed (2, 3) is passed over.
 *
 * @param words what stands behind `hook run`.
 */
export function searchLines({ folder, required, program }: HookOptions, words: string): string[] {
  const run = [
    'hook run',
    ...(required ? ['--required'] : []),
    ...(folder === '' ? [] : [`--dir ${quoted(folder)}`]),
    ...(words === '' ? [] : [words]),
  ].join(' ')
  const below =
    folder === '' ? [] : [quoted(`${folder}/node_modules/.bin/flask-dyno`), quoted(`${folder}/.venv/bin/flask-dyno`)]
  const tools = [
    ...below,
    'node_modules/.bin/flask-dyno',
    '.venv/bin/flask-dyno',
    '.venv/Scripts/flask-dyno',
    'flask-dyno',
  ]
  const known =
    program === null
      ? []
      : [`if [ -f ${quoted(program.main)} ]; then try ${quoted(program.node)} ${quoted(program.main)} ${run}; fi`]
  return [
    'try() { "$@"; code=$?; case $code in 2 | 3 | 126 | 127) ;; *) exit "$code" ;; esac; }',
    `for tool in ${tools.join(' ')}; do`,
    `  if command -v "$tool" >/dev/null 2>&1; then try "$tool" ${run}; fi`,
    'done',
    ...known,
    `if npx --no-install flask-dyno --version </dev/null >/dev/null 2>&1; then try npx --no-install flask-dyno ${run}; fi`,
    ...(required
      ? [
          `echo 'no flask-dyno was found that works, and nothing is to be pushed without it: npm install --global flask-dyno' >&2`,
          'exit 1',
        ]
      : [
          `echo 'no flask-dyno was found that works, so this push was not looked at: npm install --global flask-dyno' >&2`,
          'exit 0',
        ]),
  ]
}

const indented = (lines: readonly string[], by: string): string[] => lines.map((line) => by + line)

/** git gives the lines of a push once: they are kept, for whoever reads them next. */
function judging(options: HookOptions, made: boolean): string[] {
  return [
    `${BEGIN}${made ? MADE : ''}`,
    '# Looks at each commit that is pushed as Heroku would build and run it. `git push --no-verify` goes past it,',
    `# \`flask-dyno hook uninstall\` takes it out. ${PAGE}`,
    'flask_dyno_refs=$(cat)',
    'if [ -n "$flask_dyno_refs" ]; then',
    `  printf '%s\\n' "$flask_dyno_refs" | (`,
    ...indented(searchLines(options, '"$@"'), '    '),
    '  ) || exit $?',
    'fi',
  ]
}

/** A whole hook; it runs the one that it took the place of, if there is one. */
export function ownScript(options: HookOptions): string {
  return [
    '#!/bin/sh',
    ...judging(options, true),
    `if [ -x "$0${ASIDE}" ]; then`,
    `  { [ -z "$flask_dyno_refs" ] || printf '%s\\n' "$flask_dyno_refs"; } | "$0${ASIDE}" "$@" || exit $?`,
    'fi',
    END,
    '',
  ].join('\n')
}

/** Is this a script of a shell that our lines can stand in? Without a first line that says so, git lets `sh` run it. */
export function isShellScript(text: string): boolean {
  if (text.includes('\0')) return false
  return /^(?!#!)|^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:ba|da|z|k)?sh\b/.test(text)
}

/** The lines in front of what a shell script does. What comes after them reads the same lines of git. */
export function withBlock(text: string, options: HookOptions): string {
  const block = [
    ...judging(options, false),
    'if [ -n "$flask_dyno_refs" ]; then exec <<FLASK_DYNO_REFS',
    '$flask_dyno_refs',
    'FLASK_DYNO_REFS',
    'else exec </dev/null; fi',
    END,
  ].join('\n')
  return insertedAt(text, firstCommand(text), block, '\n')
}

/** Behind the comments that begin a script, and behind the line by which husky 8 and older starts it a second time. */
function firstCommand(text: string): number {
  const head = /^(?:[ \t]*(?:#[^\n]*)?(?:\n|$))*/.exec(text)?.[0].length ?? 0
  const husky = /^\. [^\n]*\/husky\.sh[^\n]*(?:\n|$)/.exec(text.slice(head))?.[0].length ?? 0
  return head + husky
}

/** `block` as lines of their own, in such a way that `withoutBlock` finds out whether the line before it had an end. */
export function insertedAt(text: string, offset: number, block: string, newline: string): string {
  const before = text.slice(0, offset)
  if (before !== '' && !before.endsWith('\n')) return `${before}${newline}${block}`
  return `${before}${block}${newline}${text.slice(offset)}`
}

const BLOCK = new RegExp(`(\\r?\\n|^)([ \\t]*${BEGIN}[^\\n]*\\n[\\s\\S]*?\\n[ \\t]*${END})(\\r?\\n|$)`)

/** The text without our lines, as it was; null where there are none. */
export function withoutBlock(text: string): string | null {
  const match = BLOCK.exec(text)
  if (match === null) return null
  const [, before = '', , after = ''] = match
  const rest = text.slice(match.index + match[0].length)
  return text.slice(0, match.index) + (after === '' ? '' : before) + rest
}

/** Is there nothing but our lines in it? */
export const isOwn = (text: string): boolean =>
  text.includes(`${BEGIN}${MADE}`) && withoutBlock(text)?.trim() === '#!/bin/sh'
