import { type Edit, type JsonNode, memberOf, parseJson, stringOf, type Tree } from 'flask-dyno'
import { appJson } from '../app/app-json.ts'
import type { Blueprint } from '../app/render.ts'
import { intoObject, type Member, styleOf } from './edit-app-json.ts'
import { type Addition, NOTHING } from './edit-text.ts'

const PATH = 'app.json'

/**
 * What app.json says of review apps, of a test run and of the stack: put in where a part asks for it and nothing is said yet.
 * https://devcenter.heroku.com/articles/app-json-schema
 */
export function shapeAppJson(tree: Tree, made: Blueprint): Addition {
  const { answers, name } = made.context
  const wanted = [...(answers.reviewApps ? ['review'] : []), ...(answers.ci === 'heroku' ? ['test'] : [])]
  if (wanted.length === 0 && !answers.container) return NOTHING
  const text = tree.read(PATH)?.text
  if (text === undefined) {
    if (wanted.length === 0) return NOTHING
    const advice = '"generator-flask-dyno adopt --make-app-json" writes one, to which this command adds'
    return { edits: [], left: [`There is no app.json: ${advice}.`] }
  }
  const parsed = parseJson(text)
  if (!('root' in parsed) || parsed.root.kind !== 'object') {
    return { edits: [], left: ['app.json is no JSON object, so that nothing was added to it.'] }
  }
  const { environments } = JSON.parse(appJson({ ...made, name, answers })) as { environments: Record<string, unknown> }
  return put(
    parsed.root,
    text,
    answers.container,
    wanted.map((key) => ({ key, value: environments[key] })),
  )
}

type JsonObject = Extract<JsonNode, { kind: 'object' }>

function put(root: JsonObject, text: string, isContainer: boolean, environments: readonly Member[]): Addition {
  const style = styleOf(text, root)
  const edits: Edit[] = []
  const left: string[] = []
  const members: Member[] = []
  const there = memberOf(root, 'environments')
  const missing = environments.filter(({ key }) => memberOf(there, key) === undefined)
  if (missing.length > 0) {
    if (there === undefined) {
      members.push({ key: 'environments', value: Object.fromEntries(missing.map(({ key, value }) => [key, value])) })
    } else if (there.kind === 'object') edits.push(...intoObject(there, missing, text, style))
    else left.push('"environments" in app.json is no object, so that nothing was added to it.')
  }
  const stack = memberOf(root, 'stack')
  if (isContainer && stack === undefined) members.push({ key: 'stack', value: 'container' })
  else if (isContainer && stack !== undefined && stringOf(stack) !== 'container') {
    edits.push({ kind: 'text', path: PATH, start: stack.start, end: stack.end, text: '"container"' })
  }
  return { edits: [...edits, ...intoObject(root, members, text, style)], left }
}
