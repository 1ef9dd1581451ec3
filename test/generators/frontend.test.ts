import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { lint, memoryTree } from '../../cli/api.ts'
import { type Answers, QUESTIONS } from '../../generators/app/options.ts'
import { renderScaffold } from '../../generators/app/render.ts'

const GENERATORS = fileURLToPath(new URL('../../generators', import.meta.url))
const SHOP = { name: 'shop', packageName: 'shop', title: 'Shop' }
const DEFAULTS = Object.fromEntries(QUESTIONS.map((question) => [question.key, question.default])) as unknown as Answers

const project = (answers: Partial<Answers>): Record<string, string> => {
  const files = renderScaffold(SHOP, { ...DEFAULTS, ...answers }, { generators: GENERATORS, version: '0.1.0' })
  return Object.fromEntries([...files].map(([path, { text }]) => [path, text]))
}

/** Every part that has an example to show. */
const ALL = { jobs: 'rq', schedule: true, cache: true, sessions: 'server', uploads: true, websockets: true } as const

const PROJECTS = (['package', 'module'] as const).flatMap((layout) =>
  (['postgres', 'none'] as const).map((database) => ({
    ...ALL,
    layout,
    database,
    migrations: database === 'postgres',
  })),
)

describe.each(PROJECTS)('a JSON API in a $layout, with the database $database and every part', (answers) => {
  const files = project({ ...answers, frontend: 'api' })
  const python = Object.entries(files).filter(([path]) => path.endsWith('.py'))

  it('has no page, no style sheet, no script, and nothing that would show one', () => {
    expect(Object.keys(files).filter((path) => /(?:^|\/)(?:templates|static)\/|\.(?:html|css|js)$/.test(path))).toEqual(
      [],
    )
    expect(python.filter(([, text]) => /render_template|"[\w-]+\.html"/.test(text)).map(([path]) => path)).toEqual([])
  })

  it('answers under /api/ alone, but for the health check and what stands in for a bucket', () => {
    const routes = python
      .filter(([path]) => !path.startsWith('tests/'))
      .flatMap(([, text]) =>
        [...text.matchAll(/^@\w+\.(?:get|post|put|delete|route)\("([^"]*)"/gm)].map(([, route]) => route),
      )
    expect(routes.length).toBeGreaterThan(3)
    expect(new Set(routes.filter((route) => !route?.startsWith('/api/')))).toEqual(new Set(['/health', '/<token>']))
  })

  it('has the same answers for programs as the project with pages', () => {
    const routes = (made: Record<string, string>) =>
      Object.values(made)
        .flatMap((text) =>
          [...text.matchAll(/^@\w+\.(\w+)\("(\/api\/[^"]*)"/gm)].map(([, how, route]) => `${how} ${route}`),
        )
        .sort()
    expect(routes(files)).toEqual(routes(project({ ...answers, frontend: 'pages' })))
  })

  it('is found faultless by the linter', async () => {
    const { findings } = await lint(memoryTree(files))
    expect(findings.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([])
  })
})
