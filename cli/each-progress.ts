/** How far `lint --each` has come. */
export interface Progress {
  readonly done: number
  /** How many there are; null while more may come. */
  readonly total: number | null
  readonly seconds: number
  readonly withFindings: number
  readonly failed: number
}

/** One line at the foot of a terminal, drawn over and over again. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream
  readonly #color: boolean
  #shown = false
  #drawnAt = Number.NEGATIVE_INFINITY

  constructor(stream: NodeJS.WriteStream, color: boolean) {
    this.#stream = stream
    this.#color = color
  }

  /** Draws, but not more than ten times a second. */
  draw(progress: Progress): void {
    if (progress.seconds - this.#drawnAt < 0.1) return
    this.#drawnAt = progress.seconds
    this.#stream.write(`\r${progressText(progress, (this.#stream.columns ?? 80) - 1, this.#color)}\x1b[K`)
    this.#shown = true
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K')
    this.#shown = false
  }
}

const BAR = 24

/** At most `width` columns. */
export function progressText(progress: Progress, width: number, color: boolean): string {
  const { done, total, seconds, withFindings, failed } = progress
  const rate = seconds > 0 ? done / seconds : 0
  const words = [
    total === null ? `${done} linted` : `${done}/${total}`,
    `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)}/s`,
  ]
  if (total !== null && rate > 0) words.push(`${duration((total - done) / rate)} left`)
  words.push(`${withFindings} with findings`)
  if (failed > 0) words.push(`${failed} failed`)
  const text = words.join('  ')
  const room = total === null || total === 0 ? 0 : Math.min(BAR, width - text.length - 4)
  if (total === null || room < 5) return text.slice(0, Math.max(0, width))
  const full = Math.floor((done / total) * room)
  const paint = (bar: string): string => (color && bar !== '' ? `\x1b[32m${bar}\x1b[39m` : bar)
  return `[${paint('#'.repeat(full))}${'-'.repeat(room - full)}]  ${text}`
}

/** `8 s`, `3:05 min`, `2:10 h` */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  if (whole < 60) return `${whole} s`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return `${minutes}:${two(whole % 60)} min`
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)} h`
}
