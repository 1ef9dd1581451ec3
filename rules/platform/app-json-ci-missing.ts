import { type JsonNode, memberOf, stringOf } from '../../engine/facts/json-source.ts'
import type { TextEdit } from '../../engine/finding.ts'
import { withMember } from '../../engine/fix-json.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const appJsonCiMissing = defineRule({
  id: 'app-json-ci-missing',
  stage: 'platform',
  level: 'info',
  summary: 'There are tests, app.json sets up review apps or CI, and no command runs the tests there',
  why: 'Heroku CI makes an app for each push, builds it with the test requirements and runs `environments.test.scripts.test` of app.json. Without that line there is nothing to run, and a pipeline that looks tested is not.',
  consequence: 'A Heroku CI run stops without a test, or is never made; what is merged goes on untested.',
  instead:
    '```json\n{\n  "environments": {\n    "test": {\n      "addons": ["heroku-postgresql:in-dyno"],\n      "scripts": { "test": "pytest" }\n    }\n  }\n}\n```\n\npip installs `requirements-test.txt` there besides, uv its default groups, Poetry all groups that are not optional, Pipenv the development packages.',
  fix: { safety: 'unsafe', note: 'names pytest as the command, where the tests are written for it' },
  sources: [
    { title: 'Heroku CI', url: 'https://devcenter.heroku.com/articles/heroku-ci' },
    {
      title: 'app.json schema: environments',
      url: 'https://devcenter.heroku.com/articles/app-json-schema#environments',
    },
    {
      title: 'What the Python buildpack does in a CI run',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/main/bin/test-compile',
    },
  ],
  since: '0.1.0',
  needs: ['appJson', 'plan', 'tree'],
  check: ({ appJson, tree }) => {
    if (!tree.paths.some((path) => TEST_FILE.test(path))) return []
    if (tree.has('app-ci.json'))
      return [
        {
          at: { path: 'app-ci.json' },
          message: 'app-ci.json is deprecated: `heroku ci:migrate-manifest` moves it into "environments" of app.json.',
        },
      ]
    const { root, path } = appJson
    const environments = root.kind === 'object' ? root.members.find(({ key }) => key === 'environments') : undefined
    if (environments === undefined || environments.value.kind !== 'object') return []
    const { members } = environments.value
    if (members.length === 0 || hasCommand(memberOf(environments.value, 'test'))) return []
    const at = members.find(({ key }) => key === 'test')?.keyAt ?? environments.keyAt
    const command = usesPytest(tree) ? withCommand(path, tree.read(path)?.text ?? '', environments.value) : null
    return [
      {
        at: { path, ...at },
        message:
          'No command runs the tests in Heroku CI. Write "scripts": { "test": "pytest" } under "environments", "test".',
        ...(command === null ? {} : { fix: { safety: 'unsafe', description: 'run pytest there', edits: [command] } }),
      },
    ]
  },
})

const TEST_FILE = /(?:^|\/)(?:test_[^/]+|[^/]+_test|tests)\.py$/

/** Anything but an empty text counts. */
function hasCommand(test: JsonNode | undefined): boolean {
  const command = memberOf(memberOf(test, 'scripts'), 'test')
  return command !== undefined && stringOf(command)?.trim() !== ''
}

const usesPytest = (tree: Tree): boolean =>
  tree.paths.some(
    (path) =>
      TEST_FILE.test(path) && /^\s*(?:import pytest\b|from pytest import|def test_)/m.test(tree.read(path)?.text ?? ''),
  )

/** Where "test" and "scripts" are there already, only what is missing is added. */
function withCommand(path: string, text: string, environments: JsonNode): TextEdit | null {
  if (environments.kind !== 'object') return null
  const test = memberOf(environments, 'test')
  if (test === undefined) return withMember(path, text, environments, 'test', '{ "scripts": { "test": "pytest" } }')
  if (test.kind !== 'object') return null
  const scripts = memberOf(test, 'scripts')
  if (scripts === undefined) return withMember(path, text, test, 'scripts', '{ "test": "pytest" }')
  return scripts.kind === 'object' && memberOf(scripts, 'test') === undefined
    ? withMember(path, text, scripts, 'test', '"pytest"')
    : null
}
