import { createServer, type IncomingMessage, type Server } from 'node:http'

/**
 * As much of Heroku's Platform API as `bin/provision` needs, in memory, for the real Heroku CLI to talk to (HEROKU_HOST).
 * https://devcenter.heroku.com/articles/platform-api-reference
 */

export interface HerokuApp {
  readonly id: string
  readonly name: string
  readonly region: string
  readonly space: string | null
  readonly team: string | null
  stack: string
  readonly buildpacks: string[]
  readonly config: Record<string, string>
  readonly addons: { readonly plan: string; state: string }[]
  readonly formation: Record<string, { quantity: number; size: string }>
  readonly releases: { readonly version: number; status: string }[]
  coupling: { readonly pipeline: string; readonly stage: string } | null
}

interface Answer {
  readonly status?: number
  readonly body: unknown
}

export class HerokuPlatform {
  readonly apps = new Map<string, HerokuApp>()
  readonly pipelines = new Map<string, { readonly owner: string }>()
  /** Names that belong to other people. */
  readonly taken = new Set<string>()
  /** What was changed, as `POST /apps`. */
  readonly changes: string[] = []
  /** Where an app answers. */
  webUrl = ''
  readonly #server: Server
  #ids = 0

  private constructor() {
    this.#server = createServer((request, response) => {
      void text(request).then((body) => {
        const { status = 200, body: answer } = this.#answer(request, body === '' ? {} : (JSON.parse(body) as Given))
        response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer))
      })
    })
  }

  static async start(): Promise<HerokuPlatform> {
    const platform = new HerokuPlatform()
    await new Promise<void>((resolve) => platform.#server.listen(0, 'localhost', resolve))
    platform.webUrl = `${platform.host}/its-web-process/`
    return platform
  }

  get host(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP server has a port')
    return `http://localhost:${address.port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  #answer(request: IncomingMessage, given: Given): Answer {
    const method = request.method ?? 'GET'
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    if (path === '/its-web-process/health') return { body: { status: 'ok' } }
    if (method !== 'GET') this.changes.push(`${method} ${path}`)
    const [collection = '', key = '', part = ''] = path.slice(1).split('/')
    switch (collection) {
      case 'account':
      case 'users':
        return { body: { id: 'me', email: 'dev@example.com' } }
      case 'teams':
        return key === 'apps' ? this.#create(given) : { body: { id: `team-${key}`, name: key } }
      case 'addon-services':
        return { body: PLANS.filter(({ name }) => name.startsWith(`${key}:`)) }
      case 'pipelines':
        return this.#pipelines(method, request.url ?? '', key, given)
      case 'pipeline-couplings':
        return this.#couple(given)
      case 'apps':
        return key === '' ? this.#create(given) : this.#ofApp(method, key, part, given)
      default:
        return collection === 'addon-attachments' ? { body: [] } : missing('thing')
    }
  }

  #create({ name = '', region, space, team, stack }: Given): Answer {
    if (this.apps.has(name) || this.taken.has(name))
      return { status: 422, body: { id: 'invalid_params', message: `Name ${name} is already taken` } }
    const app: HerokuApp = {
      id: this.#id(),
      name,
      region: region ?? 'us',
      space: space ?? null,
      team: team ?? null,
      stack: stack ?? 'heroku-24',
      buildpacks: [],
      config: {},
      addons: [],
      formation: {},
      releases: [],
      coupling: null,
    }
    release(app)
    this.apps.set(name, app)
    return { status: 201, body: this.#shown(app) }
  }

  #ofApp(method: string, key: string, part: string, given: Given): Answer {
    const app = [...this.apps.values()].find(({ id, name }) => id === key || name === key)
    if (app === undefined)
      return this.taken.has(key)
        ? { status: 403, body: { id: 'forbidden', message: `You do not have access to the app ${key}.` } }
        : missing('app')
    switch (part) {
      case '':
        if (method === 'PATCH' && given.build_stack !== undefined) app.stack = given.build_stack
        return { body: this.#shown(app) }
      case 'addons':
        return method === 'POST'
          ? this.#addAddon(app, given)
          : { body: app.addons.map((addon) => shownAddon(app, addon)) }
      case 'config-vars':
        if (method === 'PATCH') {
          Object.assign(app.config, given)
          release(app)
        }
        return { body: app.config }
      case 'buildpack-installations':
        app.buildpacks.push(...(given.updates ?? []).flatMap(({ buildpack }) => buildpack ?? []))
        return { body: [] }
      case 'formation':
        for (const { type = '', quantity, size } of given.updates ?? [])
          app.formation[type] = { quantity: Number(quantity), size: size ?? app.formation[type]?.size ?? 'Basic' }
        return { body: Object.entries(app.formation).map(([type, dynos]) => ({ type, ...dynos })) }
      case 'releases':
        return { body: [...app.releases].reverse() }
      case 'pipeline-couplings':
        return app.coupling === null
          ? missing('pipeline coupling')
          : {
              body: { stage: app.coupling.stage, pipeline: { id: app.coupling.pipeline, name: app.coupling.pipeline } },
            }
      default:
        return { body: [] }
    }
  }

  #addAddon(app: HerokuApp, { plan }: Given): Answer {
    const name = plan?.name ?? ''
    if (!PLANS.some((known) => known.name === name))
      return {
        status: 422,
        body: { id: 'invalid_params', message: "Couldn't find either the add-on service or the add-on plan." },
      }
    const addon = { plan: name, state: 'provisioned' }
    app.addons.push(addon)
    app.config[name.startsWith('heroku-redis') ? 'REDIS_URL' : 'DATABASE_URL'] = 'set-by://the-add-on'
    release(app)
    return { status: 201, body: shownAddon(app, addon) }
  }

  #pipelines(method: string, url: string, key: string, given: Given): Answer {
    if (method === 'POST') {
      this.pipelines.set(given.name ?? '', { owner: 'me' })
      return { status: 201, body: { id: given.name, name: given.name } }
    }
    const shown = (name: string) => ({ id: name, name, owner: { id: 'me', type: 'user' } })
    const wanted = new URL(url, this.host).searchParams.get('eq[name]')
    if (wanted !== null) return { body: this.pipelines.has(wanted) ? [shown(wanted)] : [] }
    if (url.includes('pipeline-couplings')) return { body: [] }
    return this.pipelines.has(key) ? { body: shown(key) } : missing('pipeline')
  }

  #couple({ app: id, pipeline, stage }: Given): Answer {
    const app = [...this.apps.values()].find((each) => each.id === id || each.name === id)
    if (app === undefined || pipeline === undefined || stage === undefined) return missing('app')
    app.coupling = { pipeline, stage }
    return { status: 201, body: { id: this.#id(), stage } }
  }

  #shown(app: HerokuApp): unknown {
    return {
      id: app.id,
      name: app.name,
      acm: false,
      create_status: 'complete',
      generation: { name: 'cedar' },
      git_url: `https://git.heroku.com/${app.name}.git`,
      web_url: this.webUrl,
      owner: { email: 'dev@example.com' },
      region: { name: app.region },
      repo_size: 0,
      slug_size: 0,
      stack: { name: app.stack },
      build_stack: { name: app.stack },
      space: app.space === null ? null : { name: app.space },
      team: app.team === null ? null : { name: app.team },
    }
  }

  #id(): string {
    this.#ids += 1
    return `00000000-0000-0000-0000-${String(this.#ids).padStart(12, '0')}`
  }
}

/** What requests carry, of all kinds. */
interface Given {
  readonly name?: string
  readonly region?: string
  readonly space?: string
  readonly team?: string
  readonly stack?: string
  readonly build_stack?: string
  readonly plan?: { readonly name?: string }
  readonly app?: string
  readonly pipeline?: string
  readonly stage?: string
  readonly updates?: readonly {
    readonly buildpack?: string
    readonly type?: string
    readonly quantity?: string
    readonly size?: string
  }[]
}

const PLANS = [
  { name: 'heroku-postgresql:essential-0', human_name: 'Essential 0', price: { cents: 500, unit: 'month' } },
  { name: 'heroku-redis:mini', human_name: 'Mini', price: { cents: 300, unit: 'month' } },
]

function release(app: HerokuApp): void {
  app.releases.push({ version: app.releases.length + 1, status: 'succeeded' })
}

function shownAddon(app: HerokuApp, { plan, state }: HerokuApp['addons'][number]): unknown {
  const service = plan.split(':')[0]
  return {
    id: `${app.id}-${service}`,
    name: `${service}-round-12345`,
    app: { id: app.id, name: app.name },
    addon_service: { name: service },
    plan: { name: plan, price: { cents: 500, unit: 'month' } },
    config_vars: [service === 'heroku-redis' ? 'REDIS_URL' : 'DATABASE_URL'],
    state,
  }
}

const missing = (what: string): Answer => ({
  status: 404,
  body: { id: 'not_found', message: `Couldn't find that ${what}.`, resource: what },
})

async function text(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}
