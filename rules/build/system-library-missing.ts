import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix } from '../../engine/finding.ts'
import { type MissingLibrary, missingLibraries } from '../../engine/plan/system-libraries.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

function remedy({ instead, needs, when }: MissingLibrary): string {
  if (instead !== null) return `Ask for ${instead} instead.`
  if (needs === 'a browser') return 'Add the Chrome for Testing buildpack, or a browser elsewhere by webdriver.Remote.'
  return when === 'build'
    ? 'Bring it by the Apt buildpack and an Aptfile, or do without.'
    : 'Bring it by the Apt buildpack and an Aptfile.'
}

function messageFor(found: MissingLibrary): string {
  const name = found.distribution.spelling
  switch (found.when) {
    case 'build':
      return `${name} is compiled while it is installed, and Heroku's build image has no ${found.needs.replace(/^the /, '')}. ${remedy(found)}`
    case 'import':
      return `${name} needs ${found.needs}, which no dyno has, so that importing it fails. ${remedy(found)}`
    case 'call':
      return `${name} starts ${found.needs}, which no dyno has. ${remedy(found)}`
  }
}

const REASONS: Readonly<Record<string, string>> = {
  pip: 'install-dependencies::pip',
  pipenv: 'install-dependencies::pipenv',
  poetry: 'install-dependencies::poetry',
  uv: 'install-dependencies::uv',
}

/** A requirement of pip's may be exchanged on its line; where a lock says what is installed, the tool has to. */
function fixFor(tree: Tree, { distribution: { at, spelling }, instead }: MissingLibrary): Fix | undefined {
  if (instead === null || !instead.startsWith('opencv') || at.start === undefined) return undefined
  if (!at.path.endsWith('.txt') || tree.read(at.path)?.text.startsWith(spelling, at.start) !== true) return undefined
  return {
    safety: 'unsafe',
    description: `ask for ${instead}`,
    edits: [{ kind: 'text', path: at.path, start: at.start, end: at.start + spelling.length, text: instead }],
  }
}

export const systemLibraryMissing = defineRule({
  id: 'system-library-missing',
  stage: 'build',
  level: 'error',
  summary: 'A package needs a library or a program of the system that no dyno has',
  why: 'A dyno is a bare Ubuntu with a fixed list of packages. What a developer once installed with apt or Homebrew is not there: a package that is compiled against it stops the build, one that loads it stops the app as it starts, and one that starts a program fails in the middle of a request.',
  consequence:
    'The build stops (install-dependencies::pip), or the app does: "ImportError: libGL.so.1: cannot open shared object file".',
  instead:
    'A package that needs nothing of the system, such as `opencv-python-headless`; else the Apt buildpack before the Python one, and an `Aptfile` with the names:\n\n```\nheroku buildpacks:add --index 1 heroku-community/apt\necho "tesseract-ocr" >> Aptfile\n```',
  fix: { safety: 'unsafe', note: 'Asks for the headless build of OpenCV, which has no windows to show.' },
  sources: [
    {
      title: 'Packages of the heroku-24 image',
      url: 'https://github.com/heroku/base-images/blob/main/heroku-24/installed-packages-amd64.txt',
    },
    { title: 'Ubuntu packages on Heroku stacks', url: 'https://devcenter.heroku.com/articles/stack-packages' },
    { title: 'Apt buildpack', url: 'https://elements.heroku.com/buildpacks/heroku/heroku-buildpack-apt' },
    { title: 'opencv-python: headless builds', url: 'https://github.com/opencv/opencv-python#installation-and-usage' },
  ],
  since: '0.1.0',
  predicts: Object.values(REASONS),
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // What an image or another buildpack brings, nobody knows here.
    if (plan.container || !usesPythonBuildpack(tree)) return
    for (const found of missingLibraries(tree, plan, dependencies)) {
      const { distribution, when, usedAt, trail } = found
      const fix = fixFor(tree, found)
      yield {
        at: distribution.at,
        message: messageFor(found),
        // Some requests fail and the app goes on; and a buildpack that was set by hand is in no file.
        ...(when === 'call' ? { level: 'warning' as const } : {}),
        consequence:
          when === 'build'
            ? `The build stops while ${distribution.spelling} is compiled (${REASONS[dependencies.manager ?? ''] ?? 'install-dependencies::pip'}).`
            : when === 'import'
              ? `Every worker stops with an ImportError as it starts, and requests get H10.`
              : 'Requests that come this far end in a 500.',
        related: usedAt === null ? [] : [...trail, { ...usedAt, message: 'needs it here' }],
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})
