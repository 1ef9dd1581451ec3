/** One finding: the code, how production gets there, what Heroku does, and the fix. */
import type { Finding } from '../../finding.ts'
import type { Tree } from '../../tree.ts'
import { oneLine } from '../report.ts'
import { fixBlock, type Secrets } from './fix-diff.ts'
import { message } from './markdown.ts'
import { html, type Markup } from './markup.ts'
import { codeFrame, isWhole } from './source.ts'

/** Places of a trail; a report names more only in JSON. */
const MOST_PLACES = 12

export interface FindingContext {
  readonly anchor: string
  readonly stage: string
  /** The card of the picture; null where nothing is drawn. */
  readonly card: string | null
  readonly secrets: Secrets
  /** The tree as it may be shown. */
  readonly shown: Tree
}

export function findingCard(finding: Finding, { anchor, stage, card, secrets, shown }: FindingContext): Markup {
  const { level, rule, consequence, fix } = finding
  const { hide } = secrets
  const at = oneLine(finding.path) + (isWhole(finding) ? '' : `:${finding.line}:${finding.column}`)
  return html`<article class="finding ${level}" id="${anchor}" data-level="${level}" data-stage="${stage}"${
    card === null ? null : html` data-card="${card}"`
  } aria-labelledby="${anchor}-title">
<h3 id="${anchor}-title"><span class="level"><svg class="sign" aria-hidden="true" focusable="false"><use href="#sign-${level}"/></svg>${level}</span> ${message(hide(oneLine(finding.message)))}</h3>
<p class="meta"><span class="place">${at}</span> <span class="stage">${stage}</span> <a class="rule" href="#rule-${rule}">${rule}</a></p>
${codeFrame(finding, secrets.lines)}${trail(finding, secrets)}<p class="consequence"><span class="word">On Heroku</span> ${message(hide(oneLine(consequence)))}</p>
${fix === null ? null : fixBlock(fix, shown, secrets)}</article>
`
}

function trail({ related }: Finding, { lines, hide }: Secrets): Markup | null {
  if (related.length === 0) return null
  const places = related.slice(0, MOST_PLACES).map(({ path, line, message: told }) => {
    const source = (lines(path)[line - 1] ?? '').trim()
    return html`<li><span class="place">${oneLine(path)}:${line}</span> ${message(hide(oneLine(told)))}${
      source === ''
        ? null
        : html`<code class="source">${source.length > 160 ? `${source.slice(0, 160)}…` : source}</code>`
    }</li>\n`
  })
  const more = related.length - places.length
  return html`<ol class="trail" aria-label="How production gets there">${places}${
    more > 0 ? html`<li>and ${more} more places</li>` : null
  }</ol>\n`
}
