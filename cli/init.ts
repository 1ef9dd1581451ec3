import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { workingTree } from '../engine/tree-git.ts'
import { type Arguments, UsageError } from './arguments.ts'
import { BASELINE_FILE } from './baseline.ts'
import { calledAs } from './called-as.ts'
import { INIT_CI } from './commands.ts'
import { CONFIG_FILE } from './config-file.ts'
import { look, settingsOf } from './look.ts'
import { complain, print } from './output.ts'
import manifest from './package.json' with { type: 'json' }
import { treeOf } from './project.ts'

/** One file that `init` makes, or the text that a person adds to a file of theirs. */
interface Step {
  readonly path: string
  readonly text: string
  /** The file is the project's own: it is shown what to add, and never written. */
  readonly isShown?: boolean
}

/** `flask-dyno init`: the config and the CI step. A file that exists is left as it is. */
export async function init(given: Arguments): Promise<number> {
  const tree = treeOf(given)
  const steps: Step[] = [{ path: CONFIG_FILE, text: CONFIG }, ...ciSteps(given, tree.root)]
  const made: string[] = []
  const out: string[] = []
  for (const { path, text, isShown } of steps) {
    const file = join(tree.root, path)
    if (isShown === true) out.push(`Add this to ${path}:\n\n${indented(text)}`)
    else if (existsSync(file)) complain(`${path} exists and stays as it is`)
    else if (given.flag('dry-run')) out.push(`${path} would be made:\n\n${indented(text)}`)
    else {
      write(file, text)
      made.push(path)
    }
  }
  if (made.length > 0) out.unshift(`Made ${made.join(' and ')}.`)
  const { result } = await look(
    workingTree(tree.root, () => {}),
    settingsOf(given),
  )
  const program = calledAs()
  const count = result.findings.length
  if (count > 0) {
    const known = `${count === 1 ? '1 finding' : `${count} findings`} today: ${program} lint shows them`
    out.push(
      `${known}. To let CI pass until they are mended:\n\n    ${program} lint --write-baseline\n    baseline: ${BASELINE_FILE}    (this line in ${CONFIG_FILE})`,
    )
  }
  out.push(`${program} hook install checks the commits of each push.`)
  return print(`${out.join('\n\n')}\n`, 0)
}

const CONFIG = `# yaml-language-server: $schema=https://raw.githubusercontent.com/flask-dyno/flask-dyno/main/schema/flask-dyno.json
# Settings of flask-dyno: https://github.com/flask-dyno/flask-dyno/blob/main/docs/configuration.md
# Everything here is a comment and shows what could be said; the defaults are right for most apps.

# preset: strict            # also show what is merely worth knowing
# generation: fir           # the app runs on Fir; the default is cedar
# root: backend             # the app is in a folder of its own
# baseline: .flask-dyno-baseline.json
# rules:
#   gunicorn-workers-fixed: off
#   requirement-unpinned: warning
# exclude:
#   - scripts/legacy/**
# ignore:
#   - rule: secret-key-hardcoded
#     path: tests/**
#     reason: only the tests read it
`

function ciSteps(given: Arguments, root: string): Step[] {
  const ci = given.choice('ci', INIT_CI) ?? detected(root)
  const run = `npx --yes flask-dyno@${manifest.version} lint`
  switch (ci) {
    case 'github':
      return [{ path: '.github/workflows/flask-dyno.yml', text: githubWorkflow(run) }]
    case 'gitlab':
      return [{ path: '.gitlab-ci.yml', text: gitlabJob(run), isShown: existsSync(join(root, '.gitlab-ci.yml')) }]
    case 'circleci': {
      const path = '.circleci/config.yml'
      return [{ path, text: circleConfig(run), isShown: existsSync(join(root, path)) }]
    }
    case 'none':
      return []
  }
}

/** The CI system whose files are there; none where there is nothing to go by. */
function detected(root: string): (typeof INIT_CI)[number] {
  if (existsSync(join(root, '.github'))) return 'github'
  if (existsSync(join(root, '.gitlab-ci.yml'))) return 'gitlab'
  return existsSync(join(root, '.circleci')) ? 'circleci' : 'none'
}

const githubWorkflow = (run: string): string => `name: Heroku

on:
  push:
    branches: [main]
  pull_request:

permissions:
  contents: read

jobs:
  flask-dyno:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      # Would this commit build, boot, keep its data and stay safe on Heroku?
      - run: ${run} --format github
`

const gitlabJob = (run: string): string => `flask-dyno:
  image: node:24-slim
  script:
    # Would this commit build, boot, keep its data and stay safe on Heroku?
    - ${run} --also gitlab=gl-code-quality-report.json
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
`

const circleConfig = (run: string): string => `version: 2.1
jobs:
  flask-dyno:
    docker:
      - image: cimg/node:24.11
    steps:
      - checkout
      # Would this commit build, boot, keep its data and stay safe on Heroku?
      - run: ${run} --also junit=results/flask-dyno.xml
      - store_test_results:
          path: results
workflows:
  flask-dyno:
    jobs: [flask-dyno]
`

const indented = (text: string): string => text.replace(/^(?=.)/gm, '    ').trimEnd()

function write(file: string, text: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    throw new UsageError(`${file} could not be written: ${error instanceof Error ? error.message : error}`)
  }
}
