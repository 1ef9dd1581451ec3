import type { Place } from '../finding.ts'
import { normaliseName } from './pep508.ts'

/** Where uv.lock and poetry.lock name a package. Both write `[[package]]`, then the name, then the version. */
export class LockPositions {
  readonly #path: string
  readonly #text: string
  #starts: Map<string, number> | undefined

  constructor(path: string, text: string) {
    this.#path = path
    this.#text = text
  }

  of(name: string, version: string | null): Place {
    if (this.#starts === undefined) {
      this.#starts = new Map()
      for (const match of this.#text.matchAll(/^\[\[package\]\]\s+name = "([^"\n]+)"(?:\s+version = "([^"\n]+)")?/gm)) {
        const key = `${normaliseName(match[1] ?? '')} ${match[2] ?? ''}`
        this.#starts.set(key, match.index + match[0].indexOf('name = '))
      }
    }
    const start = this.#starts.get(`${name} ${version ?? ''}`)
    if (start === undefined) return { path: this.#path }
    const end = this.#text.indexOf('\n', start)
    return { path: this.#path, start, end: start + this.#text.slice(start, end < 0 ? undefined : end).trimEnd().length }
  }
}
