/** Puts the cards of a picture side by side: one column a lane, so that lines run from left to right and seldom cross. */
import { displayWidth } from '../frame.ts'
import type { Card, Lane, Line } from './card.ts'

export const CARD_WIDTH = 206
export const LANE_GAP = 44
const CARD_GAP = 16
/** Room above the cards for the names of the lanes. */
export const HEAD = 40
const PADDING = 12
const KIND_HEIGHT = 14
const TITLE_HEIGHT = 19
export const LINE_HEIGHT = 16
/** Lines end beside the title, wherever the card ends. */
const PORT = PADDING + KIND_HEIGHT + 6
/** Characters that a card has room for: of fixed width in its rows and in titles that are code, else of any font there may be. */
const COLUMNS = 25
const CODE_COLUMNS = 21
const TITLE_COLUMNS = 18
/** Rows that a command may take before it is cut. */
const MOST_ROWS = 3

export interface PlacedCard {
  readonly card: Card
  readonly x: number
  readonly y: number
  readonly height: number
  readonly title: string
  /** What stands below the title, cut to fit. */
  readonly rows: readonly string[]
}

export interface PlacedLine {
  readonly line: Line
  /** An SVG path. */
  readonly path: string
}

export interface Layout {
  readonly width: number
  readonly height: number
  readonly cards: readonly PlacedCard[]
  readonly lines: readonly PlacedLine[]
}

export const laneX = (lane: Lane): number => lane * (CARD_WIDTH + LANE_GAP)

type Box = {
  readonly card: Card
  readonly title: string
  readonly rows: readonly string[]
  readonly height: number
  y: number
}

export function layOut(cards: readonly Card[], lines: readonly Line[]): Layout {
  const boxes = new Map(cards.map((card) => [card.id, boxOf(card)]))
  const lanes = ([0, 1, 2, 3, 4] as const).map((lane) => [...boxes.values()].filter((box) => box.card.lane === lane))
  for (const lane of lanes) placeLane(lane, (box) => portOf(neighbours(box, lines, boxes, 'from')))
  lower(lanes.slice(0, 3).flat(), lines, boxes)
  const placed = [...boxes.values()].map(({ y, ...box }) => ({
    ...box,
    x: laneX(box.card.lane),
    y: Math.round(y) + HEAD,
  }))
  const byId = new Map(placed.map((box) => [box.card.id, box]))
  return {
    width: laneX(4) + CARD_WIDTH,
    height: Math.max(...placed.map(({ y, height }) => y + height)),
    cards: placed,
    lines: lines.flatMap((line) => {
      const from = byId.get(line.from)
      const to = byId.get(line.to)
      return from === undefined || to === undefined ? [] : [{ line, path: curve(from, to) }]
    }),
  }
}

function boxOf(card: Card): Box {
  const rows = card.lines.flatMap((line) => broken(line)).map((row) => shortened(row, COLUMNS))
  const height = PADDING * 2 + KIND_HEIGHT + TITLE_HEIGHT + rows.length * LINE_HEIGHT
  return { card, title: shortened(card.title, isCode(card) ? CODE_COLUMNS : TITLE_COLUMNS), rows, height, y: 0 }
}

/** Is the title a name in the code, and written as such? */
export const isCode = ({ lane }: Card): boolean => lane === 2 || lane === 3

/** A long line broken at spaces into a few rows. */
function broken(line: string): string[] {
  const rows: string[] = []
  let row = ''
  const words = line.split(' ').flatMap((word) => (displayWidth(word) > COLUMNS ? word.split(/(?<=::)/) : word))
  for (const word of words) {
    if (row !== '' && displayWidth(`${row} ${word}`) > COLUMNS) {
      rows.push(row)
      row = word
    } else row = row === '' ? word : `${row} ${word}`
  }
  rows.push(row)
  return rows.length <= MOST_ROWS ? rows : [...rows.slice(0, MOST_ROWS - 1), `${rows[MOST_ROWS - 1]} …`]
}

/** The end of a path says more than its beginning, so that is what stays. */
export function shortened(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text
  const letters = [...text]
  const isPath = text.includes('/') && !/\s|:\/\//.test(text)
  const kept: string[] = []
  let width = 1
  for (const letter of isPath ? letters.reverse() : letters) {
    width += displayWidth(letter)
    if (width > columns) break
    kept.push(letter)
  }
  return isPath ? `…${kept.reverse().join('')}` : `${kept.join('').trimEnd()}…`
}

type Boxes = ReadonlyMap<string, Box>

function neighbours(box: Box, lines: readonly Line[], boxes: Boxes, side: 'from' | 'to'): Box[] {
  const other = side === 'from' ? 'to' : 'from'
  return lines.flatMap((line) => (line[other] === box.card.id ? (boxes.get(line[side]) ?? []) : []))
}

/** The middle between boxes; undefined when there are none. */
const centreOf = (boxes: readonly Box[]): number | undefined =>
  boxes.length === 0 ? undefined : boxes.reduce((sum, { y, height }) => sum + y + height / 2, 0) / boxes.length

/** The middle between the places where the lines of boxes begin; undefined when there are none. */
const portOf = (boxes: readonly Box[]): number | undefined =>
  boxes.length === 0 ? undefined : boxes.reduce((sum, { y }) => sum + y + PORT, 0) / boxes.length

/** Stacks the boxes of a lane, each as near as may be to where its lines come from, in the order of these. */
function placeLane(lane: readonly Box[], wish: (box: Box) => number | undefined): void {
  const wished = lane.map((box) => ({ box, port: wish(box) }))
  // what no line leads to keeps its place among the others
  const inOrder = wished.every(({ port }) => port !== undefined)
    ? [...wished].sort((a, b) => (a.port ?? 0) - (b.port ?? 0))
    : wished
  let bottom = 0
  let drift = 0
  for (const { box, port } of inOrder) {
    const top = port === undefined ? bottom : port - PORT
    box.y = Math.max(bottom, top)
    drift += box.y - (port === undefined ? box.y : top)
    bottom = box.y + box.height + CARD_GAP
  }
  const first = inOrder[0]?.box.y ?? 0
  const lift = Math.min(first, drift / Math.max(1, lane.length))
  for (const box of lane) box.y -= lift
}

/** Brings the first lanes down to the middle of what they lead to, all of them together. */
function lower(left: readonly Box[], lines: readonly Line[], boxes: Boxes): void {
  const isLeft = new Set(left)
  const border = left.flatMap((box) =>
    neighbours(box, lines, boxes, 'to').flatMap((to) => (isLeft.has(to) ? [] : [{ box, to }])),
  )
  const here = centreOf([...new Set(border.map(({ box }) => box))])
  const there = centreOf([...new Set(border.map(({ to }) => to))])
  if (here === undefined || there === undefined || there <= here) return
  for (const box of left) box.y += there - here
}

function curve(from: PlacedCard, to: PlacedCard): string {
  const x1 = from.x + CARD_WIDTH
  const y1 = from.y + PORT
  const x2 = to.x
  const y2 = to.y + PORT
  const bend = Math.max(LANE_GAP * 0.6, (x2 - x1) * 0.5)
  return y1 === y2 ? `M${x1} ${y1}H${x2}` : `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}
