import type { Question } from '../../generators/_shared/questions.ts'
import { type Answers, conflictIn, QUESTIONS } from '../../generators/app/options.ts'

/**
 * A small selection of answers in which every two answers that go together stand together at least once, and so every
 * single one, too. Drawn with a fixed seed: the same selection each time, until a question changes.
 */
export function pairwiseAnswers(): Answers[] {
  const random = generatorOf(20_261_121)
  const draw = () => {
    for (;;) {
      const answers = drawn(random)
      if (conflictIn(answers) === undefined) return answers
    }
  }
  // What a large sample never shows together does not go together.
  const open = new Set(Array.from({ length: 4000 }, draw).flatMap(pairsOf))
  const rows: Answers[] = []
  while (open.size > 0) {
    const candidates = Array.from({ length: 400 }, draw)
    const news = candidates.map((answers) => pairsOf(answers).filter((pair) => open.has(pair)).length)
    const best = candidates[news.indexOf(Math.max(...news))]
    if (best === undefined) throw new Error('no candidate was drawn')
    const pairs = pairsOf(best).filter((pair) => open.delete(pair))
    if (pairs.length > 0) rows.push(best)
  }
  return rows
}

/** Plans, sizes and regions are words that one file repeats; with each other they have nothing to do. */
const ALONE = new Set(['git', 'region', 'databasePlan', 'keyValuePlan', 'dynoSize'])

export function pairsOf(answers: Answers): string[] {
  const entries = Object.entries(answers).filter(([key]) => key !== 'git')
  return entries.flatMap(([key, value], index) => [
    `${key}=${value}`,
    ...(ALONE.has(key) ? [] : entries.slice(index + 1))
      .filter(([other]) => !ALONE.has(other))
      .map(([other, its]) => `${key}=${value} ${other}=${its}`),
  ])
}

function drawn(random: () => number): Answers {
  const answers: Record<string, unknown> = {}
  for (const question of QUESTIONS as readonly Question[]) {
    const choices = question.kind === 'yes-no' ? [true, false] : question.choices.map(({ value }) => value)
    const nothingElse = question.kind === 'yes-no' ? false : question.default
    const open = question.when?.(answers) ?? true
    answers[question.key] = open ? choices[Math.floor(random() * choices.length)] : nothingElse
  }
  return { ...answers, git: false } as unknown as Answers
}

/** Mulberry32: small, and good enough to draw a selection. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
function generatorOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The flags that ask for these answers. */
export function flagsOf(answers: Answers): string[] {
  return (QUESTIONS as readonly Question[]).flatMap((question) => {
    const flag = question.key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const value = answers[question.key as keyof Answers]
    if (question.when !== undefined && !question.when(answers as unknown as Record<string, unknown>)) return []
    if (question.kind === 'yes-no') return [value === true ? `--${flag}` : `--no-${flag}`]
    return [`--${flag}`, String(value)]
  })
}
