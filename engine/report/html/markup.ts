import { harmless } from '../report.ts'

/** HTML that is ready to be written. Whatever else comes into `html` is text of a stranger and is escaped. */
export class Markup {
  readonly text: string

  private constructor(text: string) {
    this.text = text
  }

  /** Takes text as HTML: for what this program wrote itself, never for what a project holds. */
  static own(text: string): Markup {
    return new Markup(text)
  }
}

export type Piece = Markup | string | number | null | readonly Piece[]

/** A template of HTML: every value is escaped, in text and in quoted attributes, unless it was made by `html` itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Piece[]): Markup {
  let out = strings[0] ?? ''
  values.forEach((value, index) => {
    out += textOf(value) + (strings[index + 1] ?? '')
  })
  return Markup.own(out)
}

function textOf(piece: Piece): string {
  if (piece === null) return ''
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'string') return escaped(piece)
  if (typeof piece === 'number') return String(piece)
  return piece.map(textOf).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Line ends and tabs stay; other control characters, and those that turn the reading direction, become a sign. */
export const escaped = (text: string): string =>
  text
    .split('\n')
    .map((line) => harmless(line.replace(/\r$/, '')))
    .join('\n')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
