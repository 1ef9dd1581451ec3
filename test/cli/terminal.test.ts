import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { scratch } from '../engine/scratch.ts'
import { program } from './program.ts'

const SCRIPT = fileURLToPath(new URL('../generators/on-terminal.py', import.meta.url))

/** The rows that a terminal of so many columns shows. */
function onTerminal(columns: number, args: readonly string[], cwd: string): string[] {
  const command = `stty cols ${columns}; exec "$@"`
  const run = spawnSync('python3', [SCRIPT, '[]', 'sh', '-c', command, 'sh', process.execPath, program(), ...args], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, TERM: 'xterm', NO_COLOR: '1' },
  })
  return run.stdout.split(/\r?\n/)
}

const widest = (rows: readonly string[]): number => Math.max(...rows.map((row) => row.length))

test.each([
  [['--help']],
  [['lint', '--help']],
  [['merge', '--help']],
  [['rules']],
  [['explain', 'debug-when-run-by-hand']],
  [['lint']],
])('%j has no row that is wider than a terminal of 80 columns', (args) => {
  const project = scratch({ 'app.py': "from flask import Flask\n\napp = Flask(__name__)\napp.secret_key = 'dev'\n" })
  const rows = onTerminal(80, args, project)
  expect(rows.length).toBeGreaterThan(10)
  expect(widest(rows)).toBeLessThanOrEqual(80)
})

test('a wide terminal shows what a pipe gets', () => {
  const project = scratch()
  const { stdout } = spawnSync(process.execPath, [program(), 'lint', '--help'], { cwd: project, encoding: 'utf8' })
  expect(onTerminal(200, ['lint', '--help'], project).join('\n').trim()).toBe(stdout.trim())
})
