import { join } from 'node:path'
import { execa } from 'execa'
import { temporary } from './temporary.ts'

/** The tools that the tests need beside a scaffold's own packages. */
export interface PythonTools {
  readonly python: string
  readonly uv: string
}

/**
 * Finds Python 3.11 or newer and installs uv beside it.
 * Returns the reason, for one line of output, where Python or its package index is missing.
 */
export async function pythonTools(): Promise<PythonTools | string> {
  const python = process.env.PYTHON ?? 'python3'
  const version = await execa(python, ['-c', 'import sys, ensurepip; print(sys.version_info >= (3, 11))'], {
    reject: false,
  })
  if (version.stdout.trim() !== 'True') return `no Python 3.11 or newer with pip (${python})`
  const bin = await venv(python)
  // The version of Heroku's buildpack, with which the locks were made.
  const install = await execa(join(bin, 'pip'), ['install', '--quiet', 'uv==0.12.5'], { reject: false })
  if (install.exitCode !== 0) {
    if (/Could not find a version|Connection|Temporary failure|Max retries|timed out/i.test(install.stderr)) {
      return 'the Python package index does not answer'
    }
    throw new Error(install.stderr)
  }
  return { python, uv: join(bin, 'uv') }
}

/** Makes a virtual environment in a temporary folder; returns its bin folder. */
export async function venv(python: string): Promise<string> {
  const folder = temporary('venv')
  await execa(python, ['-m', 'venv', folder])
  return join(folder, 'bin')
}

/** Says in one line that tests are skipped, and why; on CI, where nobody reads that line, it is a failure. */
export function skipped(what: string, reason: string): void {
  if (process.env.CI === 'true') throw new Error(`${what}: ${reason}, and on CI nothing may be skipped`)
  console.log(`skipped: ${what}: ${reason}`)
}
