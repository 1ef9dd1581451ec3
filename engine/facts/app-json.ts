import type { Tree } from '../tree.ts'

/** What the plan needs of app.json. Its own faults are other rules' business. */
export interface AppJson {
  readonly path: 'app.json'
  /** Config vars that app.json gives a literal value: name to value. */
  readonly values: ReadonlyMap<string, string>
  /** Config vars that an app gets when it is created from app.json, with a value, a generator or required of the user. */
  readonly provided: ReadonlySet<string>
  readonly stack: string | null
  readonly buildpacks: readonly string[]
  /** Add-on plans, such as `heroku-postgresql:essential-0`. */
  readonly addons: readonly string[]
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads app.json (schema: https://devcenter.heroku.com/articles/app-json-schema); undefined when it is absent or no JSON object. */
export function readAppJson(tree: Tree): AppJson | undefined {
  const file = tree.read('app.json')
  if (file === undefined) return undefined
  let json: unknown
  try {
    json = JSON.parse(file.text)
  } catch {
    return undefined // a broken app.json is reported by its own rule; here it simply says nothing
  }
  if (!isRecord(json)) return undefined
  const values = new Map<string, string>()
  const provided = new Set<string>()
  if (isRecord(json.env)) {
    for (const [name, value] of Object.entries(json.env)) {
      if (typeof value === 'string') {
        values.set(name, value)
        provided.add(name)
      } else if (isRecord(value)) {
        if (typeof value.value === 'string') values.set(name, value.value)
        // "required" is true unless said otherwise
        if (typeof value.value === 'string' || value.generator === 'secret' || value.required !== false)
          provided.add(name)
      }
    }
  }
  const named = (list: unknown, key: string): string[] =>
    Array.isArray(list)
      ? list.flatMap((item) => {
          if (typeof item === 'string') return [item]
          const name = isRecord(item) ? item[key] : undefined
          return typeof name === 'string' ? [name] : []
        })
      : []
  return {
    path: 'app.json',
    values,
    provided,
    stack: typeof json.stack === 'string' ? json.stack : null,
    buildpacks: named(json.buildpacks, 'url'),
    addons: named(json.addons, 'plan'),
  }
}
