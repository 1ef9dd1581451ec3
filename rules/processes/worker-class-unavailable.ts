import gunicorn from '../../data/gunicorn.json' with { type: 'json' }
import { absentModule } from '../../engine/facts/brought-modules.ts'
import { couldBeAtLeast, type Dependencies, installs } from '../../engine/facts/dependencies.ts'
import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { valueFix } from '../../engine/fix-command.ts'
import { addRequirement } from '../../engine/fix-requirement.ts'
import { gunicornRuns, type SettingText, settingText } from '../../engine/plan/gunicorn-settings.ts'
import { installsLater } from '../../engine/plan/imports.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const workerClassUnavailable = defineRule({
  id: 'worker-class-unavailable',
  stage: 'processes',
  level: 'error',
  summary: 'gunicorn is told to use a worker class that is not there',
  why: 'gunicorn brings the workers `sync` and `gthread` itself. Any other needs a library that gunicorn does not bring along: `gevent` needs gevent, `uvicorn.workers.UvicornWorker` needs uvicorn. The `eventlet` worker was taken out of gunicorn 26.',
  consequence: 'gunicorn stops at its start (`class uri … invalid or not found`), and requests get H10 (App crashed).',
  instead:
    'Add the library to the production dependencies, or use threads, which need none:\n\n```procfile\nweb: gunicorn --threads 8 app:app\n```',
  fix: { safety: 'unsafe', note: 'adds the library to requirements.txt, or writes the name of a worker that is there' },
  sources: [
    { title: 'gunicorn: worker_class', url: 'https://docs.gunicorn.org/en/stable/settings.html#worker-class' },
    { title: 'gunicorn 26: the eventlet worker is removed', url: 'https://docs.gunicorn.org/en/stable/news.html' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  needs: ['plan', 'dependencies', 'tree'],
  check: ({ plan, dependencies, tree }) => {
    if (dependencies.manager === null || installsLater(plan)) return []
    return gunicornRuns(plan).flatMap(({ process, server }): FindingDraft[] => {
      const setting = settingText(server, 'worker_class')
      const found = setting ? fault(plan, tree, dependencies, setting) : null
      if (!setting || found === null) return []
      const fix = fixFor(tree, dependencies, setting, found)
      return [
        {
          at: setting.at,
          message: found.message,
          ...(fix === null ? (found.add === undefined ? {} : { missing: [found.add] }) : { fix }),
          ...(process.type === 'web' ? {} : { consequence: `The ${process.type} process ends at its start.` }),
          ...asUnread(plan),
        },
      ]
    })
  },
})

interface WorkerClass {
  readonly name: string
  readonly distribution?: string
  /** The first release without it. */
  readonly until?: string
}

interface Fault {
  readonly message: string
  /** A worker class that is there. */
  readonly instead?: string
  /** A distribution that brings the one that is asked for. */
  readonly add?: string
}

const CLASSES: readonly WorkerClass[] = gunicorn.workerClasses.names

function fault(plan: Plan, tree: Tree, dependencies: Dependencies, { text }: SettingText): Fault | null {
  const name = text.replace(/^egg:gunicorn#/, '')
  const known = CLASSES.find((each) => each.name === name)
  if (known?.until !== undefined && couldBeAtLeast(dependencies, 'gunicorn', known.until) === true)
    return {
      message: `gunicorn ${known.until.replace(/\.0(?:\.0)?$/, '')} and newer have no \`${name}\` worker. Use \`gthread\` or \`gevent\`.`,
      instead: 'gthread',
    }
  if (known?.distribution !== undefined) {
    if (installs(dependencies, known.distribution) !== 'no' || mayBeInImage(plan, tree, known.distribution)) return null
    return {
      message: `The worker class \`${name}\` needs ${known.distribution}, which ${fileOf(dependencies)} does not install. Add it there.`,
      add: known.distribution,
    }
  }
  if (known !== undefined) return null
  if (!/^[\w.]+[.:]\w+$/.test(name)) {
    const near = CLASSES.find((each) => each.until === undefined && each.name === name.toLowerCase())
    return near === undefined
      ? null
      : { message: `Worker classes are told apart by case. Write \`${near.name}\`.`, instead: near.name }
  }
  const module = name.replace(/[.:]\w+$/, '')
  const absent = absentModule(dependencies, module)
  const [distribution] = absent?.distributions ?? []
  if (distribution === undefined || mayBeInImage(plan, tree, distribution)) return null
  // the tree's own class
  if (plan.modules.resolve(module.split('.')[0] ?? module, [''])) return null
  return {
    message: `The worker class \`${name}\` comes with ${distribution}, which ${fileOf(dependencies)} does not install. Add it there.`,
    add: distribution,
  }
}

/** eventlet's workers are greenlets, of which gthread's are few: how many is left to who reads it. */
function fixFor(
  tree: Tree,
  dependencies: Dependencies,
  { at, text }: SettingText,
  { instead, add }: Fault,
): Fix | null {
  if (instead !== undefined) return valueFix(tree, at, text, instead)
  const added = add === undefined ? null : addRequirement(tree, dependencies, add)
  if (added === null) return null
  const { line, ...made } = added
  return { safety: 'unsafe', description: `add ${line} to requirements.txt`, ...made }
}

const fileOf = (dependencies: Dependencies): string => dependencies.found[0]?.path ?? 'requirements.txt'

/** An image may hold what no requirements name: its base has it, or a line of its Dockerfile installs it. */
function mayBeInImage(plan: Plan, tree: Tree, distribution: string): boolean {
  if (!plan.container) return false
  const recipes = tree.paths.filter((path) => /(?:^|\/)[^/]*Dockerfile[^/]*$/.test(path))
  return recipes.some((path) => {
    const text = tree.read(path)?.text ?? ''
    const bases = [...text.matchAll(/^FROM\s+(?:--\S+\s+)?(\S+)/gim)].map((match) => match[1] ?? '')
    return (
      text.includes(distribution) ||
      !bases.every((base) => /^(?:docker\.io\/)?(?:library\/)?python(?:[:@]|$)/.test(base))
    )
  })
}
