import { expect, test } from 'vitest'
import manifest from '../../cli/package.json' with { type: 'json' }
import { rules } from '../../rules/registry.ts'
import { flaskDyno } from './program.ts'

test('--version says the version and nothing else', () => {
  expect(flaskDyno(['--version'])).toEqual({ status: 0, stdout: `${manifest.version}\n`, stderr: '' })
})

test('--help shows the commands, and each command its options', () => {
  const { status, stdout } = flaskDyno(['--help'])
  expect(status).toBe(0)
  for (const name of ['lint', 'plan', 'explain', 'rules', 'init', 'hook']) {
    expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'))
    const help = flaskDyno([name, '--help'])
    expect(help).toMatchObject({ status: 0, stderr: '' })
    expect(help.stdout).toMatch(new RegExp(`^flask-dyno ${name} `))
    expect(flaskDyno(['help', name]).stdout).toBe(help.stdout)
  }
  expect(stdout.split('\n').every((line) => line.length <= 120)).toBe(true)
})

test('rules lists every rule, for people and for programs', () => {
  const { stdout } = flaskDyno(['rules'])
  for (const { id } of rules) expect(stdout).toContain(id)
  const list = JSON.parse(flaskDyno(['rules', '--format', 'json']).stdout)
  expect(list.version).toBe(1)
  expect(list.rules.map((rule: { id: string }) => rule.id)).toEqual(rules.map((rule) => rule.id))
})

test.each(rules.map((rule) => rule.id))('explain %s tells why, what Heroku does, and shows an example', (id) => {
  const { status, stdout } = flaskDyno(['explain', id])
  expect(status).toBe(0)
  const parts = ['Why it matters on Heroku', 'What Heroku does', 'Example', 'What to write instead', 'Sources']
  for (const part of parts) expect(stdout).toContain(`\n${part}\n`)
  expect(stdout).toContain(`[${id}]`)
})
