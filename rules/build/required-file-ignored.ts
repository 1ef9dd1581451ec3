import { type PatternLine, slugignore } from '../../engine/facts/ignore-patterns.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix } from '../../engine/finding.ts'
import { type NeededFile, neededFiles } from '../../engine/plan/needed-files.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

function consequenceOf({ path, by }: NeededFile): string {
  if (path === 'Procfile') return 'The app has no processes: requests get H14.'
  if (by === 'process') return 'The process stops with a ModuleNotFoundError as it starts, and requests get H10.'
  return 'The build does not see the file: "Couldn\'t find any supported Python package manager files" (package-manager::none-found), or it misses what the file names.'
}

/** So many lines in the place of one are still read. */
const MOST_LINES = 12

/** The same files without those that are needed; what is committed later is not matched any more. */
function narrower(tree: Tree, line: PatternLine, needed: readonly NeededFile[]): Fix | null {
  const { path, start, end } = line.at
  const text = tree.read(path)?.text ?? ''
  if (start === undefined || end === undefined) return null
  const others = tree.paths.filter(
    (file) => line.matches(file) && file !== path && !needed.some((one) => one.path === file),
  )
  if (others.length > MOST_LINES || others.some((file) => /[\s*?[\]!#\\]/.test(file))) return null
  const next = text.indexOf('\n', end)
  return others.length === 0
    ? {
        safety: 'unsafe',
        description: `take ${line.pattern} out`,
        edits: [{ kind: 'text', path, start, end: next < 0 ? text.length : next + 1, text: '' }],
      }
    : {
        safety: 'unsafe',
        description: `name the other ${others.length === 1 ? 'file' : `${others.length} files`} in place of ${line.pattern}`,
        edits: [{ kind: 'text', path, start, end, text: others.map((file) => `/${file}`).join('\n') }],
      }
}

export const requiredFileIgnored = defineRule({
  id: 'required-file-ignored',
  stage: 'build',
  level: 'error',
  summary: 'The .slugignore takes out a file that the build or a process needs',
  why: 'Heroku deletes what `.slugignore` matches before the buildpack runs, and not only from the finished slug. A pattern that was meant for notes or data, such as `*.txt`, takes `requirements.txt` with it; a folder that is named takes the modules in it. Nothing shows on the machine of the developer, where the file is not read.',
  consequence: 'The build stops, or the app is built without the file.',
  instead: 'Patterns that name what is to go, with a leading slash:\n\n```\n/docs\n/notes/*.txt\n```',
  fix: {
    safety: 'unsafe',
    note: 'Names the other files that the pattern matches in its place, or takes the line out where there are none.',
  },
  sources: [
    {
      title: 'Slug compiler: ignoring files with .slugignore',
      url: 'https://devcenter.heroku.com/articles/slug-compiler#ignoring-files-with-slugignore',
    },
    {
      title: 'heroku-buildpack-python: lib/package_manager.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/package_manager.sh',
    },
  ],
  since: '0.1.0',
  predicts: ['package-manager::none-found', 'package-manager::pipenv-missing-lockfile', 'install-dependencies::pip'],
  needs: ['plan', 'tree', 'dependencies', 'pythonVersion'],
  *check({ plan, tree, dependencies, pythonVersion }) {
    // Only the classic builds of Cedar read the file.
    if (plan.container || plan.generation === 'fir' || !tree.has('.slugignore') || !usesPythonBuildpack(tree)) return
    const ignoring = slugignore(tree, plan.generation)
    const byLine = new Map<number, NeededFile[]>()
    for (const file of neededFiles(tree, plan, dependencies, pythonVersion)) {
      const line = ignoring(file.path)
      if (line?.at.start === undefined) continue
      byLine.set(line.at.start, [...(byLine.get(line.at.start) ?? []), file])
    }
    for (const [start, files] of byLine) {
      const [first] = files
      const line = first === undefined ? undefined : ignoring(first.path)
      if (first === undefined || line === undefined) continue
      const more = files.length === 1 ? '' : ` and ${files.length - 1} more`
      const fix = narrower(tree, line, files)
      yield {
        at: { ...line.at, start },
        message: `"${line.pattern}" takes ${first.path}${more} out of the build, and ${first.by === 'build' ? 'the build' : 'the app'} needs it. Make the pattern narrower.`,
        consequence: consequenceOf(first),
        related: files.slice(0, 4).map(({ path }) => ({ path, message: 'is deleted before the build' })),
        ...(fix === null ? {} : { fix }),
      }
    }
  },
})
