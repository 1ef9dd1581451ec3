import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect } from 'vitest'
import { parse } from 'yaml'
import type { Answers } from '../../generators/app/options.ts'
import { WebDyno } from './dyno.ts'
import { followDockerfile, type Image } from './image.ts'
import type { Postgres } from './postgres.ts'
import type { PythonTools } from './python.ts'
import { render, writeProject } from './rendered.ts'

/** What heroku.yml says. https://devcenter.heroku.com/articles/build-docker-images-heroku-yml */
export interface HerokuYml {
  readonly setup?: { readonly addons: readonly { readonly plan: string }[] }
  readonly build: { readonly docker: Readonly<Record<string, string>> }
  readonly release?: { readonly image: string; readonly command: readonly string[] }
  readonly run: Readonly<Record<string, string | { readonly command: readonly string[]; readonly image: string }>>
}

export const herokuYml = (project: string) => parse(readFileSync(join(project, 'heroku.yml'), 'utf8')) as HerokuYml

/** The image of a scaffold, with the Python of this computer in it. */
export async function imageOf(answers: Partial<Answers>, { python }: PythonTools) {
  const { stdout } = await execa(python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])'])
  // Whoever has a newer one gets the newest that a project can ask for.
  const version = stdout === '3.11' || stdout === '3.12' || stdout === '3.13' ? stdout : '3.14'
  const project = writeProject(render('shop', { container: true, python: version, ...answers }))
  return { image: await followDockerfile(project, python), yml: herokuYml(project) }
}

/** A container app comes out of its Dockerfile, is released, serves by heroku.yml and by the image's own command, and ends. */
export async function expectToServeFromImage(
  packageManager: Answers['packageManager'],
  tools: PythonTools,
  postgres: Postgres,
): Promise<void> {
  const { image, yml } = await imageOf({ packageManager }, tools)
  const python = (code: string) => execa(join(image.workdir, '../venv/bin/python'), ['-c', code])
  const database = `in_a_container_of_${packageManager}`
  await python(
    `import psycopg; psycopg.connect("${postgres.url('postgres')}", autocommit=True).execute("CREATE DATABASE ${database}")`,
  )
  const config = { DYNO: 'web.1', SECRET_KEY: 'a secret of the test', DATABASE_URL: postgres.url(database) }

  const developing = await python('import importlib.util as u; print(u.find_spec("pytest"), u.find_spec("ruff"))')
  expect(developing.stdout).toBe('None None')
  for (const path of ['tests', '.env.example', 'README.md', 'bin/provision'])
    expect(existsSync(join(image.workdir, path)), path).toBe(false)
  expect(image.user).toBe('1000')
  expect((await inContainer(image, 'touch here', config)).all).toContain('Permission denied')

  const released = await inContainer(image, yml.release?.command.join(' && ') ?? '', config)
  expect(released.exitCode, released.all).toBe(0)
  for (const command of [String(yml.run.web), shellWords(image.cmd)]) {
    const slug = { root: image.workdir, bin: '/usr/bin' }
    const web = await WebDyno.start(slug, await confined(image, command), { ...image.environment, ...config })
    expect((await web.fetch('/health')).status, web.log).toBe(200)
    expect((await web.stop()).status, web.log).toBe(0)
    expect(web.log).not.toContain('[ERROR]')
  }
}

export const shellWords = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ')

/**
 * A command as the user of the image runs it, to whom /app does not belong: without the right to write there. root keeps its
 * rights over every file unless it gives them up. Heroku tells every process of a dyno to end, and so no shell stays around it.
 */
async function confined(image: Image, command: string): Promise<string> {
  await execa('chmod', ['-R', 'a-w', image.workdir])
  if (process.getuid?.() !== 0) return `exec ${command}`
  await execa('chown', ['-R', 'nobody', image.workdir])
  const dropped = '-dac_override,-fowner,-chown,-fsetid'
  return `exec setpriv --bounding-set=${dropped} --inh-caps=${dropped} /bin/sh -c 'exec ${command.replaceAll("'", `'\\''`)}'`
}

export async function inContainer(image: Image, command: string, config: Readonly<Record<string, string>>) {
  return await execa('/bin/sh', ['-c', await confined(image, command)], {
    cwd: image.workdir,
    env: { ...image.environment, ...config },
    extendEnv: false,
    reject: false,
    all: true,
    timeout: 60_000,
  })
}
