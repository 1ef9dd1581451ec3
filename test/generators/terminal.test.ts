import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { skipped } from '../scaffold/python.ts'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

const SCRIPT = fileURLToPath(new URL('on-terminal.py', import.meta.url))
const ENTER = '\r'
const DOWN = '\u001b[B'
const CLEAR_LINE = '\u0015'
const CONTROL_C = '\u0003'

const python = await execa('python3', ['-c', 'import pty'], { reject: false })
if (python.exitCode !== 0) skipped('the questions are not asked on a terminal', 'no Python to make one')

/** Runs the program on a terminal, presses keys when a text is shown, and returns its status and all that was shown. */
async function onTerminal(cwd: string, args: readonly string[], keys: readonly (readonly [string, string])[]) {
  const result = await execa('python3', [SCRIPT, JSON.stringify(keys), 'node', await builtGenerator(), ...args], {
    cwd,
    reject: false,
    all: true,
  })
  return { status: result.exitCode, output: result.all }
}

describe.runIf(python.exitCode === 0)('on a terminal', { timeout: 70_000 }, () => {
  it('asks, explains a name that cannot be, and makes what was chosen', async () => {
    const cwd = temporary('asked')
    const { status, output } = await onTerminal(
      cwd,
      [],
      [
        ['Name of the project', `class${ENTER}`],
        ['is a keyword of Python', `${CLEAR_LINE}shop${ENTER}`],
        ['installs the packages', DOWN + ENTER],
        ['data live', ENTER],
        ['Migrate the database', `n${ENTER}`],
        ['Choose more', ENTER],
        ['git repository', ENTER],
      ],
    )
    expect(status, output).toBe(0)
    expect(existsSync(join(cwd, 'shop/uv.lock'))).toBe(true)
    expect(existsSync(join(cwd, 'shop/.git'))).toBe(true)
    expect(readFileSync(join(cwd, 'shop/Procfile'), 'utf8')).toContain('release: flask init-db')
  })

  it('asks about existing files one by one, and an abort leaves them all as they were', async () => {
    const { cwd } = await runGenerator(['shop'])
    for (const file of ['Procfile', 'wsgi.py']) writeFileSync(join(cwd, 'shop', file), 'mine\n')
    const { status, output } = await onTerminal(
      cwd,
      ['shop', '--package-manager', 'pip', '--database', 'postgres', '--migrations', '--no-more', '--no-git'],
      [
        ['Overwrite shop/Procfile', `y${ENTER}`],
        ['Overwrite shop/wsgi.py', `x${ENTER}`],
      ],
    )
    expect(status, output).toBe(1)
    expect(output).toContain('nothing was written')
    for (const file of ['Procfile', 'wsgi.py']) expect(readFileSync(join(cwd, 'shop', file), 'utf8')).toBe('mine\n')
  })

  it('lints the result, since a file that was kept may not fit the new ones', async () => {
    const { cwd, output: clean } = await runGenerator(['shop'])
    expect(clean).toContain('flask-dyno finds nothing in it')
    writeFileSync(join(cwd, 'shop/Procfile'), 'web: gunicorn nowhere:app\nrelease: flask db upgrade\n')
    const { status, output } = await onTerminal(
      cwd,
      ['shop', '--package-manager', 'pip', '--database', 'postgres', '--migrations', '--no-more', '--no-git'],
      [['Overwrite shop/Procfile', `n${ENTER}`]],
    )
    expect(status, output).toBe(0)
    expect(output).toContain('flask-dyno finds a problem in it: "npx flask-dyno lint shop" shows where.')
  })

  it('writes nothing when it is interrupted', async () => {
    const cwd = temporary('interrupted')
    const { status, output } = await onTerminal(
      cwd,
      ['shop'],
      [
        ['installs the packages', ENTER],
        ['data live', CONTROL_C],
      ],
    )
    expect(status, output).toBe(130)
    expect(readdirSync(cwd)).toEqual([])
  })
})
