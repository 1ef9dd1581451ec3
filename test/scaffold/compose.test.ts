import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { lint, workingTree } from '../../cli/api.ts'
import { checkers } from './checkers.ts'
import { skipped } from './python.ts'
import { render, writeProject } from './rendered.ts'

interface Service {
  readonly image: string
  readonly environment?: Readonly<Record<string, string>>
  readonly ports: readonly string[]
  readonly volumes: readonly string[]
  readonly healthcheck: { readonly test: readonly string[] }
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly volumes: Readonly<Record<string, null>>
}

type Answers = NonNullable<Parameters<typeof render>[1]>

const programs = await checkers()
if (typeof programs === 'string') skipped('compose.yaml is not read by its schema', programs)

/** What compose.yaml says, and the addresses that .env.example has for it, once their `#` is taken away. */
function made(answers: Answers) {
  const project = writeProject(render('shop', { compose: true, ...answers }))
  const lines = readFileSync(join(project, '.env.example'), 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=(.*)$/gm)
  return {
    project,
    compose: parse(readFileSync(join(project, 'compose.yaml'), 'utf8')) as Compose,
    env: Object.fromEntries([...lines].map(([, name = '', value = '']) => [name, value])),
  }
}

const CASES: readonly [Answers, string[]][] = [
  [{}, ['postgres']],
  [{ jobs: 'rq' }, ['postgres', 'valkey']],
  [{ database: 'none', migrations: false, cache: true }, ['valkey']],
  [{ database: 'none', migrations: false, sessions: 'server' }, ['valkey']],
  [{ database: 'none', migrations: false, uploads: true }, ['s3']],
  [{ jobs: 'celery', uploads: true }, ['postgres', 'valkey', 's3']],
]

describe.each(CASES)('compose.yaml with %j', (answers, names) => {
  const { project, compose, env } = made(answers)
  const services = Object.values(compose.services)

  it('has the services that the app uses, and no other', () => {
    expect(Object.keys(compose.services)).toEqual(names)
  })

  it('lets nobody in but this computer, and keeps the data', () => {
    for (const { ports, volumes } of services) {
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
      const named = volumes.map((volume) => volume.split(':')[0])
      expect(named).toHaveLength(1)
      for (const volume of named) expect(Object.keys(compose.volumes)).toContain(volume)
    }
    expect(Object.keys(compose.volumes)).toEqual(names)
  })

  it('says when each service is ready, and which version it is', () => {
    for (const { healthcheck, image } of services) {
      expect(healthcheck.test[0]).toBe('CMD')
      expect(image).toMatch(/^[\w./-]+:\d+(?:\.\d+)?$/)
    }
  })

  it('is what the addresses in .env.example lead to', () => {
    const published = (name: string) => compose.services[name]?.ports[0]?.split(':')[1]
    if (names.includes('postgres')) {
      const { hostname, port, username, password, pathname } = new URL(env.DATABASE_URL ?? '')
      expect([hostname, port || '5432']).toEqual(['localhost', published('postgres')])
      expect(username).toBe('postgres')
      const settings = compose.services.postgres?.environment
      expect({ POSTGRES_PASSWORD: password, POSTGRES_DB: pathname.slice(1) }).toEqual(settings)
    }
    if (names.includes('valkey')) {
      const { protocol, hostname, port } = new URL(env.REDIS_URL ?? '')
      expect([protocol, hostname, port]).toEqual(['redis:', 'localhost', published('valkey')])
    }
    if (names.includes('s3')) {
      const { hostname, port } = new URL(env.S3_ENDPOINT_URL ?? '')
      expect([hostname, port]).toEqual(['localhost', published('s3')])
      const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, S3_BUCKET } = env
      expect({ AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, S3_BUCKET }).toEqual(compose.services.s3?.environment)
    }
  })

  it.skipIf(typeof programs === 'string')('is what the Compose specification wants', async () => {
    if (typeof programs === 'string') throw new Error('not reached: skipped')
    const file = join(project, 'compose.yaml')
    const checked = await execa(programs.checkJsonschema, ['--builtin-schema', 'vendor.compose-spec', file], {
      reject: false,
      all: true,
    })
    expect(checked.exitCode, checked.all).toBe(0)
  })

  it('is no fault to flask-dyno', async () => {
    const { findings } = await lint(workingTree(project))
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })
})

describe('local services', () => {
  it('are refused where there is none to run', () => {
    expect(() => render('shop', { compose: true, database: 'none', migrations: false })).toThrow(
      '--compose has no service to run',
    )
  })
})
