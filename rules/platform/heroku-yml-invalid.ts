import type { HerokuYml } from '../../engine/facts/heroku-yml.ts'
import { retiredAddon } from '../../engine/facts/platform-data.ts'
import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import { nearestFile } from '../../engine/plan/command-paths.ts'
import { defineRule } from '../../engine/rule.ts'
import { nearest } from '../../engine/select.ts'
import type { Tree } from '../../engine/tree.ts'

export const herokuYmlInvalid = defineRule({
  id: 'heroku-yml-invalid',
  stage: 'platform',
  level: 'error',
  summary: 'heroku.yml is no YAML, or says something that Heroku refuses',
  why: 'On the container stack heroku.yml says which images are built, what runs in them, and what a new app is set up with. Heroku checks it as a whole before it builds anything: a section in the wrong column, a Dockerfile that is not there or a process without an image stops the push. In YAML the columns carry the meaning, and a tab is no indentation.',
  consequence: 'The push is refused: "Your heroku.yml manifest is invalid. Please correct the following issues".',
  instead:
    'Four sections, each indented below its name:\n\n```yaml\nsetup:\n  addons:\n    - plan: heroku-postgresql\nbuild:\n  docker:\n    web: Dockerfile\nrelease:\n  image: web\n  command:\n    - flask db upgrade\nrun:\n  web: gunicorn app:app\n```',
  fix: {
    safety: 'unsafe',
    note: 'names the plan that took the place of one that is gone, the image or the Dockerfile that is there',
  },
  sources: [
    {
      title: 'Building Docker images with heroku.yml',
      url: 'https://devcenter.heroku.com/articles/build-docker-images-heroku-yml',
    },
    { title: 'A report of the error', url: 'https://github.com/wangyi2005/v2ray-heroku/issues/5' },
    {
      title: 'How heroku create --manifest reads it',
      url: 'https://github.com/heroku/cli/blob/main/src/commands/apps/create.ts',
    },
  ],
  since: '0.1.0',
  needs: ['herokuYml', 'plan', 'tree'],
  check: ({ herokuYml, plan, tree }) => {
    // beside a Procfile it is most likely a leftover, or for another app
    const level = plan.container ? {} : ({ level: 'warning' } as const)
    return faultsOf(herokuYml, tree).map((draft) => ({ ...draft, ...level }))
  },
})

function faultsOf(yml: HerokuYml, tree: Tree): FindingDraft[] {
  const { path, file, problem } = yml
  if (problem !== null) {
    const { start } = problem.at
    const tab = start === undefined ? -1 : tabBefore(file.text, start)
    const why = tab >= 0 ? 'a tab is no indentation; use spaces' : yamlWords(problem.message)
    return [
      {
        at: tab >= 0 ? { path, start: tab, end: tab + 1 } : problem.at,
        message: `heroku.yml is no YAML mapping: ${why}.`,
      },
    ]
  }
  if (yml.faults.length > 0)
    return yml.faults.map(({ at, message }) => ({
      at,
      message: message.endsWith('?') ? capital(message) : `${capital(message)}.`,
    }))
  return [...missingDockerfiles(yml, tree), ...missingImages(yml, tree), ...missingWeb(yml), ...retiredPlans(yml, tree)]
}

function missingDockerfiles(yml: HerokuYml, tree: Tree): FindingDraft[] {
  return [...yml.docker].flatMap(([type, { path, at }]) => {
    const file = path.replace(/^\.?\//, '')
    // a folder, or a path that leads out: nobody has written down what Heroku makes of it
    if (file === '' || file.startsWith('../') || tree.has(file) || tree.hasDirectory(file.replace(/\/$/, ''))) return []
    const near = nearestFile(tree, file) ?? dockerfileNear(tree)
    return [
      {
        at,
        message: `The Dockerfile of ${type}, ${path}, is not in the repository.${near === null ? '' : ` There is ${near}.`}`,
        ...named(tree, at, path, near),
        consequence: 'The push is refused: there is nothing from which Heroku could build the image.',
      },
    ]
  })
}

function dockerfileNear(tree: Tree): string | null {
  return tree.paths.find((path) => /(?:^|\/)Dockerfile(?:\.\w+)?$/i.test(path)) ?? null
}

function missingImages(yml: HerokuYml, tree: Tree): FindingDraft[] {
  const known = [...yml.docker.keys()]
  if (known.length === 0) return []
  return yml.images.flatMap(({ name, at }) => {
    if (known.includes(name)) return []
    const hint = nearest(name, known) ?? known[0] ?? 'web'
    return [
      { at, message: `"build.docker" makes no image "${name}". Write "${hint}".`, ...named(tree, at, name, hint) },
    ]
  })
}

/** Without a web process nothing answers; an image's own command is one, too. */
function missingWeb(yml: HerokuYml): FindingDraft[] {
  if (yml.docker.size === 0 || yml.docker.has('web') || yml.run.has('web')) return []
  const at = yml.sections.get('run') ?? yml.sections.get('build') ?? { path: yml.path }
  return [
    {
      at,
      message: 'No process is called web, so nothing answers requests. Name one of them web.',
      consequence: 'The build succeeds and every request ends in H14 (no web dynos running).',
    },
  ]
}

function retiredPlans(yml: HerokuYml, tree: Tree): FindingDraft[] {
  return yml.addonPlaces.flatMap(({ plan, at }) => {
    const retired = retiredAddon(plan)
    if (retired === null || retired.kind !== 'ended') return []
    const advice = retired.instead === null ? 'Leave it out, or name another one.' : `Write ${retired.instead}.`
    return [
      {
        at,
        message: `${plan} is gone${retired.since === null ? '' : ` since ${retired.since}`}. ${advice}`,
        consequence: '`heroku create --manifest` stops here; a push to an app that exists does not look at `setup`.',
        ...named(tree, at, plan, retired.instead),
      },
    ]
  })
}

/** Another name where this one stands as it is. */
function named(tree: Tree, { path, start, end }: Place, old: string, instead: string | null): { readonly fix?: Fix } {
  const text = start === undefined ? undefined : tree.read(path)?.text.slice(start, end)
  const offset = text?.indexOf(old) ?? -1
  if (start === undefined || instead === null || offset < 0) return {}
  const from = start + offset
  const edits = [{ kind: 'text' as const, path, start: from, end: from + old.length, text: instead }]
  return { fix: { safety: 'unsafe', description: `write ${instead}`, edits } }
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`

/** A tab in the indentation of the line that holds an offset, or of the one before. */
function tabBefore(text: string, offset: number): number {
  const line = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1
  for (const start of [line, text.lastIndexOf('\n', Math.max(0, line - 2)) + 1]) {
    const blank = /^[ \t]*/.exec(text.slice(start, start + 200))?.[0] ?? ''
    if (blank.includes('\t')) return start + blank.indexOf('\t')
  }
  return -1
}

const yamlWords = (message: string): string => {
  const [first = ''] = message.split('\n')
  return `${first.slice(0, 1).toLowerCase()}${first.slice(1)}`.replace(/[.:]\s*$/, '')
}
