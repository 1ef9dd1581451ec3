/** Real pushes from a clone to a bare repository beside it, with the hook that flask-dyno installs. */
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect } from 'vitest'
import { type Content, commitAll, fill, git, scratch } from '../engine/scratch.ts'
import { flaskDyno, program, type Ran } from './program.ts'

export const GOOD = {
  'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
  '.python-version': '3.14\n',
}
export const BROKEN = { Procfile: 'web: gunicorn nowhere:app\n' }
export interface Pushed {
  readonly status: number | null
  readonly output: string
}

/** Without what npm puts on the PATH of a test run, where another flask-dyno may be. */
export const PATH = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(delimiter)
export const ENV = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', PATH }

/** A repository with a sound project, in a folder whose name has a space, and an empty remote beside it. */
export function clone(files: Readonly<Record<string, Content>> = GOOD): string {
  const outer = scratch()
  const dir = join(outer, 'my app')
  mkdirSync(dir)
  fill(dir, files)
  git(dir, 'init', '-q')
  commitAll(dir)
  git(outer, 'init', '-q', '--bare', 'remote.git')
  git(dir, 'remote', 'add', 'origin', '../remote.git')
  return dir
}

/** What `hook install` says. */
export function install(dir: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = flaskDyno(['hook', 'install', ...args], { cwd: dir, env: { ...ENV, ...env } })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

export const uninstall = (dir: string): Ran => flaskDyno(['hook', 'uninstall'], { cwd: dir, env: ENV })

export function push(
  dir: string,
  args: readonly string[] = ['origin', 'main'],
  env: Readonly<Record<string, string>> = {},
): Pushed {
  const run = spawnSync('git', ['push', '--quiet', ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, ...ENV, ...env },
  })
  return { status: run.status, output: run.stdout + run.stderr }
}

export function commit(dir: string, files: Readonly<Record<string, Content>>): string {
  fill(dir, files)
  commitAll(dir)
  return git(dir, 'rev-parse', 'HEAD')
}

export const there = (dir: string): string => git(dir, 'ls-remote', 'origin')

/** A folder to be put on the PATH that holds a `flask-dyno`, which is the program under test. */
export const programs = (): string =>
  scratch({ 'flask-dyno': { script: `#!/bin/sh\nexec '${process.execPath}' '${program()}' "$@"\n` } })
