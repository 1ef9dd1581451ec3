/** What a fix would change, as a diff. */
import type { Edit, Fix } from '../../finding.ts'
import { Draft } from '../../fix-draft.ts'
import { encode, Tree } from '../../tree.ts'
import { unifiedDiff } from '../diff.ts'
import { html, type Markup } from './markup.ts'
import type { Lines } from './source.ts'

/** Lines of a diff; `lint --diff` shows the rest. */
const MOST_LINES = 80
/** Longer diffs are folded in. */
const OPEN_LINES = 16

export interface Secrets {
  /** The lines of a file with its secrets starred out, each character by one. */
  readonly lines: Lines
  /** A text without the secrets that were found anywhere. */
  readonly hide: (text: string) => string
}

/** The tree as it may be shown. Offsets into its files are those of the tree itself. */
export function maskedTree(tree: Tree, { lines }: Secrets): Tree {
  return new Tree({
    root: tree.root,
    revision: tree.revision,
    entries: tree.paths.flatMap((path) => tree.entry(path) ?? []),
    bytes: (path) => {
      const file = tree.read(path)
      const text = file === undefined ? undefined : lines(path).join('\n')
      return file === undefined || text === undefined || text === file.text
        ? tree.bytes(path)
        : encode(text, file.encoding)
    },
    ignored: (path) => tree.isIgnored(path),
    storesLf: (path) => tree.storesLf(path),
  })
}

/** The fix with its diff; `shown` is the tree as it may be shown. */
export function fixBlock({ safety, description, edits, leftToDo }: Fix, shown: Tree, { hide }: Secrets): Markup {
  const command = safety === 'safe' ? 'flask-dyno lint --fix' : 'flask-dyno lint --fix --unsafe-fixes'
  const diff = diffOf({ safety, description, edits: edits.map((edit) => withoutSecrets(edit, hide)) }, shown)
  const title = html`<span class="word">Fix</span> ${hide(description)} <span class="safety ${safety}">${
    safety === 'safe' ? 'safe' : 'to be read first'
  }</span>`
  const rest = leftToDo === undefined ? null : html`<p class="left">Left to do: ${hide(leftToDo)}</p>\n`
  const how = html`<p class="how"><code>${command}</code></p>\n`
  if (diff.length === 0) return html`<div class="fix"><p>${title}</p>\n${rest}${how}</div>\n`
  return html`<details class="fix"${diff.length <= OPEN_LINES ? html` open` : null}><summary>${title}</summary>
<pre class="diff" tabindex="0" aria-label="What the fix changes"><code>${diff.slice(0, MOST_LINES).map(diffRow)}${
    diff.length > MOST_LINES ? html`<span class="row place">and ${diff.length - MOST_LINES} more lines\n</span>` : null
  }</code></pre>
${rest}${how}</details>\n`
}

function withoutSecrets(edit: Edit, hide: (text: string) => string): Edit {
  if (edit.kind === 'text' || edit.kind === 'create') return { ...edit, text: hide(edit.text) }
  return edit.kind === 'content' && edit.text !== undefined ? { ...edit, text: hide(edit.text) } : edit
}

/** The lines of the diff; none where the fix cannot be made in this tree. */
function diffOf(fix: Fix, shown: Tree): string[] {
  const draft = Draft.of(shown)
  if (draft.obstacle(fix) !== null) return []
  const diff = unifiedDiff(draft.with(fix.edits).changes(), { readable: true })
  return diff.split('\n').flatMap((line) => {
    if (/^(?:index |similarity |--- |$)/.test(line)) return []
    if (line.startsWith('diff --git ')) return []
    return [line.startsWith('+++ ') ? line.replace(/^\+\+\+ (?:"?b\/)?/, '').replace(/"$/, '') : line]
  })
}

function diffRow(line: string): Markup {
  const kind = line.startsWith('+')
    ? 'added'
    : line.startsWith('-')
      ? 'removed'
      : line.startsWith(' ')
        ? 'same'
        : 'place'
  return html`<span class="row ${kind}">${line}\n</span>`
}
