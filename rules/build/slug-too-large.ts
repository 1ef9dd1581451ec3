import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import {
  type HeavyDistribution,
  heavyDistributions,
  RAISED_SLUG_LIMIT,
  SLUG_LIMIT,
} from '../../engine/facts/slug-sizes.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

/** Names of builds without CUDA that stand in for the whole: the first word of what is advised. */
const STAND_INS: ReadonlySet<string> = new Set(['tensorflow-cpu', 'xgboost-cpu'])
const CPU_INDEX = '--extra-index-url https://download.pytorch.org/whl/cpu'

function lighter(tree: Tree, { asked, name, light }: HeavyDistribution): Fix | null {
  const { path, start } = asked.at
  const text = tree.read(path)?.text
  if (light === null || text === undefined || start === undefined || !path.endsWith('.txt')) return null
  if (name === 'torch') {
    // a release with a local version is newer than the same without: pip takes 2.6.0+cpu for 2.6.0
    const end = /^torch(==[\d.]+)(?=\s|;|#|$)/.exec(text.slice(start))?.[0].length
    if (asked.name !== 'torch' || end === undefined) return null
    return {
      safety: 'unsafe',
      description: 'ask for PyTorch without CUDA, from its own index',
      edits: [
        { kind: 'text', path, start: lineStart(text, start), end: lineStart(text, start), text: `${CPU_INDEX}\n` },
        { kind: 'text', path, start: start + end, end: start + end, text: '+cpu' },
      ],
    }
  }
  const [instead = ''] = light.split(/,| /)
  if (!STAND_INS.has(instead) || asked.name !== name || !text.startsWith(asked.spelling, start)) return null
  return {
    safety: 'unsafe',
    description: `ask for ${instead}`,
    edits: [{ kind: 'text', path, start, end: start + asked.spelling.length, text: instead }],
  }
}

const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

export const slugTooLarge = defineRule({
  id: 'slug-too-large',
  stage: 'build',
  level: 'warning',
  summary: 'Requirements that are known to be larger than a slug may be',
  why: 'Heroku refuses a slug above its limit: 500 MB for years, and 1000 MB for apps to which the raised limit applies. The wheels of PyTorch on the package index carry all of CUDA, which no dyno can use: they alone are three times the old limit. TensorFlow passes it by itself, and several such stacks together do, too.',
  consequence: 'The push is refused after the build: "Compiled slug size is too large".',
  instead:
    "The wheels without CUDA, or a library that only runs a model. For pip, PyTorch's own index:\n\n```\n--extra-index-url https://download.pytorch.org/whl/cpu\ntorch==2.6.0+cpu\n```",
  fix: {
    safety: 'unsafe',
    note: 'In requirements.txt, asks for the build without CUDA: from the index of PyTorch, or under the name of its own.',
  },
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
    const limit =
      total < RAISED_SLUG_LIMIT
        ? `${SLUG_LIMIT} MB are allowed, ${RAISED_SLUG_LIMIT} MB where Heroku has raised the limit`
        : `at most ${RAISED_SLUG_LIMIT} MB are allowed`
    const named =
      others.length === 0
        ? first.asked.name === first.name
          ? `${first.asked.spelling} takes`
          : `${first.asked.spelling} brings ${first.name}, and that takes`
        : `${heavy.map(({ name }) => name).join(', ')} together take`
    const remedy = first.light === null ? 'Move the heavy work to another service.' : `Use ${first.light}.`
    const fix = lighter(tree, first)
    yield {
      at: first.asked.at,
      message: `${named} about ${total} MB of the slug, and ${limit}. ${remedy}`,
      related: others.map(({ asked, name, megabytes }) => ({ ...asked.at, message: `${name} takes ${megabytes} MB` })),
      ...(fix === null ? {} : { fix }),
    }
  },
})
