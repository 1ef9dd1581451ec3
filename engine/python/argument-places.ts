import type { Place } from '../finding.ts'
import type { Argument } from './ast.ts'

/** Where the arguments of a call were written. Of a thousand calls that are recorded, hardly one is asked. */
export class ArgumentPlaces {
  readonly #args: readonly Argument[]
  readonly #path: string

  constructor(args: readonly Argument[], path: string) {
    this.#args = args
    this.#path = path
  }

  /** By position, counting those with a star, or by keyword; of two with the same keyword the last. */
  get(key: string | number): Place | undefined {
    let position = 0
    let found: Argument | undefined
    for (const arg of this.#args) {
      const own = arg.name === null || arg.name.startsWith('*') ? position++ : arg.name
      if (own === key) found = arg
    }
    return found && { path: this.#path, start: found.start, end: found.end }
  }
}

export const NO_PLACES = new ArgumentPlaces([], '')
