import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../generators/_run/commands.ts'
import { helpText } from '../../generators/_run/help.ts'
import { flagOf } from '../../generators/_shared/questions.ts'
import { Project } from './project.ts'

/** `npx generator-flask-dyno worker` and its like, as processes in a project of the generator. */

const PLAIN = ['--database', 'none', '--ci', 'none']

describe('one part, added to a project', () => {
  // All of them: test/slow/parts.test.ts.
  it('is as if it had been there from the start', async () => {
    const project = await Project.make(PLAIN)
    const flags = ['--jobs', 'celery', '--schedule']
    const { status, output } = await project.run('worker', ...flags)
    expect(status, output).toBe(0)
    expect(project.files()).toEqual((await Project.make([...PLAIN, ...flags])).files())
  })

  it('leaves what was changed, and says what waits for a decision', async () => {
    const project = await Project.make(PLAIN)
    project.edit('Procfile', 'web: ', 'web: FEATURE=1 ')
    project.edit('shop/__init__.py', 'return app', 'app.logger.info("ours")\n    return app')
    await project.commit()
    const { status, output } = await project.run('worker')
    expect(status, output).toBe(0)
    expect(project.read('Procfile')).toMatch(/^web: FEATURE=1 .*\nworker: /m)
    expect(project.read('shop/__init__.py')).toMatch(/jobs\.init_app\(app\)[\s\S]*app\.logger\.info\("ours"\)/)
    expect(output).toContain('jobs: none -> rq')
    expect(output).toContain('Before that: pip install -r requirements-dev.txt')
  })

  it('keeps the kind of jobs that is there', async () => {
    const project = await Project.make([...PLAIN, '--jobs', 'celery'])
    const { status, output } = await project.run('worker', '--schedule')
    expect(status, output).toBe(0)
    expect(project.record()).toMatchObject({ jobs: 'celery', schedule: true })
    await project.commit()
    expect((await project.run('worker')).output).toContain('Nothing to do')
  })

  it.each([
    ['procfile', 'Procfile'],
    ['gunicorn', 'gunicorn.conf.py'],
  ])('%s brings back a file that was deleted, and nothing else', async (command, file) => {
    const project = await Project.make(PLAIN)
    const before = project.read(file)
    rmSync(join(project.root, file))
    rmSync(join(project.root, 'wsgi.py'))
    await project.commit()
    const { status, output } = await project.run(command)
    expect(status, output).toBe(0)
    expect(project.read(file)).toBe(before)
    expect(existsSync(join(project.root, 'wsgi.py'))).toBe(false)
  })

  it('shows the diff with --dry-run, and writes nothing', async () => {
    const project = await Project.make(PLAIN)
    const { status, output } = await project.run('hook', '--dry-run')
    expect(status).toBe(0)
    expect(output).toContain('+++ b/.githooks/pre-push')
    expect(output).toContain('new file mode 100755')
    expect(await project.git('status', '--porcelain')).toBe('')
  })

  it.each([
    [['container'], ['--generation', 'fir'], '--generation fir does not go with --container'],
    [['worker', '--jobs', 'none'], [], '--jobs must be rq or celery, not "none"'],
    [['worker', '--uploads'], [], "unknown option '--uploads'"],
    [['storage', '--no-uploads'], [], "unknown option '--no-uploads'"],
  ])('%j after %j is refused', async (args, made, message) => {
    const project = await Project.make([...PLAIN, ...made])
    const [command = '', ...flags] = args
    const { status, output } = await project.run(command, ...flags)
    expect(status).toBe(2)
    expect(output.split('\n')).toEqual([expect.stringContaining(message)])
    expect(await project.git('status', '--porcelain')).toBe('')
  })

  it('wants a project of an older version to be updated first', async () => {
    const project = await Project.make(PLAIN)
    project.remember({ version: '0.0.9' })
    await project.commit()
    const { status, output } = await project.run('worker')
    expect(status).toBe(2)
    expect(output).toContain('run "generator-flask-dyno update" first')
  })
})

describe('the commands', () => {
  it.each(Object.entries(COMMANDS))('%s explains itself and all that it takes', (command, line) => {
    const help = helpText(command, line)
    expect(help).toMatch(new RegExp(`^Usage: generator-flask-dyno ${command} \\[directory\\] \\[options\\]\n`))
    for (const { key, description } of line.questions) {
      expect(help).toMatch(new RegExp(`--(?:\\[no-\\])?${flagOf({ key })} `))
      expect(help).toContain(description)
    }
    for (const { flag, description } of line.flags) {
      expect(help).toContain(`--${flag} `)
      expect(help).toContain(description)
    }
    expect(help).toContain(usageOf(command).trimEnd())
  })

  it('are found by yo: each has a generator, and its help, in a folder of its name', () => {
    for (const command of Object.keys(COMMANDS)) {
      const folder = new URL(`../../generators/${command}/`, import.meta.url)
      expect(existsSync(new URL('index.ts', folder)), command).toBe(true)
      expect(usageOf(command), command).toMatch(/[^\n]\n$/)
    }
  })
})

const usageOf = (command: string) => readFileSync(new URL(`../../generators/${command}/USAGE`, import.meta.url), 'utf8')
