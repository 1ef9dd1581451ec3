import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/** `npx generator-flask-dyno`, as a process: what it prints, its exit status, and what is on the disk afterwards. */

describe('the program', () => {
  it('makes a project, says how to go on, and ends with 0; run again it changes nothing', async () => {
    const first = await runGenerator(['my-app'])
    expect(first.status, first.output).toBe(0)
    expect(first.output).toContain('cd my-app')
    expect(first.output).toContain('pip install -r requirements-dev.txt')
    const again = await runGenerator(['my-app'], { cwd: first.cwd })
    expect(again.status, again.output).toBe(0)
    expect(again.output).not.toContain('create my-app')
  })

  it('runs git init when told to, and commits nothing', async () => {
    const { cwd, status } = await runGenerator(['my-app', '--git'])
    expect(status).toBe(0)
    const git = (...args: string[]) => execa('git', args, { cwd: join(cwd, 'my-app'), reject: false })
    expect((await git('symbolic-ref', '--short', 'HEAD')).stdout).toBe('main')
    expect((await git('rev-parse', 'HEAD')).exitCode).not.toBe(0)
    const untracked = (await git('status', '--porcelain', '--untracked-files=all')).stdout
    expect(untracked).toContain('?? Procfile')
    expect(existsSync(join((await runGenerator(['other'])).cwd, 'other/.git'))).toBe(false)
  })

  it('makes no repository inside of another', async () => {
    const cwd = temporary('outer')
    await execa('git', ['init', '--quiet'], { cwd })
    const { status, output } = await runGenerator(['my-app', '--git'], { cwd })
    expect(status).toBe(0)
    expect(output).toContain('inside of one')
    expect(existsSync(join(cwd, 'my-app/.git'))).toBe(false)
  })

  it('writes nothing with --dry-run, and says so', async () => {
    const { cwd, status, output } = await runGenerator(['my-app', '--dry-run', '--git'])
    expect(status).toBe(0)
    expect(output).toContain('Procfile')
    expect(output).toContain('nothing was written to my-app')
    expect(readdirSync(cwd)).toEqual([])
  })

  it('does not wait for a pipe that stays open', async () => {
    const cwd = temporary('pipe')
    const child = spawn('node', [await builtGenerator(), 'my-app'], { cwd, stdio: ['pipe', 'ignore', 'ignore'] })
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(0)
    expect(existsSync(join(cwd, 'my-app/Procfile'))).toBe(true)
  })

  it.each([
    [['--packge-manager', 'uv'], "unknown option '--packge-manager'"],
    [['--package-manager', 'conda'], '--package-manager must be pip or uv or poetry or pipenv, not "conda"'],
    [['--package-manager'], 'argument missing'],
    [['--database', 'none', '--migrations'], '--migrations needs --database postgres'],
    [['one', 'two'], 'one directory at a time, not one and two'],
    [['json'], `the name "json" would hide Python's own module json`],
  ])('refuses %j in one line, with 2 and nothing written', async (args, message) => {
    const { cwd, status, output } = await runGenerator(args)
    expect(status).toBe(2)
    expect(output.split('\n')).toEqual([expect.stringContaining(message)])
    expect(readdirSync(cwd)).toEqual([])
  })

  it('lists the files in the way where nobody can be asked, and leaves them', async () => {
    const cwd = temporary('conflict')
    mkdirSync(join(cwd, 'my-app'))
    writeFileSync(join(cwd, 'my-app/Procfile'), 'web: mine\n')
    const { status, output } = await runGenerator(['my-app'], { cwd })
    expect(status).toBe(2)
    expect(output).toContain('nothing was written')
    expect(output.split('\n').at(-1)).toBe('  Procfile')
    expect(readdirSync(join(cwd, 'my-app'))).toEqual(['Procfile'])
    expect((await runGenerator(['my-app', '--force'], { cwd })).status).toBe(0)
    expect(readFileSync(join(cwd, 'my-app/Procfile'), 'utf8')).toContain('gunicorn')
  })

  it('keeps what else a .yo-rc.json says', async () => {
    const cwd = temporary('kept')
    mkdirSync(join(cwd, 'my-app'))
    writeFileSync(join(cwd, 'my-app/.yo-rc.json'), '{"generator-other": {"kept": true}}')
    await runGenerator(['my-app', '--force'], { cwd })
    const kept = JSON.parse(readFileSync(join(cwd, 'my-app/.yo-rc.json'), 'utf8'))
    expect(kept).toMatchObject({
      'generator-other': { kept: true },
      'generator-flask-dyno': { name: 'my-app', packageManager: 'pip', database: 'postgres', migrations: true },
    })
  })

  it('writes through no symbolic link that leads out of the project', async () => {
    const cwd = temporary('link')
    const outside = temporary('outside')
    mkdirSync(join(cwd, 'my-app'))
    symlinkSync(outside, join(cwd, 'my-app/tests'))
    const { status, output } = await runGenerator(['my-app', '--force'], { cwd })
    expect(status).toBe(2)
    expect(output).toContain('leads out of the project')
    expect(readdirSync(outside)).toEqual([])
    expect(readdirSync(join(cwd, 'my-app'))).toEqual(['tests'])
  })

  it('puts everything back when a write fails in the middle', async () => {
    const cwd = temporary('failing')
    mkdirSync(join(cwd, 'my-app'))
    writeFileSync(join(cwd, 'my-app/Procfile'), 'web: mine\n')
    // A folder where a file should be: the write fails, after many others went well.
    mkdirSync(join(cwd, 'my-app/wsgi.py'))
    const { status, output } = await runGenerator(['my-app', '--force'], { cwd })
    expect(status).toBe(2)
    expect(output).toContain('nothing was written')
    expect(readFileSync(join(cwd, 'my-app/Procfile'), 'utf8')).toBe('web: mine\n')
    expect(readdirSync(join(cwd, 'my-app')).sort()).toEqual(['Procfile', 'wsgi.py'])
  })

  it('says when a file stands where the folder should be', async () => {
    const cwd = temporary('file')
    writeFileSync(join(cwd, 'my-app'), '')
    const { status, output } = await runGenerator(['my-app'], { cwd })
    expect(status).toBe(2)
    expect(output).toContain('my-app is a file, not a folder')
  })

  // Root may write anywhere.
  it.runIf(process.getuid?.() !== 0)('says when there is no permission', async () => {
    const cwd = temporary('closed')
    chmodSync(cwd, 0o555)
    const { status, output } = await runGenerator(['my-app'], { cwd })
    expect(status).toBe(2)
    expect(output).toContain('no permission to write')
  })

  it('explains every flag', async () => {
    const { status, output } = await runGenerator(['--help'])
    expect(status).toBe(0)
    for (const flag of [
      '--package-manager pip|uv',
      '--database postgres|none',
      '--[no-]migrations',
      '--[no-]git',
      '--defaults',
      '--dry-run',
      '--force',
    ]) {
      expect(output).toContain(flag)
    }
  })
})
