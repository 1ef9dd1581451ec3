#!/usr/bin/env node
/**
 * Stands in for the Heroku CLI where a test wants to run `bin/provision` quickly: the same commands, flags, answers and exit
 * statuses as the real one has (11.10.0), on a state in the file FAKE_HEROKU. test/slow/provision.test.ts runs the real one.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

const file = process.env.FAKE_HEROKU
const state = JSON.parse(readFileSync(file, 'utf8'))

/** Flags of each command, from `heroku COMMAND --help`; those that take a value end in `=`. */
const FLAGS = {
  'auth:whoami': [],
  'apps:info': ['app=', 'shell'],
  'apps:create': ['no-remote', 'region=', 'space=', 'team=', 'stack=', 'buildpack='],
  'git:remote': ['app=', 'remote='],
  'addons:plans': [],
  'addons:create': ['app=', 'wait'],
  'addons:wait': ['app='],
  config: ['app=', 'shell'],
  'config:set': ['app='],
  'pipelines:info': ['json'],
  'pipelines:create': ['app=', 'stage=', 'team='],
  'pipelines:add': ['app=', 'stage='],
  'ps:scale': ['app='],
  'releases:info': ['app=', 'json'],
  'stack:set': ['app='],
}

const [command, ...rest] = process.argv.slice(2)
const flags = {}
const operands = []
if (!(command in FLAGS)) fail(`${command} is not a heroku command.`, 127)
while (rest.length > 0) {
  const word = rest.shift()
  const name = word.slice(2)
  if (!word.startsWith('--')) operands.push(word)
  else if (FLAGS[command].includes(`${name}=`)) flags[name] = rest.shift()
  else if (FLAGS[command].includes(name)) flags[name] = true
  else fail(`Nonexistent flag: ${word}`, 2)
}
state.calls.push([command, ...process.argv.slice(3)].join(' '))
if (state.fails?.[command] !== undefined) fail(state.fails[command], 1)
const app = state.apps[flags.app]

function fail(message, status) {
  save()
  process.stderr.write(` ›   Error: ${message}\n`)
  process.exit(status)
}

function save() {
  writeFileSync(file, JSON.stringify(state, null, 1))
}

function theApp() {
  if (app !== undefined) return app
  if (state.taken.includes(flags.app))
    fail(`You do not have access to the app ${flags.app}.\n ›\n ›   Error ID: forbidden`, 2)
  return fail("Couldn't find that app.\n ›\n ›   Error ID: not_found", 2)
}

const quoted = (value) => (/["\s#!$&'()*,:;<=>?@[\\\]^`{|}]/.test(value) ? `'${value}'` : value)

const COMMANDS = {
  'auth:whoami': () => (state.account === null ? fail('not logged in', 100) : state.account),
  'apps:info': () => {
    const { addons, coupling, stack, region } = theApp()
    return [
      'auto_cert_mgmt=false',
      `addons=${addons}`,
      'collaborators=',
      ...(coupling === null ? [] : [`pipeline=${coupling}`]),
      `git_url=https://git.heroku.com/${flags.app}.git`,
      `web_url=https://${flags.app}-0123456789ab.herokuapp.com/`,
      `region=${region}`,
      'dynos={}',
      `stack=${stack}`,
    ].join('\n')
  },
  'apps:create': () => {
    const [name] = operands
    if (name in state.apps || state.taken.includes(name)) fail(`Name ${name} is already taken`, 2)
    const { region = 'us', space = null, team = null, stack = 'heroku-24', buildpack = null } = flags
    state.apps[name] = { region, space, team, stack, buildpack, addons: [], config: {}, formation: {}, coupling: null }
    return `https://${name}-0123456789ab.herokuapp.com/ | https://git.heroku.com/${name}.git`
  },
  'git:remote': () => {
    theApp()
    execFileSync('git', ['remote', 'add', flags.remote, `https://git.heroku.com/${flags.app}.git`])
    return `set git remote ${flags.remote}`
  },
  'addons:plans': () =>
    [
      '      Slug                            Name          Price          Max Price',
      ' ────────────────────────────────────────────────────────────────────────────',
      ...state.plans.map(([plan, price]) => `      ${plan}   A name   ~$0.007/hour   ${price}`),
    ].join('\n'),
  'addons:create': () => {
    const [plan] = operands
    if (!state.plans.some(([known]) => known === plan))
      fail("Couldn't find either the add-on service or the add-on plan.", 2)
    theApp().addons.push(plan)
    app.config[plan.startsWith('heroku-redis') ? 'REDIS_URL' : 'DATABASE_URL'] = 'set-by://the-add-on'
    return `Created ${plan}`
  },
  'addons:wait': () => theApp() && '',
  config: () =>
    Object.entries(theApp().config)
      .map(([name, value]) => `${name}=${quoted(value)}`)
      .join('\n'),
  'config:set': () => {
    for (const pair of operands) theApp().config[pair.slice(0, pair.indexOf('='))] = pair.slice(pair.indexOf('=') + 1)
    return operands.map((pair) => pair.replace('=', ': ')).join('\n')
  },
  'pipelines:info': () => (state.pipelines.includes(operands[0]) ? '{}' : fail('Pipeline not found', 1)),
  'pipelines:create': () => {
    if (state.pipelines.includes(operands[0])) fail('Name has already been taken', 2)
    state.pipelines.push(operands[0])
    return COMMANDS['pipelines:add']()
  },
  'pipelines:add': () => {
    theApp().coupling = `${operands[0]}:${flags.stage}`
    return ''
  },
  'ps:scale': () => {
    const { formation } = theApp()
    const shown = () => Object.entries(formation).map(([type, [quantity, size]]) => `${type}=${quantity}:${size}`)
    if (operands.length === 0)
      return shown().length > 0 ? shown().sort().join(' ') : fail(`No process types on ${flags.app}.`, 1)
    for (const change of operands) {
      const [, type, quantity, size] = /^([\w-]+)=(\d+)(?::([\w-]+))?$/.exec(change) ?? fail(`what is ${change}?`, 1)
      formation[type] = [Number(quantity), size ?? 'Basic']
    }
    return ''
  },
  'releases:info': () => {
    theApp()
    const status = state.releases.length > 1 ? state.releases.shift() : state.releases[0]
    return JSON.stringify({ version: 7, status, user: { email: state.account } }, null, 2)
  },
  'stack:set': () => {
    theApp().stack = operands[0]
    return ''
  },
}

const answer = COMMANDS[command]()
save()
if (answer !== '') process.stdout.write(`${answer}\n`)
