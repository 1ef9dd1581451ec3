import { readAppJsonSource } from '../../engine/facts/app-json.ts'
import { type JsonNode, type JsonSpan, memberOf } from '../../engine/facts/json-source.ts'
import {
  dynoSizes,
  type Retired,
  retiredAddon,
  retiredSize,
  retiredStack,
  stacks,
} from '../../engine/facts/platform-data.ts'
import type { FindingDraft, Level, Place } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import { nearest } from '../../engine/select.ts'

export const appJsonRetired = defineRule({
  id: 'app-json-retired',
  stage: 'platform',
  level: 'error',
  summary: 'app.json asks for a plan, add-on, stack or dyno size that is gone',
  why: 'Plans, stacks and sizes have ends: the free ones went on 28 November 2022, the Postgres plans mini and basic on 22 May 2024, a stack goes with its Ubuntu release. The file is read only when an app is made from it, so that it keeps the names of its day until a review app or the Deploy button fails. An add-on without a plan (`"heroku-postgresql"`) gets the default one and never goes stale.',
  consequence:
    'Setting up an app stops: "invalid app.json. The heroku-postgresql:hobby-dev plan is no longer available", or "The mini plan has reached end-of-life".',
  instead:
    'Leave the plan to Heroku, or name one that exists:\n\n```json\n{\n  "stack": "heroku-26",\n  "formation": { "web": { "quantity": 1, "size": "basic" } },\n  "addons": ["heroku-postgresql", "heroku-redis"]\n}\n```',
  fix: { safety: 'unsafe', note: 'names the cheapest plan, size or stack in its place; look at the price first' },
  sources: [
    { title: 'app.json schema', url: 'https://devcenter.heroku.com/articles/app-json-schema' },
    { title: 'Stacks', url: 'https://devcenter.heroku.com/articles/stack' },
    { title: 'Heroku Postgres plans', url: 'https://devcenter.heroku.com/articles/heroku-postgres-plans' },
    { title: 'A report of the error', url: 'https://github.com/miguelgrinberg/microblog-api/issues/15' },
  ],
  since: '0.1.0',
  predicts: ['checks::stack::eol', 'checks::stack::unknown'],
  needs: ['tree', 'plan'],
  check: ({ tree }) => {
    const root = readAppJsonSource(tree)?.root
    return root ? fromAppJson(root) : []
  },
})

function fromAppJson(root: JsonNode): FindingDraft[] {
  const environments = memberOf(root, 'environments')
  const all = environments?.kind === 'object' ? environments.members.map(({ value }) => value) : []
  return [...inPart(root, 'error'), ...all.flatMap((part) => inPart(part, 'warning'))]
}

/** Review apps and CI runs get a plan that the add-on's provider chose for them (https://devcenter.heroku.com/changelog-items/1113). */
function inPart(part: JsonNode, level: Level): FindingDraft[] {
  return [
    ...strings(memberOf(part, 'stack')).flatMap((node) => stackFinding(node, level)),
    ...addonNodes(part).flatMap((node) => addonFinding(node, level)),
    ...sizeNodes(part).flatMap((node) => sizeFinding(node, level)),
  ]
}

type Text = JsonSpan & { readonly value: string }

const strings = (node: JsonNode | undefined): Text[] => (node?.kind === 'string' ? [node] : [])

function addonNodes(part: JsonNode): Text[] {
  const addons = memberOf(part, 'addons')
  if (addons?.kind !== 'array') return []
  return addons.items.flatMap((item) => strings(item.kind === 'object' ? memberOf(item, 'plan') : item))
}

function sizeNodes(part: JsonNode): Text[] {
  const formation = memberOf(part, 'formation')
  if (formation?.kind !== 'object') return []
  return formation.members.flatMap(({ value }) => strings(memberOf(value, 'size')))
}

const inAppJson = ({ start, end }: JsonSpan): Place => ({ path: 'app.json', start, end })

function stackFinding(node: Text, level: Level): FindingDraft[] {
  const retired = retiredStack(node.value)
  if (retired === null) return unknownName(node, 'stack', stacks)
  const consequence =
    retired.kind === 'ended'
      ? 'Heroku no longer builds on this stack: the app is not set up, and the Python buildpack refuses it (checks::stack::eol).'
      : `It works until then; after ${retired.until} Heroku refuses to build on it.`
  return [draft(node, 'The stack', retired, level, consequence)]
}

function addonFinding(node: Text, level: Level): FindingDraft[] {
  const retired = retiredAddon(node.value)
  if (retired === null || retired.kind !== 'ended') return []
  const what = retired.name === undefined ? 'The plan' : 'The add-on'
  return [draft(node, what, retired, level)]
}

function sizeFinding(node: Text, level: Level): FindingDraft[] {
  const retired = retiredSize(node.value)
  return retired === null ? unknownName(node, 'dyno size', dynoSizes) : [draft(node, 'The dyno size', retired, level)]
}

function draft(node: Text, what: string, retired: Retired, level: Level, consequence?: string): FindingDraft {
  const { instead } = retired
  const { start, end } = node
  const name = node.value.slice(0, 80)
  const when =
    retired.kind === 'ending'
      ? `ends on ${retired.until}`
      : `is gone${retired.since === null ? '' : ` since ${retired.since}`}`
  const advice = instead === null ? 'Leave it out, or name another one.' : `Write ${instead}.`
  return {
    at: inAppJson(node),
    level: retired.kind === 'ending' ? 'warning' : level,
    message: `${what} ${name} ${when}. ${advice}`,
    ...(consequence === undefined ? {} : { consequence }),
    ...(instead === null
      ? {}
      : {
          fix: {
            safety: 'unsafe' as const,
            description: `write ${instead}`,
            edits: [
              {
                kind: 'text' as const,
                path: 'app.json',
                start,
                end,
                text: JSON.stringify(instead),
              },
            ],
          },
        }),
  }
}

/** A name that nobody here has heard of may be newer than the data: only one that is nearly another is spoken of. */
function unknownName(node: Text, what: string, known: readonly string[]): FindingDraft[] {
  const name = node.value.toLowerCase()
  if (name === '' || known.includes(name) || /^heroku-\d+$/.test(name)) return []
  const meant = nearest(name, known)
  if (meant === undefined) return []
  return [
    {
      at: inAppJson(node),
      level: 'warning',
      message: `There is no ${what} "${node.value.slice(0, 40)}" that is known here; did you mean "${meant}"?`,
      consequence: `An app that is made from app.json stops at a ${what} that Heroku does not know.`,
      fix: {
        safety: 'unsafe',
        description: `write ${meant}`,
        edits: [{ kind: 'text', path: 'app.json', start: node.start, end: node.end, text: JSON.stringify(meant) }],
      },
    },
  ]
}
