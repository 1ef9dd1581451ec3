import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { heavyDistributions, RAISED_SLUG_LIMIT, SLUG_LIMIT } from '../../engine/facts/slug-sizes.ts'
import { defineRule } from '../../engine/rule.ts'

export const slugTooLarge = defineRule({
  id: 'slug-too-large',
  stage: 'build',
  level: 'warning',
  summary: 'Requirements that are known to be larger than a slug may be',
  why: 'Heroku refuses a slug above its limit: 500 MB for years, and 1000 MB for apps to which the raised limit applies. The wheels of PyTorch on the package index carry all of CUDA, which no dyno can use: they alone are three times the old limit. TensorFlow passes it by itself, and several such stacks together do, too.',
  consequence: 'The push is refused after the build: "Compiled slug size is too large".',
  instead:
    "The wheels without CUDA, or a library that only runs a model. For pip, PyTorch's own index:\n\n```\n--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.6.0+cpu\n```",
  sources: [
    { title: 'Slug compiler: slug size', url: 'https://devcenter.heroku.com/articles/slug-compiler#slug-size' },
    { title: 'PyTorch: start locally', url: 'https://pytorch.org/get-started/locally/' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image may be larger, and Fir builds images: https://devcenter.heroku.com/articles/limits
    if (plan.container || plan.generation === 'fir' || !usesPythonBuildpack(tree)) return
    if (dependencies.found.length > 1) return
    const heavy = heavyDistributions(tree, dependencies)
    const total = heavy.reduce((sum, { megabytes }) => sum + megabytes, 0)
    const [first, ...others] = heavy
    if (first === undefined || total < SLUG_LIMIT) return
    const limit = total < RAISED_SLUG_LIMIT ? SLUG_LIMIT : RAISED_SLUG_LIMIT
    const named =
      others.length === 0
        ? first.asked.name === first.name
          ? `${first.asked.spelling} takes`
          : `${first.asked.spelling} brings ${first.name}, and that takes`
        : `${heavy.map(({ name }) => name).join(', ')} together take`
    const remedy = first.light === null ? 'Move the heavy work to another service.' : `Use ${first.light}.`
    yield {
      at: first.asked.at,
      message: `${named} about ${total} MB of the slug, and ${limit} MB are allowed. ${remedy}`,
      related: others.map(({ asked, name, megabytes }) => ({ ...asked.at, message: `${name} takes ${megabytes} MB` })),
    }
  },
})
