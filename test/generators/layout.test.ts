import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lint, memoryTree, planJson, readProject } from '../../cli/api.ts'
import { type Answers, QUESTIONS } from '../../generators/app/options.ts'
import { renderScaffold } from '../../generators/app/render.ts'

const GENERATORS = fileURLToPath(new URL('../../generators', import.meta.url))
const SHOP = { name: 'shop', packageName: 'shop', title: 'Shop' }
const DEFAULTS = Object.fromEntries(QUESTIONS.map((question) => [question.key, question.default])) as unknown as Answers

const project = (answers: Partial<Answers>): Record<string, string> => {
  const files = renderScaffold(SHOP, { ...DEFAULTS, ...answers }, { generators: GENERATORS, version: '0.1.0' })
  return Object.fromEntries([...files].map(([path, { text }]) => [path, text]))
}

const EXAMPLES = [
  { database: 'postgres', migrations: true },
  { database: 'postgres', migrations: false, frontend: 'api' },
  { database: 'none', migrations: false },
  { database: 'none', migrations: false, frontend: 'api' },
] as const

/** Everything that has modules of its own. */
const ALL = { jobs: 'rq', schedule: true, cache: true, sessions: 'server', uploads: true } as const

describe('a project in a single module', () => {
  it.each(EXAMPLES)('has app.py in place of the package: %o', async (answers) => {
    const files = project({ ...answers, layout: 'module' })
    const inPackage = Object.keys(project({ ...answers, layout: 'package' }))
    expect(inPackage).toEqual(expect.arrayContaining(['shop/__init__.py', 'shop/settings.py', 'wsgi.py']))
    const merged = ['__init__', 'errors', 'greetings', 'health', 'notes', 'settings'].map((name) => `shop/${name}.py`)
    expect(Object.keys(files)).toEqual(
      inPackage
        .filter((path) => !merged.includes(path) && path !== 'wsgi.py')
        .map((path) => path.replace(/^shop\//, ''))
        .concat('app.py')
        .sort(),
    )
    const { findings } = await lint(memoryTree(files))
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })

  it('is served, and keeps its data, as the package is', () => {
    const plans = (['package', 'module'] as const).map((layout) => {
      const plan = planJson(readProject(memoryTree(project({ layout }))))
      const [web] = plan?.processes ?? []
      return {
        bind: web?.bind,
        settings: web?.settings,

        configVars: plan?.configVars.map(({ name, required }) => [name, required]),
        stores: plan?.stores.length,
      }
    })
    expect(plans[0]).toEqual(plans[1])
    expect(plans[0]).toMatchObject({ bind: '0.0.0.0:$PORT', stores: 1 })
  })

  it('answers everything that the package answers', () => {
    for (const answers of EXAMPLES) {
      const routes = (['package', 'module'] as const).map((layout) =>
        Object.entries(project({ ...answers, layout }))
          .filter(([path]) => path.endsWith('.py') && !path.startsWith('tests/'))
          .flatMap(([, text]) => text.match(/^@blueprint\..*$/gm) ?? [])
          .sort(),
      )
      expect(routes[0]).toEqual(routes[1])
      expect(routes[0]).toContain('@blueprint.get("/health")')
    }
  })

  it('never imports from a package that is not there', () => {
    for (const database of ['postgres', 'none'] as const) {
      const files = project({ ...ALL, layout: 'module', database, migrations: database === 'postgres' })
      for (const [path, text] of Object.entries(files).filter(([path]) => path.endsWith('.py'))) {
        expect(text, path).not.toMatch(/^\s*from \.|^\s*(?:from|import) shop\b/m)
        expect(text, path).not.toContain('settings.py')
      }
      // Every one of its own modules that is imported is there.
      const modules = Object.entries(files).flatMap(([path, text]) =>
        path.endsWith('.py') ? [...text.matchAll(/^import (\w+)$/gm)].map(([, name]) => `${name}.py`) : [],
      )
      expect(modules.filter((path) => path in files).length).toBeGreaterThan(5)
    }
  })
})
