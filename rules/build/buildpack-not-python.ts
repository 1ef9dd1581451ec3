import { readAppJsonSource } from '../../engine/facts/app-json.ts'
import { mentionsBuildpack } from '../../engine/facts/buildpack-mentions.ts'
import { slugignore } from '../../engine/facts/ignore-patterns.ts'
import { memberOf } from '../../engine/facts/json-source.ts'
import type { Fix } from '../../engine/finding.ts'
import { withMember } from '../../engine/fix-json.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const BUILDPACKS: Readonly<Record<string, string>> = {
  Gemfile: 'ruby',
  'package.json': 'nodejs',
  'project.clj': 'clojure',
}

/** An app that is made from app.json gets the buildpacks that it lists, in that order. */
function namedIn(tree: Tree, file: string): Fix | null {
  const source = readAppJsonSource(tree)
  const buildpack = BUILDPACKS[file]
  if (source?.root?.kind !== 'object' || buildpack === undefined || memberOf(source.root, 'buildpacks') !== undefined)
    return null
  const value = `[\n  { "url": "heroku/${buildpack}" },\n  { "url": "heroku/python" }\n]`
  return {
    safety: 'unsafe',
    description: `list heroku/${buildpack} and heroku/python in app.json`,
    edits: [withMember(source.path, source.file.text, source.root, 'buildpacks', value)],
  }
}

/**
 * Files by which Heroku takes an app for one of another language, and which it looks for before Python's:
 * https://devcenter.heroku.com/articles/buildpacks#detection-failure
 */
const EARLIER = [
  { file: 'Gemfile', language: 'Ruby' },
  { file: 'package.json', language: 'Node.js' },
  { file: 'project.clj', language: 'Clojure' },
] as const

export const buildpackNotPython = defineRule({
  id: 'buildpack-not-python',
  stage: 'build',
  level: 'error',
  summary: 'A file at the root by which Heroku takes the app for one of another language',
  why: 'An app that has no buildpack set gets the first one that recognises it, and Ruby, Node.js and Clojure are asked before Python. A `package.json` at the root, for a bundler or a linter, is enough: Heroku builds a Node.js app, installs no Python package, and no `gunicorn` is there when the dyno starts.',
  consequence:
    'The app is built without Python: "bash: gunicorn: command not found", state crashed, H10 for every request.',
  instead:
    'Set the buildpacks of the app, Python last, and name them in `app.json` for review apps:\n\n```\nheroku buildpacks:set heroku/python\nheroku buildpacks:add --index 1 heroku/nodejs\n```',
  fix: {
    safety: 'unsafe',
    note: 'Names the buildpacks in app.json, Python last; an app that exists has to be told by `heroku buildpacks:set`.',
  },
  sources: [
    { title: 'Buildpacks', url: 'https://devcenter.heroku.com/articles/buildpacks' },
    {
      title: 'Using multiple buildpacks for an app',
      url: 'https://devcenter.heroku.com/articles/using-multiple-buildpacks-for-an-app',
    },
    { title: 'app.json schema: buildpacks', url: 'https://devcenter.heroku.com/articles/app-json-schema#buildpacks' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  *check({ plan, tree }) {
    // On Fir Python is asked first: https://github.com/heroku/cnb-builder-images
    if (plan.container || plan.generation === 'fir') return
    if (plan.web?.server == null || plan.web.server.command.server === 'other') return
    const ignoring = slugignore(tree, plan.generation)
    const found = EARLIER.find(({ file }) => tree.has(file) && ignoring(file) === undefined)
    if (found === undefined || mentionsBuildpack(tree, /python|subdir|monorepo/i)) return
    // Buildpacks set by hand are in no file: only app.json, which is there to say such things, makes it sure.
    const sure = tree.has('app.json')
    const fix = namedIn(tree, found.file)
    yield {
      at: { path: found.file },
      message: `Heroku looks for ${found.file} before it looks for Python, so that a new app is built as ${found.language}. Set the buildpacks: heroku buildpacks:set heroku/python${sure ? ', and name them in app.json' : ''}.`,
      ...(sure ? {} : { level: 'warning' as const }),
      related: [{ ...plan.web.at, message: 'needs what the Python buildpack installs' }],
      ...(fix === null ? {} : { fix }),
    }
  },
})
