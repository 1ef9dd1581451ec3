import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { flaskDyno } from '../cli/program.ts'
import { fill } from '../engine/scratch.ts'
import { temporary } from '../scaffold/temporary.ts'
import { launchChromium } from './chromium.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const NASTY = `keys/${'long_'.repeat(24)}'"><svg onload=alert(2)>.py`
/** Faults of every stage, in a project whose names and texts are markup. */
const BROKEN = {
  'shop/__init__.py': [
    'import os',
    'from flask import Flask',
    'from flask_sqlalchemy import SQLAlchemy',
    'db = SQLAlchemy()',
    'def create_app():',
    "    app = Flask(__name__)  # </script><script>document.title = 'taken over'</script>",
    '    app.secret_key = os.environ.get("SECRET_KEY", "dev dev dev dev")',
    "    app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///<img src=x onerror=alert(1)>.db'",
    '    db.init_app(app)',
    '    from . import views',
    '    return app',
    '',
  ].join('\n'),
  'shop/views.py': "from flask import request\n\ndef upload():\n    request.files['f'].save('static/up.png')\n",
  'wsgi.py':
    "from shop import create_app\n\napp = create_app()\n\nif __name__ == '__main__':\n    app.run(debug=True)\n",
  Procfile: 'web: python wsgi.py\nworker: python -m shop\n',
  'requirements.txt': 'Flask==3.1.3\nFlask-SQLAlchemy\n',
  'runtime.txt': 'python-3.8.10\n',
  'app.json': '{"name": "<b>shop</b>", "addons": ["heroku-postgresql:hobby-dev"]}\n',
  [NASTY]: 'AWS = "AKIAQYLPMN5HFIQR7XAB"\n',
}

const letter = (index: number): string => String.fromCharCode(65 + (index % 26))

/** Four hundred modules in folders, thirty of which keep a credential. */
const LARGE = {
  ...BROKEN,
  ...Object.fromEntries(
    Array.from({ length: 400 }, (_, index) => {
      const key = index % 13 === 0 ? `KEY = "AKIAQYLPMN5H${letter(index / 13)}IQ${letter(index)}7XAB"` : ''
      return [`shop/part_${index % 7}/module_${index}.py`, `NAME = ${index}\n${key}\n`]
    }),
  ),
  'shop/views.py': `${BROKEN['shop/views.py']}\n${Array.from({ length: 400 }, (_, index) => `from .part_${index % 7} import module_${index}`).join('\n')}\n`,
}

let browser: Browser
let folder: string

/** The address of the report of a project. */
function reportOf(name: string, files: Readonly<Record<string, string>>): string {
  const project = join(folder, name)
  fill(project, files)
  const output = join(folder, `${name}.html`)
  const run = flaskDyno(['lint', project, '--preset', 'strict', '--format', 'html', '--output', output])
  expect(run).toMatchObject({ stdout: '', stderr: '' })
  return pathToFileURL(output).href
}

beforeAll(async () => {
  folder = temporary('html')
  browser = await launchChromium()
}, 120_000)

afterEach(() => Promise.all(browser.contexts().map((context) => context.close())))

afterAll(() => browser?.close())

interface Opened {
  readonly page: Page
  /** What the browser complained of, the policy among it, and what was asked of the network or of the person. */
  readonly complaints: string[]
}

async function open(address: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  })
  // what hangs says so long before the test's own limit, and names the step
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  page.on('dialog', async (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`)
    await dialog.dismiss()
  })
  page.on('request', (request) => {
    if (request.url() !== address) complaints.push(`request: ${request.url()}`)
  })
  await page.goto(address)
  return { page, complaints }
}

/** What has the focus, how far down it is, and whether a person could see that; null where nothing has it. */
const FOCUSED = `(() => {
  const element = document.activeElement
  if (element === null || element === document.body) return null
  const box = element.querySelector('.box')
  const isThick = box !== null && Number.parseFloat(getComputedStyle(box).strokeWidth) > 3
  return {
    what: element.id || element.getAttribute('class') || element.tagName,
    top: element.getBoundingClientRect().top + scrollY,
    marked: getComputedStyle(element).outlineStyle !== 'none' || isThick,
  }
})()`

/** From black, 0, to white, 255. */
const LIGHTNESS = `getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3)
  .reduce((sum, part) => sum + Number(part) / 3, 0)`

const OBJECTIONS = `axe.run().then(({ violations }) =>
  violations.map(({ id, impact, nodes }) => impact + ' ' + id + ': ' + nodes[0].html + nodes[0].failureSummary))`

const shown = (page: Page): Promise<number> => page.locator('.finding:visible').count()

describe('the report of a broken project', { timeout: 120_000 }, () => {
  let address: string
  beforeAll(() => {
    address = reportOf('broken', BROKEN)
  })

  test('opens without a complaint, loads nothing, and nothing of the project becomes part of the page', async () => {
    const { page, complaints } = await open(address)
    expect(await page.title()).toBe('broken on Heroku · flask-dyno')
    expect(await page.locator('script').count()).toBe(1)
    expect(await page.locator('img, iframe, object, embed, link, main b').count()).toBe(0)
    expect(await page.locator('svg[onload]').count()).toBe(0)
    expect(await page.locator('body').textContent()).toContain('<img src=x onerror=alert(1)>')
    expect(await shown(page)).toBeGreaterThan(8)
    expect(complaints).toEqual([])
  })

  test('its policy stops what a page of that origin could otherwise do', async () => {
    const { page, complaints } = await open(address)
    const stopped: string[] = []
    page.on('requestfailed', (request) => stopped.push(`${request.url()} ${request.failure()?.errorText}`))
    const ran = await page.evaluate<{ ran: boolean; isPainted: boolean }>(`(async () => {
      const script = Object.assign(document.createElement('script'), { textContent: 'globalThis.ran = "script"' })
      const image = Object.assign(document.createElement('img'), { src: 'https://example.invalid/x.png' })
      const refused = new Promise((resolve) => image.addEventListener('error', resolve))
      document.body.append(script, image)
      document.body.insertAdjacentHTML('beforeend', '<p id="painted" style="color: rgb(1, 2, 3)">x</p>')
      await refused
      const isPainted = getComputedStyle(document.getElementById('painted')).color === 'rgb(1, 2, 3)'
      return { ran: 'ran' in globalThis, isPainted }
    })()`)
    expect(ran).toEqual({ ran: false, isPainted: false })
    expect(stopped).toEqual(['https://example.invalid/x.png csp'])
    expect(complaints.filter((text) => text.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(3)
  })

  test('filters by level, stage and words, says how many are left, and shows all again', async () => {
    const { page, complaints } = await open(address)
    const all = await shown(page)
    const filter = page.getByRole('form', { name: 'Filter the findings' })
    const told = page.getByRole('status')
    expect(await told.textContent()).toBe(`${all} findings`)

    await filter.getByRole('button', { name: 'error' }).click()
    const errors = await shown(page)
    expect(errors).toBe(await page.locator('.finding[data-level=error]').count())
    expect(errors).toBeLessThan(all)
    expect(await told.textContent()).toBe(`${errors} of ${all}`)

    await filter.getByRole('button', { name: 'data' }).click()
    const both = await shown(page)
    expect(both).toBe(await page.locator('.finding[data-level=error][data-stage=data]').count())
    expect(both).toBeGreaterThan(0)

    await filter.getByRole('button', { name: 'Show all' }).click()
    await filter.getByRole('searchbox').fill('SQLite  sqlalchemy_database')
    const named = await page.locator('.finding:visible').allTextContents()
    expect(named.length).toBeGreaterThan(0)
    for (const text of named) expect(text).toMatch(/sqlite/i)
    await filter.getByRole('searchbox').fill('no such words')
    expect(await shown(page)).toBe(0)
    await filter.getByRole('button', { name: 'Show all' }).click()
    expect(await shown(page)).toBe(all)
    expect(complaints).toEqual([])
  })

  test('a card of the plan shows its findings, and lets go of them again', async () => {
    const { page } = await open(address)
    const all = await shown(page)
    const card = page.locator('.plan a.card').filter({ hasText: 'SQLite file' })
    await card.click()
    expect(await shown(page)).toBe(Number(await card.locator('.badge .count').first().textContent()))
    expect(await card.getAttribute('aria-current')).toBe('true')
    expect(await page.getByRole('status').textContent()).toContain('at SQLite file')
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('findings')
    await card.click()
    expect(await shown(page)).toBe(all)
  })

  test("a finding leads to its rule's page, which is folded until then", async () => {
    const { page } = await open(address)
    const link = page.locator('.finding a.rule').first()
    const rule = await link.textContent()
    const told = page.locator(`#rule-${rule}`)
    expect(await told.getAttribute('open')).toBeNull()
    await link.click()
    await expect.poll(() => told.getAttribute('open')).toBe('')
    expect(await told.textContent()).toContain('Why it matters on Heroku')
  })

  test('everything is reached by the keyboard, in the order of the page, with a mark to see', async () => {
    const { page } = await open(address)
    const seen: { what: string; top: number; marked: boolean }[] = []
    for (let step = 0; step < 400; step++) {
      await page.keyboard.press('Tab')
      const at = await page.evaluate<(typeof seen)[number] | null>(FOCUSED)
      if (at === null) break
      seen.push(at)
    }
    expect(seen[0]?.what).toBe('skip')
    expect(seen.filter(({ marked }) => !marked)).toEqual([])
    const ids = seen.map(({ what }) => what)
    for (const id of ['theme', 'words', 'code', 'rule']) expect(ids).toContain(id)
    expect(ids.filter((what) => what.startsWith('card '))).toHaveLength(await page.locator('.plan a').count())
    expect(seen.filter(({ what }) => what === 'SUMMARY').length).toBeGreaterThan(5)
    // no trap: the walk ended by itself
    expect(seen.length).toBeLessThan(400)
    // the list does not jump back up, once it has begun
    const list = seen.filter(({ what }) => what === 'rule').map(({ top }) => top)
    expect(list).toEqual([...list].sort((a, b) => a - b))
  })

  test('the keyboard alone filters, and skips to the findings', async () => {
    const { page } = await open(address)
    const all = await shown(page)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    expect(await page.evaluate<string>('location.hash')).toBe('#findings')
    await page.locator('.plan a.card').first().focus()
    await page.keyboard.press('Enter')
    expect(await shown(page)).toBeLessThan(all)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Space')
    expect(await page.locator('#filter [aria-pressed=true]').count()).toBe(1)
  })

  test('light and dark follow the system, and the switch goes past it', async () => {
    const luminance = (page: Page): Promise<number> => page.evaluate(LIGHTNESS)
    const { page: light } = await open(address, { colorScheme: 'light' })
    expect(await luminance(light)).toBeGreaterThan(200)
    const { page: dark } = await open(address, { colorScheme: 'dark' })
    expect(await luminance(dark)).toBeLessThan(60)
    const theme = dark.getByRole('button', { name: /Colours/ })
    await theme.click()
    expect(await theme.textContent()).toBe('Colours: light')
    expect(await luminance(dark)).toBeGreaterThan(200)
    await theme.click()
    await theme.click()
    expect(await luminance(dark)).toBeLessThan(60)
  })

  test.each([
    ['light', 'wide', { colorScheme: 'light' as const, viewport: { width: 1280, height: 900 } }],
    ['dark', 'wide', { colorScheme: 'dark' as const, viewport: { width: 1280, height: 900 } }],
    ['light', 'narrow', { colorScheme: 'light' as const, viewport: { width: 360, height: 740 } }],
    ['dark', 'narrow', { colorScheme: 'dark' as const, viewport: { width: 360, height: 740 } }],
  ])('axe finds nothing to object to: %s, %s', async (_, __, options) => {
    const { page } = await open(address, options)
    await page.evaluate('for (const fold of document.querySelectorAll("details")) fold.open = true')
    await page.evaluate(AXE)
    const objections = await page.evaluate<string[]>(OBJECTIONS)
    expect(objections).toEqual([])
  })

  test('a narrow screen has lists in the place of the drawing, and nothing runs out of it', async () => {
    const { page } = await open(address, { viewport: { width: 360, height: 740 } })
    expect(await page.locator('.plan').isVisible()).toBe(false)
    expect(await page.locator('.outline .card').count()).toBeGreaterThan(5)
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBe(360)
    await page.locator('.outline a').first().click()
    expect(await page.getByRole('status').textContent()).toContain(' of ')
  })

  test('without JavaScript it is a document to read, with links that lead to the findings, and no filters', async () => {
    const { page, complaints } = await open(address, { javaScriptEnabled: false })
    expect(await page.locator('.finding').count()).toBeGreaterThan(8)
    for (const id of ['#filter', '#theme']) expect(await page.locator(id).isVisible()).toBe(false)
    await page.locator('.plan a.card').first().click()
    const [, target] = page.url().split('#')
    expect(await page.locator(`#${target}`).getAttribute('class')).toMatch(/^finding /)
    expect(complaints).toEqual([])
  })

  test('on paper it is light, whole, and without buttons', async () => {
    const { page } = await open(address, { colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print' })
    expect(await page.locator('#filter').isVisible()).toBe(false)
    expect(await page.locator('.plan').isVisible()).toBe(true)
    expect(await page.evaluate<string>('getComputedStyle(document.documentElement).colorScheme')).toBe('light')
    const paper = await page.pdf({ format: 'A4' })
    expect(paper.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    // what was unfolded for the paper is folded again
    expect(await page.locator('.page[open]').count()).toBe(0)
  })
})

test('the report of a large project stays small, quick to filter and few in cards', { timeout: 120_000 }, async () => {
  const address = reportOf('large', LARGE)
  const { page, complaints } = await open(address)
  expect((await page.content()).length).toBeLessThan(300_000)
  expect(await page.locator('.plan .card').count()).toBeLessThan(30)
  expect(await shown(page)).toBeGreaterThan(30)
  const { width = 0, height = 0 } = (await page.locator('.plan').boundingBox()) ?? {}
  expect(height).toBeLessThan(width * 1.5)
  await page.getByRole('searchbox').fill('module_13.py')
  expect(await shown(page)).toBe(1)
  expect(complaints).toEqual([])
})
