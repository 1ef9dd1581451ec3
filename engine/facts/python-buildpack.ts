import type { Tree } from '../tree.ts'
import { readAppJson } from './app-json.ts'

/** How Heroku's own Python buildpack is named in app.json. */
export const PYTHON_BUILDPACK =
  /^(?:(?:urn:buildpack:)?heroku\/python(?:@.*)?|https?:\/\/github\.com\/heroku\/heroku-buildpack-python(?:\.git)?(?:#.*)?)$/i
/** Buildpacks that build a subfolder instead of the root, such as lstoll/heroku-buildpack-monorepo and timanovsky/subdir-heroku-buildpack. */
const MOVES_THE_ROOT = /monorepo|subdir|subfolder/i

/**
 * Does Heroku's own Python buildpack look at the root of the repository? True unless app.json names other buildpacks only, or one
 * that builds a subfolder: https://devcenter.heroku.com/articles/app-json-schema#buildpacks
 */
export function usesPythonBuildpack(tree: Tree): boolean {
  const buildpacks = (tree.has('app.json') ? readAppJson(tree)?.buildpacks : undefined) ?? []
  if (buildpacks.length === 0) return true
  return (
    buildpacks.some((url) => PYTHON_BUILDPACK.test(url.trim())) && !buildpacks.some((url) => MOVES_THE_ROOT.test(url))
  )
}
