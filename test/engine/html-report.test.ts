import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { deployOf } from '../../engine/report/html/deploy.ts'
import { htmlReport } from '../../engine/report/html/html.ts'
import { markdown, message } from '../../engine/report/html/markdown.ts'
import { html } from '../../engine/report/html/markup.ts'
import { rulePage } from '../../engine/report/page.ts'
import { countLevels, type Report } from '../../engine/report/report.ts'
import { type LintOptions, lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

const IMAGE = '<img src=x onerror=alert(1)>'
const NAME = `keys/'"><script>alert(4)<\u2028script>.py`
const SECRET = 'hunter2hunter2hunter2'
const HOSTILE = {
  'app.py': [
    'import os',
    'from flask import Flask',
    'from flask_sqlalchemy import SQLAlchemy',
    '',
    `app = Flask(__name__)  # </script><script>alert(1)</script> <!-- ${IMAGE}`,
    `app.secret_key = '${SECRET}'`,
    `app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///</style><script>alert(2)</script>.db'`,
    `NAME = os.environ['"><svg/onload=alert(3)>']`,
    'db = SQLAlchemy(app)  # \u202e\u0007',
    'if __name__ == "__main__":',
    '    app.run(debug=True)',
    '',
  ].join('\n'),
  procfile: `web: KEY=${SECRET} gunicorn "app:app" --worker-class "${IMAGE}"\n`,
  'requirements.txt': `Flask==3.1.3\nFlask-SQLAlchemy==3.1.1\ngunicorn\n${IMAGE}\n`,
  'runtime.txt': `python-3.8.10 ${IMAGE}\n`,
  [NAME]: 'AWS = "AKIAQYLPMN5HFIQR7XAB"\n',
  'javascript:alert(5)': '',
}

async function pageOf(files: Readonly<Record<string, string>>, options: LintOptions = {}): Promise<string> {
  const tree = memoryTree(files)
  await loadReaders(tree)
  const facts = readProject(tree)
  const { findings, hidden, faults } = lintProject(facts, rules, options)
  expect(faults).toEqual([])
  const report: Report = {
    version: '0.1.0',
    tree,
    prefix: '',
    isProject: facts.plan !== undefined,
    findings,
    hidden,
    notes: [{ path: IMAGE, message: `cannot be read: ${IMAGE}` }],
    summary: { ...countLevels(findings), files: tree.paths.length, milliseconds: Math.round(performance.now()) },
  }
  return htmlReport(report, {
    deploy: deployOf(facts),
    rules,
    page: (rule) => rulePage(rule, undefined),
    secrets: lintProject(facts, rules, { suppressions: false }).findings.filter(({ secret }) => secret === true),
  })
}

/** The tags of a page, without what stands inside its script and style. */
const tagsOf = (page: string): string[] =>
  page.replace(/(<(script|style)>)[\s\S]*?(<\/\2>)/g, '$1$3').match(/<[a-z!/][^>]*>/gi) ?? []

describe('a hostile project', () => {
  test('adds no element and no attribute to the page', async () => {
    const page = await pageOf(HOSTILE)
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    const tags = tagsOf(page)
    expect(tags.filter((tag) => tag.startsWith('<script'))).toEqual(['<script>'])
    expect(tags.filter((tag) => tag.startsWith('<style'))).toEqual(['<style>'])
    const quoted = /"[^"]*"/g
    for (const tag of tags) {
      expect(tag).not.toMatch(/^<(?:img|iframe|object|embed|link|base|image|foreignObject|animate|set)\b/i)
      expect(tag.replace(quoted, '""')).not.toMatch(/\s(?:on\w+|style|src|srcset|formaction)\s*=/i)
      const target = /\s(?:xlink:)?href="([^"]*)"/.exec(tag)?.[1]
      if (target !== undefined) expect(target).toMatch(/^(?:#[\w-]+|https:\/\/[^\s"<>]+)$/)
    }
  })

  test('turns no reading direction, and rings no bell', async () => {
    const page = await pageOf(HOSTILE)
    const signs = [...page].filter((sign) => {
      const code = sign.codePointAt(0) ?? 0
      const isControl = (code < 0x20 && sign !== '\n' && sign !== '\t') || (code >= 0x7f && code < 0xa0)
      return isControl || (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069)
    })
    expect(signs).toEqual([])
  })

  test('shows no secret: not in code, in a diff, in a command, nor beside what was asked about', async () => {
    const all = await pageOf(HOSTILE)
    expect(all).toContain('secret-key-hardcoded')
    expect(all).toContain('hu*******************')
    for (const select of [[], ['data'], ['debug-enabled'], ['processes']]) {
      const page = await pageOf(HOSTILE, { selection: { preset: 'strict', select, ignore: [], levels: {} } })
      expect(page).not.toContain(SECRET)
      expect(page).not.toContain('AKIAQYLPMN5HFIQR7XAB')
    }
  })

  test('shows no secret that a comment suppresses, either', async () => {
    const files = {
      ...HOSTILE,
      'app.py': [
        'from flask import Flask',
        'from flask_sqlalchemy import SQLAlchemy',
        'app = Flask(__name__)',
        `app.secret_key = '${SECRET}'  # flask-dyno: ignore[secret-key-hardcoded] -- a demo`,
        "app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///todo.db'",
        'db = SQLAlchemy(app)',
        '',
      ].join('\n'),
    }
    const page = await pageOf(files)
    expect(page).toContain('sqlite-on-ephemeral-disk')
    expect(page).not.toContain('id="rule-secret-key-hardcoded"')
    expect(page).not.toContain(SECRET)
  })
})

describe('the page', () => {
  test('lets its own style and script run, by their hashes, and nothing else', async () => {
    const page = await pageOf(HOSTILE)
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1] ?? ''
    expect(policy).toMatch(/^default-src 'none'; /)
    expect(policy).not.toMatch(/unsafe|https?:|data:|\*/)
    for (const kind of ['style', 'script']) {
      const text = new RegExp(`<${kind}>([\\s\\S]*?)</${kind}>`).exec(page)?.[1] ?? ''
      expect(text.length).toBeGreaterThan(1000)
      expect(policy).toContain(`${kind}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    }
  })

  test('is the same, byte for byte, however long the lint took', async () => {
    expect(await pageOf(HOSTILE)).toBe(await pageOf(HOSTILE))
  })

  test('every link inside leads to a place that is there, and no place is there twice', async () => {
    const page = await pageOf(HOSTILE)
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target)
    expect(targets.length).toBeGreaterThan(20)
    for (const target of targets) expect(ids).toContain(target)
  })

  test('shows the worst of very many, and counts them all', async () => {
    const letter = (index: number): string => String.fromCharCode(65 + (Math.floor(index) % 26))
    const many = Array.from({ length: 1200 }, (_, index) => [
      `keys/key_${index}.py`,
      `AWS = "AKIAQYLPMN5H${letter(index)}${letter(index / 26)}${letter(index / 676)}7XABC"\n`,
    ])
    const page = await pageOf({ ...HOSTILE, ...Object.fromEntries(many) })
    const shown = [...page.matchAll(/<article class="finding (\w+)"/g)].map(([, level]) => level)
    expect(shown).toHaveLength(1000)
    expect(shown).toEqual(
      [...shown].sort(
        (a, b) => ['error', 'warning', 'info'].indexOf(`${a}`) - ['error', 'warning', 'info'].indexOf(`${b}`),
      ),
    )
    expect(page).toMatch(/2\d\d more are left out here/)
    const ids = new Set([...page.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id))
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  test('tells a folder without a Flask project from one without faults', async () => {
    expect(await pageOf({ 'notes.txt': 'hello' })).toContain('There is no Flask project here to judge.')
    const sound = await pageOf({
      'app.py': 'from flask import Flask\n\napp = Flask(__name__)\n',
      Procfile: 'web: gunicorn app:app\n',
      'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
      '.python-version': '3.14\n',
    })
    expect(sound).toContain('Nothing found')
    expect(sound).toContain('class="plan"')
  })
})

/** The card of the picture that a rule's finding is on. */
const cardOf = (page: string, rule: string): string | undefined => {
  const article = page.split('<article ').find((part) => part.includes(`href="#rule-${rule}"`))
  return /data-card="([^"]+)"/.exec(article ?? '')?.[1]
}
const titleOf = (page: string, card: string | undefined): string | undefined =>
  new RegExp(`data-card="${card}"[^>]*><rect[^>]*><title>([^\n<]*)`).exec(page)?.[1]

describe('a finding stands', () => {
  test.each([
    ['sqlite-on-ephemeral-disk', 'SQLite file'],
    ['secret-key-hardcoded', 'app.py'],
    ['procfile-misnamed', 'web'],
    ['python-version-unsupported', 'heroku/python'],
    ['requirement-unpinned', 'heroku/python'],
    ['credential-committed', 'Other files'],
  ])('%s at %s', async (rule, title) => {
    const page = await pageOf({ ...HOSTILE, 'runtime.txt': 'python-3.8.10\n' })
    expect(titleOf(page, cardOf(page, rule))).toBe(title)
  })

  test('at the process that a missing Procfile would declare, with the app that would be served', async () => {
    const page = await pageOf({
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
      'requirements.txt': 'Flask==3.1.3\n',
    })
    expect(titleOf(page, cardOf(page, 'procfile-missing'))).toBe('no web process')
    expect(page).toContain('<title>app:app\napp.py:2</title>')
  })

  test('at the process whose script it is in', async () => {
    const page = await pageOf({
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
      Procfile: 'web: bash start.sh\nworker: python worker.py\n',
      'start.sh': 'gunicorn app:app -b 127.0.0.1:8000\n',
      'worker.py': 'import app\n',
      'requirements.txt': 'Flask==3.1.3\ngunicorn==26.2.0\n',
      '.python-version': '3.14\n',
    })
    expect(titleOf(page, cardOf(page, 'port-not-bound'))).toBe('web')
  })
})

describe('markup', () => {
  test('escapes whatever is put into a template, and nothing twice', () => {
    const inner = html`<b>${'<"&\'>'}</b>`
    expect(html`<p title="${'"'}">${[inner, ' & ', 3, null]}</p>`.text).toBe(
      '<p title="&quot;"><b>&lt;&quot;&amp;&#39;&gt;</b> &amp; 3</p>',
    )
  })

  test('links lead to https only', () => {
    const page = markdown('[a](javascript:alert(1)) [b](http://example.com) [c](https://example.com/?a=1&b="x)', 4).text
    expect(page.match(/href="[^"]*"/g)).toEqual(['href="https://example.com/?a=1&amp;b=&quot;x"'])
  })

  test('code in a message is marked, and stays text', () => {
    expect(message('`<b>` is not `c`').text).toBe('<code>&lt;b&gt;</code> is not <code>c</code>')
  })

  test('every page of a rule is taken whole', () => {
    for (const rule of rules) {
      const page = rulePage(rule, undefined)
      const { text } = markdown(page, 4)
      expect(text).not.toMatch(/```|^#+ |\]\(https/m)
      expect(text.match(/<h4>/g)?.length).toBe(page.match(/^## /gm)?.length)
    }
  })
})
