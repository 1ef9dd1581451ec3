/** The picture as SVG, and as lists for a narrow screen. */
import { type Finding, LEVELS, type Level } from '../../finding.ts'
import { countLevels } from '../report.ts'
import { type Card, LANES, type Lane } from './card.ts'
import { CARD_WIDTH, HEAD, isCode, LINE_HEIGHT, laneX, layOut, type PlacedCard } from './layout.ts'
import { html, type Markup } from './markup.ts'
import type { Picture } from './picture.ts'

export interface DiagramContext {
  readonly findings: readonly Finding[]
  /** Where a finding stands in the page. */
  readonly anchorOf: (finding: Finding) => string
}

/** Counts by level, and the first finding of a card. */
interface Marks {
  readonly counts: Readonly<Record<Level, number>>
  readonly first: string
}

/** The figure of the plan; the list in it takes the place of the drawing where that would be too small to read. */
export function diagram(picture: Picture, context: DiagramContext): Markup {
  const marks = marksOf(picture, context)
  const { width, height, cards, lines } = layOut(picture.cards, picture.lines)
  return html`<svg class="plan" viewBox="-2 0 ${width + 12} ${height + 4}" role="group" aria-labelledby="plan-title">
<g class="lanes">${LANES.map((name, lane) => laneHead(name, lane as Lane))}</g>
<g class="lines" aria-hidden="true">${lines.map(
    ({ line, path }) =>
      html`<path d="${path}" data-from="${line.from}" data-to="${line.to}"${line.absent ? html` class="absent"` : null}/>\n`,
  )}</g>
${cards.map((placed) => drawn(placed, marks.get(placed.card.id)))}</svg>
<div class="outline">${LANES.map((name, lane) => {
    const inLane = picture.cards.filter((card) => card.lane === lane)
    return inLane.length === 0
      ? null
      : html`<h3>${name}</h3>\n<ul>${inLane.map((card) => listed(card, marks.get(card.id)))}</ul>\n`
  })}</div>`
}

function marksOf({ cardOf }: Picture, { findings, anchorOf }: DiagramContext): ReadonlyMap<string, Marks> {
  const byCard = new Map<string, Finding[]>()
  for (const finding of findings) {
    const card = cardOf.get(finding)
    if (card !== undefined) byCard.set(card, [...(byCard.get(card) ?? []), finding])
  }
  return new Map(
    [...byCard].flatMap(([card, own]) => {
      const [first] = own
      return first === undefined ? [] : [[card, { counts: countLevels(own), first: anchorOf(first) }] as const]
    }),
  )
}

const laneHead = (name: string, lane: Lane): Markup =>
  html`<text class="lane" x="${laneX(lane)}" y="16">${name}</text><path class="ground" d="M${laneX(lane)} ${HEAD - 14}h${CARD_WIDTH}"/>\n`

const X = 14

function drawn({ card, x, y, height, title, rows }: PlacedCard, marks: Marks | undefined): Markup {
  const inside = html`<rect class="box" width="${CARD_WIDTH}" height="${height}" rx="9"><title>${[card.title, ...card.lines].join('\n')}</title></rect>
<text class="kind" x="${X}" y="23">${card.kind}</text>
<text class="title${isCode(card) ? ' code' : ''}" x="${X}" y="42">${title}</text>
${rows.map((row, index) => html`<text class="more" x="${X}" y="${61 + index * LINE_HEIGHT}">${row}</text>\n`)}${marks === undefined ? null : badges(marks.counts)}`
  const attributes = html`transform="translate(${x} ${y})" data-card="${card.id}"`
  if (marks === undefined) return html`<g class="card${card.absent ? ' absent' : ''}" ${attributes}>${inside}</g>\n`
  return html`<a class="card${card.absent ? ' absent' : ''} ${worst(marks.counts)}" href="#${marks.first}" ${attributes}>${inside}</a>\n`
}

const worst = (counts: Marks['counts']): Level => LEVELS.find((level) => counts[level] > 0) ?? 'info'

const BADGE = 34
const NONE = { error: 0, warning: 0, info: 0 }

/** One sign and number for each level, at the card's upper right edge: told apart by shape as well as by colour. */
function badges(counts: Marks['counts']): Markup {
  const shown = LEVELS.filter((level) => counts[level] > 0)
  const left = CARD_WIDTH + 6 - shown.length * (BADGE + 4)
  return html`${shown.map(
    (level, index) =>
      html`<g class="badge ${level}" transform="translate(${left + index * (BADGE + 4)} -9)" role="img" aria-label="${countWords({ ...NONE, [level]: counts[level] })}"><rect width="${BADGE}" height="20" rx="10"/><use href="#sign-${level}" x="6" y="4" width="12" height="12"/><text class="count" x="20" y="14.5">${Math.min(counts[level], 99)}</text></g>\n`,
  )}`
}

const WORDS: Readonly<Record<Level, readonly [one: string, many: string]>> = {
  error: ['error', 'errors'],
  warning: ['warning', 'warnings'],
  info: ['info', 'infos'],
}

/** "2 errors, 1 warning". */
export const countWords = (counts: Readonly<Record<Level, number>>): string =>
  LEVELS.filter((level) => counts[level] > 0)
    .map((level) => `${counts[level]} ${WORDS[level][counts[level] === 1 ? 0 : 1]}`)
    .join(', ')

function listed(card: Card, marks: Marks | undefined): Markup {
  const text = html`<span class="what">${card.kind}</span> <span class="name">${card.title}</span>${
    card.lines.length === 0
      ? null
      : html`<span class="rows">${card.lines.map((line) => html`<span>${line}</span>`)}</span>`
  }`
  const absent = card.absent ? ' absent' : ''
  if (marks === undefined) return html`<li><span class="card${absent}">${text}</span></li>\n`
  return html`<li><a class="card${absent} ${worst(marks.counts)}" href="#${marks.first}" data-card="${card.id}">${text}<span class="told">${countWords(marks.counts)}</span></a></li>\n`
}

/** The signs of the levels, drawn once and used everywhere. */
export const SIGNS: Markup = html`<svg width="0" height="0" aria-hidden="true" focusable="false">
<symbol id="sign-error" viewBox="0 0 12 12"><path d="M2.2 2.2l7.6 7.6M9.8 2.2L2.2 9.8" fill="none" stroke="currentColor" stroke-width="2.2" stroke-linecap="round"/></symbol>
<symbol id="sign-warning" viewBox="0 0 12 12"><path d="M6 1.2L11.3 10.6H.7z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/><path d="M6 4.7v2.6M6 8.9v.1" stroke="currentColor" stroke-width="1.6" stroke-linecap="round"/></symbol>
<symbol id="sign-info" viewBox="0 0 12 12"><circle cx="6" cy="6" r="4.6" fill="none" stroke="currentColor" stroke-width="1.7"/></symbol>
</svg>`
