import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { dataAgeNote, dataDates } from '../../engine/facts/data-age.ts'
import { projectNotes, readProject } from '../../engine/facts/project.ts'
import { memoryTree } from '../../engine/tree.ts'

const DATA = join(dirname(fileURLToPath(import.meta.url)), '../../data')

test('every file of data/ says when it was checked, and is counted', () => {
  const files = readdirSync(DATA).filter((name) => name.endsWith('.json'))
  const dates = Object.fromEntries(
    files.map((name) => [name, JSON.parse(readFileSync(join(DATA, name), 'utf8')).checked]),
  )
  expect(dataDates).toEqual(dates)
  for (const date of Object.values(dates)) expect(date).toMatch(/^\d{4}-\d{2}-\d{2}$/)
})

describe('the note about old data', () => {
  const dates = { 'a.json': '2026-11-21', 'b.json': '2026-06-01' }

  test.each([
    ['2026-11-22', false],
    ['2027-06-01', false],
    ['2027-06-02', true],
    ['2030-01-01', true],
  ])('on %s: %s', (day, told) => {
    const note = dataAgeNote(new Date(`${day}T12:00:00Z`), dates)
    expect(note !== null).toBe(told)
    if (told) expect(note).toContain('2026-06-01')
  })
})

describe('a project', () => {
  const shop = memoryTree({
    'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    Procfile: 'web: gunicorn app:app\n',
  })

  test('is told once, years later', () => {
    const notes = projectNotes(readProject(shop), new Date('2031-01-01T00:00:00Z'))
    expect(notes.filter(({ message }) => message.includes('over a year ago'))).toHaveLength(1)
  })

  test('is not told on the day of the check', () => {
    expect(projectNotes(readProject(shop), new Date('2026-11-21T00:00:00Z'))).toEqual([])
  })

  test('that is none is not told of data', () => {
    const notes = projectNotes(readProject(memoryTree({ 'a.txt': '' })), new Date('2031-01-01T00:00:00Z'))
    expect(notes.map(({ message }) => message).join()).not.toContain('over a year ago')
  })
})
