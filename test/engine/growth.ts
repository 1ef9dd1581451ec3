import { expect } from 'vitest'

const TIMES = 8
/** In milliseconds: below this a clock tells nothing. */
const LEAST = 1

/**
 * Something may take longer with more, but no more than in proportion: `run(most)` is measured beside `run(most / 8)`, so that no
 * machine is too slow for it. Time that grows with the amount makes about 8, time that grows with its square 64.
 */
export function expectNoMoreThanLinear(run: (amount: number) => void, most: number): void {
  const few = Math.min(...[1, 2, 3].map(() => timed(run, Math.round(most / TIMES))))
  const many = Math.min(...[1, 2, 3].map(() => timed(run, most)))
  expect(many / Math.max(few, LEAST)).toBeLessThan(4 * TIMES)
}

function timed(run: (amount: number) => void, amount: number): number {
  const start = performance.now()
  run(amount)
  return performance.now() - start
}
