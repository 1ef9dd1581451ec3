/** Poetry's own way to write version limits: https://python-poetry.org/docs/dependency-specification/#version-constraints */
import { type Clause, parseSpecifier, parseVersion, satisfies } from './pep440.ts'

function caret(release: readonly number[]): string {
  const first = release.findIndex((part) => part !== 0)
  const at = first < 0 ? release.length - 1 : first
  return release
    .map((part, i) => (i < at ? part : i === at ? part + 1 : 0))
    .slice(0, at + 1)
    .join('.')
}

function single(text: string): string | undefined {
  if (text === '*' || text === '') return ''
  const shorthand = /^(\^|~(?!=))\s*(.+)$/.exec(text)
  const version = parseVersion(shorthand?.[2] ?? text.replace(/^([=<>!~]+)\s*/, '').replace(/\.\*$/, ''))
  if (version === undefined) return undefined
  if (shorthand?.[1] === '^') return `>=${version.text},<${caret(version.release)}`
  if (shorthand?.[1] === '~') {
    const upper = version.release.length > 1 ? version.release.slice(0, 2) : version.release.slice(0, 1)
    return `>=${version.text},<${upper.map((part, i) => (i === upper.length - 1 ? part + 1 : part)).join('.')}`
  }
  if (/^[=<>!~]/.test(text)) return text.replace(/^=(?!=)\s*/, '==').replace(/\s+/g, '')
  return `==${text}`
}

/** The constraint as version specifiers of which one must be met; undefined when it is not understood. */
export function poetrySpecifiers(constraint: string): readonly string[] | undefined {
  const alternatives: string[] = []
  for (const alternative of constraint.split(/\|\|?/)) {
    const parts = alternative
      .trim()
      .replace(/([=<>!~^])\s+/g, '$1')
      .split(/\s*,\s*|\s+/)
    const specifiers = parts.map(single)
    if (specifiers.some((specifier) => specifier === undefined)) return undefined
    const joined = specifiers.filter((specifier) => specifier !== '').join(',')
    if (parseSpecifier(joined) === undefined) return undefined
    alternatives.push(joined)
  }
  return alternatives
}

/** Is there a patch release of that Python, such as `3.12`, within the constraint? undefined when the constraint is not understood. */
export function allowsPython(constraint: string, python: string): boolean | undefined {
  const alternatives = poetrySpecifiers(constraint)
  if (alternatives === undefined) return undefined
  const sets: readonly (readonly Clause[])[] = alternatives.map((text) => parseSpecifier(text) ?? [])
  // Bounds between two patch releases are rare; no Python had more than thirty of them.
  for (let patch = 0; patch <= 40; patch++) {
    const version = parseVersion(`${python}.${patch}`)
    if (version !== undefined && sets.some((clauses) => satisfies(version, clauses))) return true
  }
  return false
}
