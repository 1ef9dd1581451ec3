import { describe, expect, test } from 'vitest'
import type { Card, Lane, Line } from '../../engine/report/html/card.ts'
import { groupFiles } from '../../engine/report/html/groups.ts'
import { CARD_WIDTH, layOut, shortened } from '../../engine/report/html/layout.ts'

const many = (folder: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${folder}module_${index}.py`)

describe('files become cards', () => {
  test('few files stand for themselves', () => {
    const paths = ['app.py', 'shop/__init__.py', 'shop/models.py']
    expect(groupFiles(paths).map(({ name }) => name)).toEqual(paths)
  })

  test('many become folders, the largest of which are taken apart', () => {
    const paths = [
      'config.py',
      ...many('app/api/', 200),
      ...many('app/models/', 50),
      ...many('app/', 3),
      ...many('lib/', 2),
    ]
    expect(groupFiles(paths).map(({ name, files }) => [name, files.length])).toEqual([
      ['config.py', 1],
      ['app/api/', 200],
      ['app/models/', 50],
      ['app/*.py', 3],
      ['lib/', 2],
    ])
  })

  test.each([
    ['a flat folder', many('', 500)],
    ['thirty folders', Array.from({ length: 30 }, (_, index) => many(`part_${index}/`, index + 1)).flat()],
    ['a deep chain', [...many('a/b/c/d/e/', 40), ...many('a/b/c/d/f/', 40)]],
    ['folders in folders', Array.from({ length: 400 }, (_, i) => `p${i % 4}/q${i % 16}/r${i % 64}/m${i}.py`)],
  ])('%s: every file is in one card, and the cards stay few', (_, paths) => {
    const groups = groupFiles(paths)
    expect(groups.flatMap(({ files }) => files).sort()).toEqual([...paths].sort())
    expect(groups.length).toBeLessThanOrEqual(10)
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length)
  })

  test('folders of a chain are passed, to where they part', () => {
    const names = groupFiles([...many('a/b/c/d/e/', 40), ...many('a/b/c/d/f/', 40)]).map(({ name }) => name)
    expect(names).toEqual(['a/b/c/d/e/', 'a/b/c/d/f/'])
  })
})

const card = (id: string, lane: Lane, rows = 1): Card => ({
  id,
  lane,
  kind: 'part',
  title: id,
  lines: Array.from({ length: rows }, (_, index) => `row ${index}`),
  absent: false,
})
const line = (from: string, to: string): Line => ({ from, to, absent: false })

/** Three processes with servers, one app, twelve groups, stores. */
const CARDS: readonly Card[] = [
  card('build', 0, 4),
  ...['web', 'worker', 'clock'].flatMap((type, index) => [card(type, 0, 2), card(`server-${type}`, 1, index)]),
  card('app', 2),
  ...Array.from({ length: 12 }, (_, index) => card(`group-${index}`, 3, index % 3)),
  card('store', 4, 3),
  card('vars', 4, 9),
]
const LINES: readonly Line[] = [
  ...['web', 'worker', 'clock'].flatMap((type) => [line(type, `server-${type}`), line(`server-${type}`, 'app')]),
  ...Array.from({ length: 12 }, (_, index) => line('app', `group-${index}`)),
  line('group-3', 'store'),
  line('group-11', 'vars'),
  line('group-0', 'a card that is not there'),
]

describe('the layout', () => {
  const { cards, lines, height, width } = layOut(CARDS, LINES)
  const placed = new Map(cards.map((one) => [one.card.id, one]))

  test('cards of a lane never touch, and none leaves the picture', () => {
    for (const lane of [0, 1, 2, 3, 4]) {
      const column = cards.filter((one) => one.card.lane === lane).sort((a, b) => a.y - b.y)
      for (const [index, one] of column.entries()) {
        const next = column[index + 1]
        if (next !== undefined) expect(next.y).toBeGreaterThanOrEqual(one.y + one.height + 10)
        expect(one.y).toBeGreaterThan(0)
        expect(one.y + one.height).toBeLessThanOrEqual(height)
        expect(one.x + CARD_WIDTH).toBeLessThanOrEqual(width)
      }
    }
  })

  test('a line begins at the right edge of one card and ends at the left edge of the other', () => {
    expect(lines).toHaveLength(LINES.length - 1)
    for (const { line: drawn, path } of lines) {
      const [from, to] = [placed.get(drawn.from), placed.get(drawn.to)]
      const numbers = path.match(/-?[\d.]+/g)?.map(Number) ?? []
      const isStraight = path.includes('H')
      const end = isStraight ? [numbers[2], numbers[1]] : numbers.slice(-2)
      expect(numbers[0]).toBe((from?.x ?? 0) + CARD_WIDTH)
      expect(end[0]).toBe(to?.x)
      expect(numbers[1]).toBeGreaterThan(from?.y ?? 0)
      expect(numbers[1]).toBeLessThan((from?.y ?? 0) + (from?.height ?? 0))
      expect(end[1]).toBeGreaterThan(to?.y ?? 0)
      expect(end[1]).toBeLessThan((to?.y ?? 0) + (to?.height ?? 0))
    }
  })

  test('a process stands beside its server', () => {
    expect(placed.get('web')?.y).toBe(placed.get('server-web')?.y)
  })

  test('the same picture is laid out the same', () => {
    expect(layOut(CARDS, LINES)).toEqual({ cards, lines, height, width })
  })

  test('what is too long is cut where it says least', () => {
    expect(shortened('a/very/long/way/to/models.py', 14)).toBe('…/to/models.py')
    expect(shortened('gunicorn app:app --workers 3', 14)).toBe('gunicorn app:…')
    expect(shortened('postgres://somewhere/else', 14)).toBe('postgres://so…')
    expect(shortened('short', 14)).toBe('short')
  })
})
