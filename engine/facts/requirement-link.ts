import { normaliseName } from './pep508.ts'

export interface LinkedDistribution {
  readonly name: string
  readonly spelling: string
  readonly version: string | null
  readonly extras: readonly string[]
  /** False when the name is only guessed from the repository's. */
  readonly sure: boolean
}

const ARCHIVE = /\.(zip|whl|tar\.gz|tgz|tar|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)$/i

/** Would pip take the text for a path rather than for a name? */
export function looksLikePath(text: string): boolean {
  return text.includes('/') || text.startsWith('.') || ARCHIVE.test(text.split(/[;#[]/, 1)[0]?.trim() ?? '')
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/**
 * Which distribution a URL, VCS link or path holds: by `#egg=`, by the name of a wheel or source archive, else
 * guessed from the repository's name. undefined when even that is not there (a local directory).
 */
export function distributionOfLink(link: string): LinkedDistribution | undefined {
  const [address = '', fragment = ''] = link.split('#', 2)
  const egg = /(?:^|&)egg=([^&[]+)(?:\[([^\]&]*)\])?/.exec(fragment)
  const made = (
    spelling: string,
    version: string | null,
    sure: boolean,
    extras: readonly string[] = [],
  ): LinkedDistribution => ({
    name: normaliseName(spelling),
    spelling,
    version,
    extras,
    sure,
  })
  if (egg !== null) {
    const extras = (egg[2] ?? '')
      .split(',')
      .map((extra) => extra.trim())
      .filter((extra) => extra !== '')
    return made(decoded(egg[1] ?? ''), null, true, extras)
  }
  const path = decoded(address.split('?', 1)[0] ?? '').replace(/\/+$/, '')
  const file = path.slice(path.lastIndexOf('/') + 1)
  const wheel = /^([^-]+)-([^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-[^-]+\.whl$/i.exec(file)
  if (wheel !== null) return made(wheel[1] ?? '', wheel[2] ?? null, true)
  const source = /^([A-Za-z0-9][\w.-]*?)-v?(\d[\w.+!]*)\.(?:zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$/i.exec(file)
  if (source !== null) return made(source[1] ?? '', source[2] ?? null, false)
  // "https://github.com/pallets/flask/archive/main.zip" and "git+https://github.com/pallets/flask.git@main"
  const archive = /\/([^/]+)\/(?:archive|zipball|tarball|get)\//.exec(path)
  const repository =
    archive?.[1] ?? (/^(git|hg|svn|bzr)\+/.test(path) ? file.replace(/@.*$/, '').replace(/\.git$/, '') : '')
  return /^[A-Za-z0-9][\w.-]*$/.test(repository) ? made(repository, null, false) : undefined
}
