import { html, type Markup, type Piece } from './markup.ts'

const FENCE = /^(`{3,})\s*(\S*)/
const HEADING = /^(#{1,6}) +(.*)$/
const ITEM = /^[-*] +/

/** The little Markdown that the rules' pages are written in. Its first heading, the rule's name, stands elsewhere. */
export function markdown(source: string, level: 3 | 4): Markup {
  const out: Piece[] = []
  let prose: string[] = []
  let items: string[] = []
  const flush = (): void => {
    if (prose.length > 0) out.push(html`<p>${inline(prose.join(' '))}</p>\n`)
    if (items.length > 0) out.push(html`<ul>${items.map((item) => html`<li>${inline(item)}</li>`)}</ul>\n`)
    prose = []
    items = []
  }
  const lines = source.trimEnd().split('\n')
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    const [, fence] = FENCE.exec(line) ?? []
    const [, marks, title] = HEADING.exec(line) ?? []
    if (fence !== undefined) {
      flush()
      const end = lines.indexOf(fence, at + 1)
      const last = end < 0 ? lines.length : end
      out.push(html`<pre class="plain" tabindex="0"><code>${lines.slice(at + 1, last).join('\n')}</code></pre>\n`)
      at = last
    } else if (marks !== undefined && title !== undefined) {
      flush()
      if (marks.length > 1)
        out.push(level === 3 ? html`<h3>${inline(title)}</h3>\n` : html`<h4>${inline(title)}</h4>\n`)
    } else if (line.trim() === '') flush()
    else if (ITEM.test(line)) {
      if (prose.length > 0) flush()
      items.push(line.replace(ITEM, ''))
    } else if (items.length > 0) items.push(`${items.pop()} ${line.trim()}`)
    else prose.push(line.trim())
  }
  flush()
  return html`${out}`
}

const INLINE =
  /`([^`]{1,400})`|\[([^\]]{1,200})\]\((https:\/\/[^)\s]{1,500})\)|\*\*([^*]{1,200})\*\*|(https:\/\/[^\s)`]{1,500}[^\s)`.,;:])/g

/** Code, links and emphasis in a line; everything else is text. Links lead to https and nowhere else. */
export function inline(text: string): Markup {
  const out: Piece[] = []
  let end = 0
  for (const match of text.matchAll(INLINE)) {
    const [whole, code, words, target, strong, bare] = match
    out.push(text.slice(end, match.index))
    if (code !== undefined) out.push(html`<code>${code}</code>`)
    else if (words !== undefined && target !== undefined) out.push(link(target, inline(words)))
    else if (strong !== undefined) out.push(html`<strong>${strong}</strong>`)
    else if (bare !== undefined) out.push(link(bare, bare))
    end = match.index + whole.length
  }
  out.push(text.slice(end))
  return html`${out}`
}

const link = (target: string, words: Piece): Markup => html`<a href="${target}" rel="noreferrer">${words}</a>`

/** A message of a finding: only its code is marked, since the rest may quote the project. */
export function message(text: string): Markup {
  return html`${text.split(/`([^`]{1,400})`/).map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
