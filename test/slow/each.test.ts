import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { program } from '../cli/program.ts'

const BENCH = join(dirname(fileURLToPath(import.meta.url)), '../../bench/each.mjs')

test.skipIf(process.platform !== 'linux')('memory stays flat over many repositories', { timeout: 300_000 }, () => {
  const args = ['--repositories', '600', '--program', program(), '--max-growth', '60']
  const { status, stdout, stderr } = spawnSync(process.execPath, [BENCH, ...args], { encoding: 'utf8' })
  expect(status, `${stdout}${stderr}`).toBe(0)
  expect(stdout).toContain('600 repositories')
})
