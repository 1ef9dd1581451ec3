import type { BrokenRequirement } from './requirements.ts'

/** What the buildpack sets while pip runs, so that pip can put it in: bin/compile and lib/pip.sh there. */
const SET_IN_BUILD = /^\$\{(?:HOME|PWD|PATH|LANG|STACK|PIP_EXTRA_INDEX_URL)\}/

/**
 * The lines of requirements files that pip cannot read on Heroku. Config vars are passed to the build on Fir only
 * (https://github.com/heroku/buildpacks-python), so that a variable may well be set there.
 */
export function unreadableRequirements(
  broken: readonly BrokenRequirement[],
  generation: 'cedar' | 'fir',
): readonly BrokenRequirement[] {
  return broken.filter(({ kind, why }) => {
    if (kind === 'missing-path') return false
    return kind !== 'variable' || (generation === 'cedar' && !SET_IN_BUILD.test(why))
  })
}
