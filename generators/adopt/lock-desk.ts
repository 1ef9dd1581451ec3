import type { Facts, Finding, Fix, Tree } from 'flask-dyno'
import { addingRun, lockingRun, runTool, type ToolResult, type ToolRun } from '../_shared/lock-tools.ts'

/** What a lock file has to be asked from its own tool for, and what came of it. */
export class LockDesk {
  readonly #mayRun: (program: string) => Promise<boolean>
  #answer: Promise<boolean> | undefined
  readonly #results = new Map<string, Promise<ToolResult>>()
  /** Why a command did nothing here. */
  readonly #refusals = new Map<string, string>()

  /** @param mayRun whether a tool may be started, which asks the package index; called once, when it is first wanted. */
  constructor(mayRun: (program: string) => Promise<boolean>) {
    this.#mayRun = mayRun
  }

  /** The change that a tool makes for a finding; undefined where no tool can help, or none may or could. */
  async fixFor(finding: Finding, all: readonly Finding[], { tree, dependencies }: Facts): Promise<Fix | undefined> {
    const run = toolRunFor(finding, all, tree, dependencies.manager)
    if (run === undefined) return undefined
    this.#answer ??= this.#mayRun(run.program)
    if (!(await this.#answer)) return undefined
    const key = JSON.stringify([run.shown, ...MANIFESTS.map((path) => tree.read(path)?.text ?? null)])
    const result = this.#results.get(key) ?? runTool(tree, run)
    this.#results.set(key, result)
    const made = await result
    if ('refusal' in made) {
      this.#refusals.set(run.shown, made.refusal)
      return undefined
    }
    return {
      safety: 'unsafe',
      description: `let ${run.shown.split(' ')[0]} write its lock, as \`${run.shown}\` does`,
      edits: made.edits,
    }
  }

  /** Commands that a person has to run for what is still found in the end, each with the reason. */
  left(findings: readonly Finding[], { tree, dependencies }: Facts): string[] {
    const wanted = findings.flatMap((finding) => toolRunFor(finding, findings, tree, dependencies.manager) ?? [])
    const names = missingFrom(findings)
    if (dependencies.manager === 'pip' && names.length > 0) return [compiling(tree, names)]
    return [...new Set(wanted.map(({ shown }) => shown))].map((shown) => {
      const reason = this.#refusals.get(shown)
      return `run \`${shown}\` and commit what it writes${reason === undefined ? '' : ` (${reason})`}`
    })
  }
}

const MANIFESTS = ['pyproject.toml', 'uv.lock', 'poetry.lock', 'Pipfile', 'Pipfile.lock']

/** What a tool would have to do about a finding. */
function toolRunFor(
  { rule, path, missing }: Finding,
  all: readonly Finding[],
  tree: Tree,
  manager: string | null,
): ToolRun | undefined {
  // One run brings all that is missing, and a lock that fits.
  const names = missingFrom(all)
  if (missing !== undefined || (rule === 'lockfile-stale' && names.length > 0)) return addingRun(manager, names)
  if (rule === 'lockfile-stale') return locking(path)
  if (rule === 'pipfile-lock-missing' && manager === null) return lockingRun('pipenv')
  if (rule === 'package-manager-missing' && path === 'pyproject.toml') {
    return lockingRun(/^\[tool\.poetry\]/m.test(tree.read(path)?.text ?? '') ? 'poetry' : 'uv')
  }
  return undefined
}

function locking(lock: string): ToolRun | undefined {
  if (lock === 'uv.lock') return lockingRun('uv')
  if (lock === 'poetry.lock') return lockingRun('poetry')
  return lock === 'Pipfile.lock' ? lockingRun('pipenv') : undefined
}

const missingFrom = (findings: readonly Finding[]): string[] =>
  [...new Set(findings.flatMap(({ missing }) => missing ?? []))].sort()

/** What is left to do where a tool compiled requirements.txt, or it holds hashes. */
function compiling(tree: Tree, names: readonly string[]): string {
  const hashes = /--hash=/.test(tree.read('requirements.txt')?.text ?? '') ? ' with --generate-hashes' : ''
  const source = tree.has('requirements.in') ? 'requirements.in' : 'what requirements.txt was compiled from'
  return `add ${names.join(' and ')} to ${source}, and compile requirements.txt anew${hashes}`
}
