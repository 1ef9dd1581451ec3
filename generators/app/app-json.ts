import type { Addon, ConfigVar, Process } from '../_shared/part.ts'
import type { Answers } from './options.ts'

/** What app.json is made from. */
export interface Manifest {
  readonly name: string
  readonly answers: Answers
  readonly processes: readonly Process[]
  readonly addons: readonly Addon[]
  readonly configVars: readonly ConfigVar[]
}

/**
 * app.json: what Heroku sets up for a review app, a test run of Heroku CI, and an app made by the Heroku Button.
 * https://devcenter.heroku.com/articles/app-json-schema
 */
export function appJson({ name, answers, processes, addons, configVars }: Manifest): string {
  const { container, generation, reviewApps } = answers
  return written({
    name,
    description: 'A Flask app.',
    keywords: ['python', 'flask'],
    ...(container ? { stack: 'container' } : {}),
    ...(generation === 'cedar' && !container ? { buildpacks: [{ url: 'heroku/python' }] } : {}),
    ...(addons.length > 0 ? { addons: addons.map(({ service }) => service) } : {}),
    env: Object.fromEntries(
      configVars.filter(({ from }) => from !== 'addon').map((each) => [each.name, described(each)]),
    ),
    formation: formation(processes, answers, answers.dynoSize),
    environments: {
      test: testEnvironment(answers, processes, addons),
      ...(reviewApps ? { review: reviewEnvironment(answers, processes, addons) } : {}),
    },
  })
}

function described({ description, from, required }: ConfigVar): Json {
  if (from === 'secret') return { description, generator: 'secret' }
  return typeof from === 'object' ? { description, value: from.value } : { description, required }
}

/** Dynos by type. Fir has sizes of its own, and starts with its smallest. */
function formation(processes: readonly Process[], { generation }: Answers, size: string): Json {
  return Object.fromEntries(
    processes.flatMap(({ type, quantity }) =>
      quantity === undefined ? [] : [[type, generation === 'fir' ? { quantity } : { quantity, size }]],
    ),
  )
}

/**
 * A test run of Heroku CI. The tests bring what stands in for the add-ons; where Heroku CI is what the team goes by, the tables
 * are first made in a real PostgreSQL, in the dyno of the run: https://devcenter.heroku.com/articles/heroku-ci-in-dyno-databases
 */
function testEnvironment({ ci }: Answers, processes: readonly Process[], addons: readonly Addon[]): Json {
  const release = processes.find(({ type }) => type === 'release')
  if (ci === 'heroku' && release !== undefined)
    return { addons: ['heroku-postgresql:in-dyno'], scripts: { 'test-setup': release.command, test: 'pytest' } }
  return { ...(addons.length > 0 ? { addons: [] } : {}), scripts: { test: 'pytest' } }
}

/**
 * An app for a pull request: the smallest plans, no job at a fixed time, and some data to look at.
 * https://devcenter.heroku.com/articles/github-integration-review-apps
 */
function reviewEnvironment(answers: Answers, processes: readonly Process[], addons: readonly Addon[]): Json {
  const small = processes.map((each) => (each.type === 'clock' ? { ...each, quantity: 0 } : each))
  return {
    ...(addons.length > 0 ? { addons: addons.map(({ service }) => `${service}:${SMALLEST[service]}`) } : {}),
    formation: formation(small, answers, answers.dynoSize === 'eco' ? 'eco' : 'basic'),
    ...(answers.database === 'postgres' ? { scripts: { postdeploy: 'flask add-samples' } } : {}),
  }
}

/** The plans of data/heroku.json that cost least. */
const SMALLEST = { 'heroku-postgresql': 'essential-0', 'heroku-redis': 'mini' } as const satisfies Record<
  Addon['service'],
  string
>

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json }

const LINE_LENGTH = 100

/** JSON with the members of an object each on a line, unless it is small and lies deep. */
function written(value: Json): string {
  return `${pretty(value, 0)}\n`
}

function pretty(value: Json, depth: number): string {
  if (typeof value !== 'object') return JSON.stringify(value)
  const list = isList(value)
  const members = list
    ? value.map((each) => pretty(each, depth + 1))
    : Object.entries(value).map(([key, each]) => `${JSON.stringify(key)}: ${pretty(each, depth + 1)}`)
  const line = list ? `[${members.join(', ')}]` : `{ ${members.join(', ')} }`
  const flat = list || Object.values(value).every((each) => typeof each !== 'object')
  if (members.length === 0 || (flat && depth > 0 && 2 * depth + line.length < LINE_LENGTH)) return line
  const margin = '  '.repeat(depth)
  return `${list ? '[' : '{'}\n${margin}  ${members.join(`,\n${margin}  `)}\n${margin}${list ? ']' : '}'}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
