import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import helpers, { type RunResult } from 'yeoman-test'
import App from '../../generators/app/index.ts'
import { temporary } from '../scaffold/temporary.ts'

const APP = fileURLToPath(new URL('../../generators/app/index.ts', import.meta.url))

/** Runs the generator in a folder of its own; yeoman-test would overwrite everything, which hides what a person sees. */
function run(options: Readonly<Record<string, unknown>>, args: readonly string[] = ['my-app']) {
  return helpers
    .run(App as unknown as Parameters<typeof helpers.run>[0], { namespace: 'flask-dyno:app', resolved: APP })
    .withArguments([...args])
    .withOptions({ force: false, ...options } as object)
}

const read = (result: RunResult, path: string) => readFileSync(join(result.cwd, path), 'utf8')

const MANAGERS = ['pip', 'uv'] as const
const DATA = [
  { database: 'postgres', migrations: true },
  { database: 'postgres', migrations: false },
  { database: 'none', migrations: false },
] as const
const COMBINATIONS = MANAGERS.flatMap((packageManager) => DATA.map((data) => ({ packageManager, ...data })))

/** The files of package managers that the buildpack stops at when it finds two: one must be there. */
const MANAGER_FILES = ['requirements.txt', 'uv.lock', 'Pipfile.lock', 'poetry.lock']

describe.each(COMBINATIONS)('$packageManager, $database, migrations: $migrations', (answers) => {
  it('asked or told, the same project comes out', async () => {
    const flags = await run({ defaults: true, git: false, ...answers })
    const asked = await run({ interactive: true, more: false }).withAnswers(
      { answer: '' },
      {
        callback: (_value, { question }) => {
          if (question.message?.toString().includes('installs')) return answers.packageManager
          if (question.message?.toString().includes('data live')) return answers.database
          return question.message?.toString().includes('git init') ? false : answers.migrations
        },
      },
    )
    expect(asked.getSnapshot()).toEqual(flags.getSnapshot())
  })

  it('holds what the answers say, with nothing left to fill in', async () => {
    const result = await run({ defaults: true, ...answers })
    const { packageManager, database, migrations } = answers
    const files = Object.keys(result.getSnapshot()).map((path) => path.replace(/^my-app\//, ''))

    expect(MANAGER_FILES.filter((file) => files.includes(file))).toEqual([
      packageManager === 'pip' ? 'requirements.txt' : 'uv.lock',
    ])
    for (const file of [
      'Procfile',
      '.python-version',
      '.gitignore',
      '.slugignore',
      '.env.example',
      'app.json',
      'README.md',
    ]) {
      expect(files).toContain(file)
    }
    expect(files.some((file) => file.startsWith('migrations/'))).toBe(migrations)
    for (const file of files) {
      const text = read(result, `my-app/${file}`)
      expect(text, file).not.toMatch(/<%|%>|undefined|placeholder|\n\n\n\n|[ \t]\n/)
      expect(text.endsWith('\n') && !text.endsWith('\n\n'), file).toBe(true)
      const isProgram = text.startsWith('#!')
      expect((statSync(join(result.cwd, 'my-app', file)).mode & 0o111) !== 0, file).toBe(isProgram)
    }

    const release = { web: 'gunicorn wsgi:app', ...(migrations ? { release: 'flask db upgrade' } : {}) }
    const expected = database === 'postgres' && !migrations ? { ...release, release: 'flask init-db' } : release
    const procfile = read(result, 'my-app/Procfile').trimEnd().split('\n')
    expect(Object.fromEntries(procfile.map((line) => line.split(': ')))).toEqual(expected)

    const manifest = JSON.parse(read(result, 'my-app/app.json')) as Record<string, unknown>
    expect(manifest.addons).toEqual(database === 'postgres' ? ['heroku-postgresql'] : undefined)
    expect(manifest.env).toMatchObject({ SECRET_KEY: { generator: 'secret' } })

    const workflow = read(result, 'my-app/.github/workflows/ci.yml')
    expect(parse(workflow)).toMatchObject({
      permissions: { contents: 'read' },
      jobs: { test: { steps: expect.any(Array) } },
    })
    // A tag can be moved to other code, a commit cannot.
    for (const [, action] of workflow.matchAll(/uses: (.*)/g)) expect(action).toMatch(/@[0-9a-f]{40} # v\d/)
    expect(workflow).toMatch(/npx --yes flask-dyno@\d+\.\d+\.\d+ lint/)

    const installed = read(result, packageManager === 'pip' ? 'my-app/requirements.txt' : 'my-app/uv.lock')
    expect(/sqlalchemy/i.test(installed)).toBe(database === 'postgres')
    expect(/alembic/.test(installed)).toBe(migrations)
    expect(/gunicorn/.test(installed)).toBe(true)
  })
})

describe('the name', () => {
  it('makes a folder, and names the package after it', async () => {
    const result = await run({ defaults: true }, ['deep/My-Shop'])
    expect(read(result, 'deep/My-Shop/wsgi.py')).toContain('from my_shop import create_app')
    expect(JSON.parse(read(result, 'deep/My-Shop/app.json'))).toMatchObject({ name: 'my-shop' })
  })

  it('is my-app where nobody says or can be asked', async () => {
    const result = await run({}, [])
    expect(existsSync(join(result.cwd, 'my-app/Procfile'))).toBe(true)
  })

  it('is asked for where somebody can be', async () => {
    const result = await run({ interactive: true, more: false, ...COMBINATIONS[0], git: false }, []).withAnswers({
      directory: 'asked-for',
    })
    expect(existsSync(join(result.cwd, 'asked-for/asked_for/__init__.py'))).toBe(true)
  })

  it('is that of the folder with "."', async () => {
    const result = await run({ defaults: true }, ['.']).inDir(join(temporary('named'), 'pet-shop'))
    expect(read(result, 'wsgi.py')).toContain('from pet_shop import')
  })

  it.each([
    ['class', 'the name "class" is a keyword of Python'],
    ['flask', 'the name "flask" is the name of another module'],
    ['1app', 'must begin with a letter'],
  ])('%s is refused before anything is written', async (name, reason) => {
    await expect(run({ defaults: true }, [name])).rejects.toThrow(reason)
  })
})

describe('flags', () => {
  it.each([
    [{ packageManager: 'conda' }, '--package-manager must be pip or uv or poetry or pipenv, not "conda"'],
    [{ container: true, generation: 'fir' }, '--generation fir does not go with --container'],
    [{ schedule: true }, '--schedule needs --jobs rq or celery'],
    [{ 'package-manager': 'conda' }, '--package-manager must be'],
    [{ database: 'mysql' }, '--database must be postgres or none, not "mysql"'],
    [{ database: true }, '--database must be postgres or none, not true'],
    [{ database: ['none', 'postgres'] }, '--database must be postgres or none'],
    [{ database: 'none', migrations: true }, '--migrations needs --database postgres'],
    // What `yo` makes of `--git my-app` and its like: the name is swallowed.
    [{ git: 'my-app' }, '--git takes no value; write "my-app" before it'],
    [{ defaults: 'my-app' }, '--defaults takes no value; write "my-app" before it'],
    [{ dryRun: 'my-app' }, '--dry-run takes no value'],
  ])('%j is refused in one line', async (options, message) => {
    const failed = await Promise.resolve(run({ defaults: true, ...options }, [])).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(Error)
    expect((failed as Error).message).toContain(message)
    expect((failed as Error).message).not.toContain('\n')
  })

  it('leave nothing to ask about migrations without a database', async () => {
    const result = await run({
      interactive: true,
      more: false,
      packageManager: 'pip',
      git: false,
      database: 'none',
    }).withAnswers({}, { throwOnMissingAnswer: true })
    expect(existsSync(join(result.cwd, 'my-app/migrations'))).toBe(false)
  })
})

describe('files that exist', () => {
  const withProcfile = (directory: string) => {
    mkdirSync(join(directory, 'my-app'))
    writeFileSync(join(directory, 'my-app/Procfile'), 'web: mine\n')
    writeFileSync(join(directory, 'my-app/wsgi.py'), 'mine = True\n')
  }

  it('are listed, and nothing is written, where nobody can be asked', async () => {
    let directory = ''
    const failed = await Promise.resolve(
      run({ defaults: true }).doInDir((path) => {
        directory = path
        withProcfile(path)
      }),
    ).catch((error: unknown) => error)
    expect((failed as Error).message.split('\n').slice(1)).toEqual(['  Procfile', '  wsgi.py'])
    expect(readFileSync(join(directory, 'my-app/Procfile'), 'utf8')).toBe('web: mine\n')
    expect(existsSync(join(directory, 'my-app/README.md'))).toBe(false)
  })

  it('are overwritten with --force', async () => {
    const result = await run({ defaults: true, force: true }).doInDir(withProcfile)
    expect(read(result, 'my-app/Procfile')).toContain('gunicorn')
  })

  it('are asked about one by one', async () => {
    const asked: string[] = []
    const result = await run({ interactive: true, more: false, ...COMBINATIONS[0], git: false })
      .doInDir(withProcfile)
      .withAnswers(
        { action: '' },
        {
          callback: (_value, { question }) => {
            const message = String(question.message)
            asked.push(message)
            return message.includes('Procfile') ? 'skip' : 'write'
          },
        },
      )
    expect(asked).toEqual([expect.stringContaining('Procfile'), expect.stringContaining('wsgi.py')])
    expect(read(result, 'my-app/Procfile')).toBe('web: mine\n')
    expect(read(result, 'my-app/wsgi.py')).toContain('create_app')
  })

  it('stay, with nothing beside them, when the second question is answered with abort', async () => {
    let directory = ''
    const failed = await Promise.resolve(
      run({ interactive: true, more: false, ...COMBINATIONS[0], git: false })
        .doInDir((path) => {
          directory = path
          withProcfile(path)
        })
        .withAnswers(
          { action: '' },
          { callback: (_value, { question }) => (String(question.message).includes('Procfile') ? 'write' : 'abort') },
        ),
    ).catch((error: unknown) => error)
    expect((failed as Error).message).toContain('aborted')
    expect(readFileSync(join(directory, 'my-app/Procfile'), 'utf8')).toBe('web: mine\n')
    expect(existsSync(join(directory, 'my-app/README.md'))).toBe(false)
  })
})
