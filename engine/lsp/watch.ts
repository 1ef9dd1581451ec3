import { setImmediate } from 'node:timers/promises'
import type { OpenTexts, Project, Snapshot } from './project.ts'

/** Of which files the findings are to be shown anew. */
export type Scope = 'open' | 'all'

/** What a watch tells the server. */
export interface Listener {
  readonly open: () => OpenTexts
  readonly looked: (watch: Watch, snapshot: Snapshot, scope: Scope) => void
  readonly failed: (watch: Watch, error: unknown) => void
}

/** How many turns of the event loop it takes to read what the editor sent while a lint kept the processor. */
const TURNS = 3

/** Looks at one project again when something has changed: once for many changes, and not for those that are overtaken. */
export class Watch {
  readonly project: Project
  readonly #listener: Listener
  #snapshot: Snapshot | undefined
  #wanted: Scope | null = null
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | null = null
  #isClosed = false
  /** How long the last look took (milliseconds). */
  #lasted = 0

  constructor(project: Project, listener: Listener) {
    this.project = project
    this.#listener = listener
  }

  /**
   * Looks again when nothing else has been asked for these milliseconds; where a look takes longer, for as long as it
   * takes, so that typing in a large project does not keep the processor busy.
   */
  request(scope: Scope, delay: number): void {
    if (this.#isClosed) return
    this.#wanted = scope === 'all' ? 'all' : (this.#wanted ?? scope)
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined
        void this.#start()
      },
      delay === 0 ? 0 : Math.max(delay, this.#lasted),
    )
  }

  /** The project as it is now, with every change taken in; undefined when it cannot be looked at. */
  async settled(): Promise<Snapshot | undefined> {
    while (this.#running !== null || this.#wanted !== null) await this.#start()
    return this.#snapshot
  }

  close(): void {
    this.#isClosed = true
    this.#wanted = null
    clearTimeout(this.#timer)
  }

  #start(): Promise<void> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      // Asked for while this one ran, and the time is up.
      if (this.#wanted !== null && this.#timer === undefined) void this.#start()
    })
    return this.#running
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const scope = this.#wanted
    this.#wanted = null
    if (scope === null) return
    const start = performance.now()
    try {
      const snapshot = await this.project.look(this.#listener.open())
      this.#lasted = performance.now() - start
      for (let turn = 0; turn < TURNS; turn++) await setImmediate()
      if (this.#isClosed) return
      if (this.#wanted !== null) {
        // Overtaken: the next look tells what this one would have told.
        if (scope === 'all') this.#wanted = 'all'
        return
      }
      this.#snapshot = snapshot
      this.#listener.looked(this, snapshot, scope)
    } catch (error) {
      this.#snapshot = undefined
      if (!this.#isClosed) this.#listener.failed(this, error)
    }
  }
}
