/** What the project's own words say of buildpacks that were set by hand, which no file has to declare. */
import type { Tree } from '../tree.ts'
import { readAppJson } from './app-json.ts'

const TOLD =
  /^(?:[^/]*\.(?:md|rst|txt|sh|ya?ml)|README|Makefile|package\.json|Aptfile|project\.toml|bin\/[^/]+|scripts?\/[^/]+|docs?\/[^/]+\.(?:md|rst)|\.github\/(?:workflows\/)?[^/]+|\.circleci\/[^/]+)$/i
const MOST_FILES = 60

/** Every buildpack that the project names: in app.json, or anywhere in its documentation, scripts and workflows. */
export function mentionsBuildpack(tree: Tree, pattern: RegExp): boolean {
  if (readAppJson(tree)?.buildpacks.some((url) => pattern.test(url)) === true) return true
  return tree.paths
    .filter((path) => TOLD.test(path))
    .slice(0, MOST_FILES)
    .some((path) => {
      const text = tree.read(path)?.text ?? ''
      if (!/buildpack/i.test(text)) return false
      return text.split('\n').some((line) => /buildpack/i.test(line) && pattern.test(line))
    })
}
