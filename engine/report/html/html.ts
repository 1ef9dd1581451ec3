/** The report as one HTML file that needs nothing else: the picture of the deploy, the findings on it, and their rules' pages. */
import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { type Finding, LEVELS } from '../../finding.ts'
import { identities } from '../../identity.ts'
import { type Rule, STAGES, type Stage } from '../../rule.ts'
import { hiding, masked } from '../mask.ts'
import { countLevels, oneLine, type Report } from '../report.ts'
import script from './browser.js?raw'
import type { Deploy } from './deploy.ts'
import { countWords, diagram, SIGNS } from './diagram.ts'
import { findingCard } from './finding-card.ts'
import { maskedTree, type Secrets } from './fix-diff.ts'
import { markdown } from './markdown.ts'
import { html, Markup } from './markup.ts'
import { type Picture, pictureOf } from './picture.ts'
import style from './report.css?raw'

/** Findings with a card of their own. A page with more of them would tell nobody anything. */
const MOST_FINDINGS = 1000

/** Above this, cards that are not in sight are not laid out. */
const MANY = 100

const QUESTIONS: Readonly<Record<Stage, string>> = {
  build: 'Does the push go through?',
  processes: 'Does the dyno serve?',
  data: 'Does the data last?',
  security: 'Who could get in?',
  platform: "The platform's own files",
}

export interface HtmlContext {
  readonly deploy: Deploy | undefined
  readonly rules: readonly Rule[]
  /** The page of a rule, in Markdown. */
  readonly page: (rule: Rule) => string
  /** Findings, shown or not, whose places hold secrets. */
  readonly secrets: readonly Finding[]
}

/** The page as text. The same report gives the same bytes. */
export function htmlReport(report: Report, context: HtmlContext): string {
  const secrets = secretsOf(report, context.secrets)
  const stages = new Map(context.rules.map(({ id, stage }) => [id, stage]))
  const stageOf = (finding: Finding): Stage => stages.get(finding.rule) ?? 'platform'
  const worstFirst = [...report.findings].sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level))
  const findings = worstFirst.slice(0, MOST_FINDINGS)
  const picture =
    context.deploy === undefined
      ? null
      : pictureOf(hidden(context.deploy, secrets), findings, (rule) => stages.get(rule) === 'build')
  const isShown = new Set(findings)
  const anchors = identities(report.findings, report.tree)
  const anchorOf = (finding: Finding): string => `f-${anchors.get(finding)?.id.slice(0, 12) ?? ''}`
  const shown = maskedTree(report.tree, secrets)
  const cards = findings.map((finding) =>
    findingCard(finding, {
      anchor: anchorOf(finding),
      stage: stageOf(finding),
      card: picture?.cardOf.get(finding) ?? null,
      secrets,
      shown,
    }),
  )
  const name = report.tree.root === '-' ? 'project' : oneLine(basename(report.tree.root))
  return document(
    name,
    html`${SIGNS}
${header(name, report, stageOf, (finding) => (isShown.has(finding) ? anchorOf(finding) : null))}<main id="main">
${picture === null ? null : plan(picture, findings, anchorOf)}${list(report, cards)}${rulePages(findings, context)}</main>
${footer(report)}`,
  ).text
}

function secretsOf({ tree, findings }: Report, others: readonly Finding[]): Secrets {
  const files = new Map<string, readonly string[]>()
  const lines = (path: string): readonly string[] => {
    const known = files.get(path) ?? tree.read(path)?.text.split('\n') ?? []
    files.set(path, known)
    return known
  }
  const all = [...findings, ...others]
  return { lines: masked(lines, all), hide: hiding(lines, all) }
}

/** The deploy without the secrets that its commands and addresses hold. */
const hidden = (deploy: Deploy, { hide }: Secrets): Deploy =>
  JSON.parse(JSON.stringify(deploy), (_, value: unknown) => (typeof value === 'string' ? hide(value) : value)) as Deploy

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

/** Nothing is loaded from anywhere, and no script or style runs but the page's own. */
const POLICY = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(script)}; base-uri 'none'; form-action 'none'`

const document = (name: string, body: Markup): Markup => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${Markup.own(POLICY)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${name} on Heroku · flask-dyno</title>
<style>${Markup.own(style)}</style>
</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${body}<script>${Markup.own(script)}</script>
</body>
</html>
`

function header(
  name: string,
  { summary, tree, hidden: out, findings }: Report,
  stageOf: (finding: Finding) => Stage,
  anchorOf: (finding: Finding) => string | null,
): Markup {
  const files = `${summary.files} ${summary.files === 1 ? 'file' : 'files'}`
  const commit = tree.revision === null ? '' : ` of commit ${tree.revision.slice(0, 10)}`
  const left = [
    [out.suppressed, 'suppressed'],
    [out.baseline, 'in the baseline'],
    [out.belowPreset, 'below the preset'],
    [out.before ?? 0, 'there before'],
  ].flatMap(([count, words]) => (count === 0 ? [] : [`${count} ${words}`]))
  const steps = STAGES.map((stage) => {
    const own = findings.filter((finding) => stageOf(finding) === stage)
    const counts = countLevels(own)
    const worst = LEVELS.find((level) => counts[level] > 0)
    const first = own.find((finding) => finding.level === worst)
    const anchor = first === undefined ? null : anchorOf(first)
    const words = worst === undefined ? 'nothing found' : countWords(counts)
    return html`<li class="${worst ?? 'clear'}"><span class="name">${stage}</span> <span class="about">${QUESTIONS[stage]}</span> ${
      anchor === null
        ? html`<span class="counts">${words}</span>`
        : html`<a class="counts" href="#${anchor}" data-stage="${stage}">${words}</a>`
    }</li>\n`
  })
  return html`<header>
<p class="tool">flask-dyno <button type="button" id="theme" hidden></button></p>
<h1>${name} <span>on Heroku</span></h1>
<p class="lead">${findings.length === 0 ? html`<strong class="good">Nothing found</strong>` : html`<strong>${countWords(summary)}</strong>`} in ${files}${commit}${
    left.length === 0 ? null : html` <span class="hidden">(hidden: ${left.join(', ')})</span>`
  }</p>
<ol class="stages" aria-label="Findings by stage">
${steps}</ol>
</header>
`
}

const plan = (
  picture: Picture,
  findings: readonly Finding[],
  anchorOf: (finding: Finding) => string,
): Markup => html`<section class="deploy" aria-labelledby="plan-title">
<h2 id="plan-title">What Heroku would do</h2>
<figure>
${diagram(picture, { findings, anchorOf })}
</figure>
</section>
`

function list({ isProject, findings }: Report, cards: readonly Markup[]): Markup {
  const count = findings.length
  const filter = html`<form id="filter" hidden aria-label="Filter the findings">
<fieldset><legend>Level</legend>${LEVELS.map((level) => html`<button type="button" aria-pressed="false" data-level="${level}">${level}</button>`)}</fieldset>
<fieldset><legend>Stage</legend>${STAGES.map((stage) => html`<button type="button" aria-pressed="false" data-stage="${stage}">${stage}</button>`)}</fieldset>
<label>Text <input type="search" id="words" autocomplete="off" spellcheck="false"></label>
<p id="told" role="status"></p>
<button type="button" id="all" hidden>Show all</button>
</form>
`
  const nothing = isProject ? 'Nothing found.' : 'There is no Flask project here to judge.'
  return html`<section id="findings"${count > MANY ? html` class="many"` : null} tabindex="-1" aria-labelledby="findings-title">
<h2 id="findings-title">Findings</h2>
${count > 1 ? filter : null}${count === 0 ? html`<p>${nothing}</p>\n` : cards}${
  count > cards.length
    ? html`<p>${count - cards.length} more are left out here; <code>flask-dyno lint --format json</code> has them all.</p>\n`
    : null
}</section>
`
}

function rulePages(findings: readonly Finding[], { rules, page }: HtmlContext): Markup | null {
  const named = new Set(findings.map(({ rule }) => rule))
  const told = rules.filter(({ id }) => named.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  if (told.length === 0) return null
  return html`<section id="rules" aria-labelledby="rules-title">
<h2 id="rules-title">The rules</h2>
${told.map(
  (rule) => html`<details class="page" id="rule-${rule.id}"><summary><h3>${rule.id}</h3></summary>
${markdown(page(rule), 4)}</details>
`,
)}</section>
`
}

const footer = ({ notes, version }: Report): Markup => html`<footer>
${
  notes.length === 0
    ? null
    : html`<ul class="notes">${notes.map(({ path, message }) => html`<li>${path === null ? '' : `${oneLine(path)}: `}${oneLine(message)}</li>`)}</ul>\n`
}<p>flask-dyno ${version} read the project and ran none of it.</p>
</footer>
`
