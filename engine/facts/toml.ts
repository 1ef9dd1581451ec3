import { parse, type TomlTable } from 'smol-toml'
import type { Tree } from '../tree.ts'

export interface TomlDocument {
  readonly path: string
  readonly text: string
  readonly root: Table
}
export interface BrokenToml {
  readonly path: string
  readonly text: string
  /** One line, from the parser. */
  readonly error: string
  /** Offset at which the parser gave up. */
  readonly start: number
}

/** A TOML or JSON object whose values nobody has checked yet. */
export type Table = Readonly<Record<string, unknown>>

/** Reads one TOML file of the tree; undefined when it is absent or no text. */
export function readToml(tree: Tree, path: string): TomlDocument | BrokenToml | undefined {
  const file = tree.read(path)
  if (file === undefined) return undefined
  try {
    const root: TomlTable = parse(file.text)
    return { path, text: file.text, root }
  } catch (error) {
    const { message, line, column } = error as { message?: string; line?: number; column?: number }
    let start = 0
    for (let n = 1; n < (line ?? 1); n++) start = file.text.indexOf('\n', start) + 1
    return {
      path,
      text: file.text,
      error: (message ?? String(error)).split('\n')[0] ?? '',
      start: Math.min(start + Math.max((column ?? 1) - 1, 0), file.text.length),
    }
  }
}

export const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

/** The table at a path of keys; an empty one where there is none. */
export function tableAt(root: unknown, ...keys: readonly string[]): Table {
  let value: unknown = root
  for (const key of keys) value = isTable(value) ? value[key] : undefined
  return isTable(value) ? value : {}
}

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

export const textsOf = (value: unknown): string[] => listOf(value).filter((item) => typeof item === 'string')
