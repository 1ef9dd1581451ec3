import { afterAll, beforeAll, describe, it } from 'vitest'
import { expectToServeFromImage } from '../scaffold/container-dyno.ts'
import { type Postgres, startPostgres } from '../scaffold/postgres.ts'
import { pythonTools, skipped } from '../scaffold/python.ts'

const tools = await pythonTools()
if (typeof tools === 'string') skipped('no image is followed and started', tools)

describe.skipIf(typeof tools === 'string')('the image of a scaffold', { timeout: 300_000 }, () => {
  let postgres: Postgres | undefined

  beforeAll(async () => {
    postgres = await startPostgres()
  })

  afterAll(async () => {
    await postgres?.stop()
  })

  it.each(['pip', 'poetry', 'pipenv'] as const)('serves what %s installed in it', async (packageManager) => {
    if (typeof tools === 'string' || postgres === undefined) throw new Error('not reached: skipped')
    await expectToServeFromImage(packageManager, tools, postgres)
  })
})
