import { type Bulk, committedBulk, committedVirtualenvs, heavyFiles } from '../../engine/facts/committed.ts'
import { slugignore } from '../../engine/facts/ignore-patterns.ts'
import type { Fix } from '../../engine/finding.ts'
import { ignoreFix } from '../../engine/fix-ignore.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const MEGABYTE = 1_000_000
/** Together with an ordinary set of packages, more than this is felt at every boot. */
const HEAVY_MEGABYTES = 50

function messageFor({ kind, first, paths }: Bulk): string {
  const count = paths.length === 1 ? 'One file' : `${paths.length} files`
  switch (kind) {
    case 'node_modules':
      return `${count} of node_modules ${paths.length === 1 ? 'is' : 'are'} committed, and copied to every dyno. Run "git rm -r --cached ${folderOf(first, 'node_modules')}" and add node_modules/ to .gitignore.`
    case 'bytecode':
      return `Compiled Python is committed (${paths.length === 1 ? first : `${paths.length} files such as ${first}`}), which every machine makes anew. Remove it from git, and add __pycache__/ to .gitignore.`
    case 'database':
      return `A SQLite database is committed: each deploy brings back this copy, with whatever was in it. Remove it from git, or list it in .slugignore if only development needs it.`
  }
}

const CONSEQUENCES = {
  node_modules: 'The slug grows by files that no Python process reads, and every dyno boots more slowly.',
  bytecode: 'The slug carries stale files, and code or settings that were deleted can still be read out of them.',
  database: 'What the app writes there is lost at the next restart, and old rows come back with each deploy.',
}

function fixFor(tree: Tree, { kind, first }: Bulk): Fix | null {
  if (kind === 'database') return ignoreFix(tree, `/${first}`, first, `git rm --cached ${first}`)
  if (kind === 'node_modules')
    return ignoreFix(tree, 'node_modules/', first, `git rm -r --cached ${folderOf(first, 'node_modules')}`)
  if (first.includes('__pycache__/'))
    return ignoreFix(tree, '__pycache__/', first, "git rm -r --cached '*__pycache__/*'")
  const pattern = first.endsWith('.pyo') ? '*.pyo' : '*.pyc'
  return ignoreFix(tree, pattern, first, `git rm --cached '${pattern}'`)
}

const folderOf = (path: string, name: string): string => path.slice(0, path.indexOf(`${name}/`) + name.length)

export const slugBloat = defineRule({
  id: 'slug-bloat',
  stage: 'build',
  level: 'info',
  summary: 'Generated or bulky files are committed and copied to every dyno',
  why: 'All that is committed becomes part of the slug, which every dyno fetches before it boots. Folders that a tool makes anew (`node_modules/`, `__pycache__/`), database files and large data do not belong there; some of them hold what nobody meant to publish. `.slugignore` keeps out what the repository needs and the dyno does not.',
  consequence:
    'The slug is larger than it needs to be, builds and boots take longer, and at the limit the push is refused.',
  instead:
    'Take generated files out of git, keep large data in object storage, and list the rest in `.slugignore`:\n\n```\n/docs\n/notebooks\n*.psd\n```',
  fix: {
    safety: 'unsafe',
    note: 'lists what is made anew in .gitignore; `git rm --cached` is left to you. Large data is left to you, too',
  },
  sources: [
    { title: 'Slug compiler', url: 'https://devcenter.heroku.com/articles/slug-compiler' },
    { title: 'Slug size', url: 'https://devcenter.heroku.com/articles/slug-size' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  *check({ plan, tree }) {
    // What an image holds, its Dockerfile and .dockerignore say.
    if (plan.container) return
    const ignoring = slugignore(tree, plan.generation)
    const environments = committedVirtualenvs(tree).map(({ folder }) => `${folder}/`)
    const leftOut = (path: string): boolean =>
      environments.some((folder) => path.startsWith(folder)) || ignoring(path) !== undefined
    for (const bulk of committedBulk(tree, leftOut)) {
      const fix = fixFor(tree, bulk)
      yield {
        at: { path: bulk.first },
        level: 'warning',
        message: messageFor(bulk),
        consequence: CONSEQUENCES[bulk.kind],
        ...(fix === null ? {} : { fix }),
      }
    }
    const heavy = heavyFiles(tree, leftOut)
    const total = heavy.reduce((sum, { bytes }) => sum + bytes, 0)
    const [largest, ...others] = heavy
    if (largest === undefined || total < HEAVY_MEGABYTES * MEGABYTE) return
    yield {
      at: { path: largest.path },
      message: `${Math.round(total / MEGABYTE)} MB of data, media and archives go into the slug, ${Math.round(largest.bytes / MEGABYTE)} MB of them in this file. Keep them in object storage, or list in .slugignore what the dyno does not read.`,
      related: others.slice(0, 3).map(({ path, bytes }) => ({
        path,
        message: `${Math.round(bytes / MEGABYTE)} MB`,
      })),
    }
  },
})
