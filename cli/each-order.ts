/** How far the work may run ahead of what was written: what is held back meanwhile stays small. */
const AHEAD = 64

/** Hands things on in the order of their numbers, from 0, whatever order they come in. */
export class InOrder<T> {
  readonly #held = new Map<number, T>()
  readonly #write: (thing: T) => Promise<void>
  #next = 0
  #waiting: (() => void)[] = []

  constructor(write: (thing: T) => Promise<void>) {
    this.#write = write
  }

  /** Waits until the thing of this number may be worked on. */
  async admit(number: number): Promise<void> {
    while (number >= this.#next + AHEAD) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async put(number: number, thing: T): Promise<void> {
    this.#held.set(number, thing)
    for (let ready = this.#held.get(this.#next); ready !== undefined; ready = this.#held.get(this.#next)) {
      this.#held.delete(this.#next)
      this.#next++
      await this.#write(ready)
    }
    const woken = this.#waiting
    this.#waiting = []
    for (const wake of woken) wake()
  }

  /** Writes what is held back, for a run that was stopped. */
  async release(): Promise<void> {
    for (const [number, thing] of [...this.#held].sort(([a], [b]) => a - b)) {
      this.#held.delete(number)
      await this.#write(thing)
    }
  }
}
