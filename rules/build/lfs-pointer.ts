import { mentionsBuildpack } from '../../engine/facts/buildpack-mentions.ts'
import { patternLines, slugignore } from '../../engine/facts/ignore-patterns.ts'
import { defineRule } from '../../engine/rule.ts'

export const lfsPointer = defineRule({
  id: 'lfs-pointer',
  stage: 'build',
  level: 'warning',
  summary: 'Files in Git LFS, of which only pointers reach the dyno',
  why: "Git LFS keeps large files on a server of its own, and commits a pointer of three lines in their place. Heroku's git has no such server, and a deploy from GitHub fetches the pointers alone. On the dyno the image, the model or the archive is a text of some 130 bytes.",
  consequence:
    'The app reads the pointer instead of the file: broken images, "invalid load key" from pickle, a model that does not load.',
  instead:
    'Keep large files in object storage and fetch them from there, or commit them without LFS where they are small enough. A buildpack that fetches them while the app is built exists, too.',
  sources: [
    { title: 'Git LFS: pointer files', url: 'https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md' },
    {
      title: 'git-lfs: pushing to Heroku',
      url: 'https://github.com/git-lfs/git-lfs/issues/805',
    },
    {
      title: 'heroku-buildpack-git-lfs',
      url: 'https://github.com/radian-software/heroku-buildpack-git-lfs',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  *check({ plan, tree }) {
    // An image is built where git-lfs may well be installed.
    if (plan.container) return
    const files = tree.paths.filter((path) => path === '.gitattributes' || path.endsWith('/.gitattributes'))
    if (files.length === 0 || mentionsBuildpack(tree, /lfs/i)) return
    const ignoring = slugignore(tree, plan.generation)
    for (const file of files) {
      for (const line of patternLines(tree, file)) {
        if (!/(?:^|\s)filter=lfs(?:\s|$)/.test(line.rest)) continue
        const kept = tree.paths.filter((path) => path !== file && line.matches(path) && ignoring(path) === undefined)
        const [first] = kept
        if (first === undefined) continue
        const named = kept.length === 1 ? first : `${first} and ${kept.length - 1} more`
        yield {
          at: line.at,
          message: `Git LFS keeps ${named}, and Heroku gets its pointer instead of the file. Keep it in object storage, or commit it without LFS.`,
          related: kept.slice(0, 3).map((path) => ({ path, message: 'is a pointer on the dyno' })),
        }
      }
    }
  },
})
