import { type NotInstallable, type NotInstallableKind, notInstallable } from '../../engine/facts/not-installable.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix, TextEdit } from '../../engine/finding.ts'
import { withoutLines } from '../../engine/fix-line.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

const REASONS: Readonly<Record<string, string>> = {
  pip: 'install-dependencies::pip',
  pipenv: 'install-dependencies::pipenv',
  poetry: 'install-dependencies::poetry',
  uv: 'install-dependencies::uv',
}

function why(kind: NotInstallableKind, what: string): string {
  switch (kind) {
    case 'windows':
      return `${what} exists for Windows only, and a dyno runs Linux.`
    case 'macos':
      return `${what} exists for macOS only, and a dyno runs Linux.`
    case 'system':
      return `${what} belongs to the Ubuntu on which the list was made, and is on no package index.`
    case 'gone':
      return `The package index holds no file of ${what}.`
    case 'legacy':
      return `${what} was made for a Python of long ago and does not build on any that Heroku offers.`
    case 'placeholder':
      return `${what} is a placeholder that refuses to be installed.`
    case 'metadata':
      return `pip refuses ${what}, because what it says of its own requirements is not valid.`
    case 'path':
      return `${shown(what)} is not in the repository, so that the build cannot find it.`
    case 'wheel':
      return `${shown(what)} is built for another system or another Python than the dyno's.`
    case 'no-wheel':
      return `${what} was never published for the Python of this build, and there is no source to build it from.`
    case 'local-version':
      return `${what} is not on PyPI, which takes no version with a "+".`
    case 'protocol':
      return `GitHub no longer answers to git://, so that ${shown(what)} cannot be fetched.`
  }
}

/** The end of a long address says more than its beginning; what stands before an @ may be a password. */
function shown(text: string): string {
  const clean = text.replace(/\/\/[^/@\s]*@/, '//')
  return clean.length > 60 ? `…${clean.slice(-59)}` : clean
}

function advice({ kind, instead, drop, what, since }: NotInstallable): string {
  if (instead !== null) return `Ask for ${instead} instead.`
  if (drop) return 'Remove it.'
  switch (kind) {
    case 'windows':
      return 'Add ; sys_platform == "win32", or remove it.'
    case 'macos':
      return 'Add ; sys_platform == "darwin", or remove it.'
    case 'metadata':
      return 'Ask for a newer release.'
    case 'no-wheel':
      return `Ask for ${since?.replace(/rc\d+$/, '')} or newer, or name an older Python in .python-version.`
    case 'local-version':
      return 'Name the index that has it with --extra-index-url, or drop what stands after the "+".'
    case 'protocol':
      return 'Write git+https:// instead.'
    case 'path':
      return /@\s*file:/.test(what)
        ? 'Write the name with its version (pip list --format=freeze gives such a list).'
        : 'Commit it, or ask for the published package.'
    default:
      return 'Remove it, or ask for a release that is still maintained.'
  }
}

/** Behind a line, and behind those that a backslash at its end takes in: the hashes of the release. */
function endOfLogicalLine(text: string, from: number): number {
  for (let at = from; ; ) {
    const next = text.indexOf('\n', at)
    if (next < 0) return text.length
    if (!/\\\r?$/.test(text.slice(at, next))) return next + 1
    at = next + 1
  }
}

/** What a person would change in a requirements file. A lock is made anew by its own tool. */
function fixFor(tree: Tree, found: NotInstallable): Fix | undefined {
  const { at, kind, drop, instead, distribution } = found
  if (!at.path.endsWith('.txt') || at.start === undefined || at.end === undefined) return undefined
  const text = tree.read(at.path)?.text ?? ''
  const line = text.slice(at.start, at.end)
  const edit = (start: number, end: number, replacement: string): readonly TextEdit[] => [
    { kind: 'text', path: at.path, start, end, text: replacement },
  ]
  if (line.includes('\n')) return undefined
  if (kind === 'protocol') {
    const address = /(?:git\+)?git:\/\//i.exec(line)
    if (address === null) return undefined
    const start = at.start + address.index
    return {
      safety: 'safe',
      description: 'fetch it by git+https://',
      edits: edit(start, start + address[0].length, 'git+https://'),
    }
  }
  if (line.includes(';') || line.includes('--')) return undefined
  if (drop) {
    const from = text.lastIndexOf('\n', at.start - 1) + 1
    const edits = [withoutLines(at.path, text, { start: from, end: endOfLogicalLine(text, at.end) })]
    return { safety: 'safe', description: `remove ${found.what}`, edits }
  }
  if (kind === 'windows' || kind === 'macos') {
    const system = kind === 'windows' ? 'win32' : 'darwin'
    const edits = edit(at.end, at.end, `; sys_platform == "${system}"`)
    return { safety: 'safe', description: `install ${found.what} on ${system} only`, edits }
  }
  if (instead !== null && distribution?.specifier === '' && distribution.extras.length === 0) {
    const edits = edit(at.start, at.end, instead)
    return { safety: 'unsafe', description: `ask for ${instead}`, edits, brings: ['requirement-unpinned'] }
  }
  return undefined
}

export const requirementNotInstallable = defineRule({
  id: 'requirement-not-installable',
  stage: 'build',
  level: 'error',
  summary: 'A requirement that can never be installed on a dyno',
  why: 'A list that `pip freeze` wrote on one machine names what that machine has: packages for Windows, packages of Ubuntu itself, wheels in a folder of its owner, files of a Conda environment. Old lists name what was made for Python 2. None of it can be installed on a dyno, and one such line is enough to stop the build.',
  consequence: 'The build stops when it installs the dependencies (install-dependencies::pip).',
  instead:
    'What the app itself needs, from the package index. What is needed on one system only gets a marker:\n\n```\nFlask==3.1.3\ngunicorn==26.2.0\npywin32==311; sys_platform == "win32"\n```',
  fix: {
    safety: 'safe',
    note: 'Removes a line that installs nowhere, gives one for Windows or macOS its marker, and turns git:// into git+https://. A replacement by another distribution is offered, to be read first.',
  },
  sources: [
    {
      title: 'pip: requirements file format',
      url: 'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
    },
    {
      title: 'Environment markers',
      url: 'https://packaging.python.org/en/latest/specifications/dependency-specifiers/#environment-markers',
    },
    {
      title: 'Improving Git protocol security on GitHub',
      url: 'https://github.blog/security/application-security/improving-git-protocol-security-github/',
    },
  ],
  since: '0.1.0',
  predicts: Object.values(REASONS),
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: another Python and another system may install it.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const all = notInstallable(tree, dependencies)
    // A list from another machine is one fault, however many of its lines point to that machine's disk.
    const firstPaths = new Map<string, NotInstallable>()
    for (const one of all) if (one.kind === 'path' && !firstPaths.has(one.at.path)) firstPaths.set(one.at.path, one)
    const reason = REASONS[dependencies.manager ?? ''] ?? 'install-dependencies::pip'
    for (const one of all) {
      if (one.kind === 'path' && firstPaths.get(one.at.path) !== one) continue
      const others = one.kind === 'path' ? all.filter((other) => other !== one && other.kind === 'path') : []
      const fix = fixFor(tree, one)
      yield {
        at: one.at,
        message: `${why(one.kind, one.what)} ${advice(one)}`,
        consequence: `The build stops when it installs the dependencies (${reason}).`,
        related: others
          .filter((other) => other.at.path === one.at.path)
          .slice(0, 5)
          .map((other) => ({ ...other.at, message: 'is on another machine, too' })),
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})
