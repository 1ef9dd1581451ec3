import { describe, expect, it } from 'vitest'
import { Project } from '../generators/project.ts'

/** Whatever is added or changed later: the project is then as if it had been made so. */

const PLAIN = ['--database', 'none', '--ci', 'none']

describe('one part, added to a project', () => {
  it.each([
    ['database', [], ['--database', 'postgres']],
    [
      'database',
      ['--no-migrations', '--database-plan', 'standard-0'],
      ['--database', 'postgres', '--no-migrations', '--database-plan', 'standard-0'],
    ],
    ['worker', [], ['--jobs', 'rq']],
    ['worker', ['--jobs', 'celery', '--schedule'], ['--jobs', 'celery', '--schedule']],
    ['storage', [], ['--uploads']],
    ['container', [], ['--container']],
    ['review-apps', [], ['--review-apps']],
    ['ci', ['--ci', 'gitlab'], ['--ci', 'gitlab']],
    ['hook', [], ['--hook']],
  ])('%s %j makes it as if it had been there from the start', async (command, flags, asked) => {
    const project = await Project.make(PLAIN)
    const { status, output } = await project.run(command, ...flags)
    expect(status, output).toBe(0)
    const fresh = await Project.make([...PLAIN, ...asked])
    expect(project.files()).toEqual(fresh.files())
  })
})

describe('answers, changed by an update', () => {
  it.each([
    [['--package-manager', 'uv', '--layout', 'module', '--frontend', 'api']],
    [['--package-manager', 'poetry', '--websockets']],
    [['--package-manager', 'pipenv', '--no-migrations', '--python', '3.12']],
    [['--jobs', 'celery', '--schedule', '--cache', '--sessions', 'server', '--uploads', '--review-apps']],
    [['--jobs', 'rq', '--container', '--compose', '--ci', 'gitlab', '--region', 'eu']],
    [['--generation', 'fir', '--database', 'none']],
    [['--ci', 'heroku', '--uploads']],
  ])('%j', async (flags) => {
    const project = await Project.make()
    const { status, output } = await project.update(...flags)
    expect(status, output).toBe(0)
    expect(project.files()).toEqual((await Project.make(flags)).files())
  })
})
