/**
 * The Python syntax tree that the rest of the engine sees. It is smaller than CPython's `ast` and forgiving:
 * what could not be parsed is an `unknown` expression or is left out. Offsets are UTF-16 code units.
 */

export interface Span {
  readonly start: number
  readonly end: number
}

export interface Argument extends Span {
  /** Keyword name; `*` and `**` for unpacked arguments; null for positional ones. */
  readonly name: string | null
  readonly value: Expr
}

export interface Parameter extends Span {
  readonly name: string
  readonly kind: 'plain' | 'star' | 'double-star'
  readonly fallback: Expr | null
}

export interface DictEntry {
  /** null for `**mapping`. */
  readonly key: Expr | null
  readonly value: Expr
}

export type StringPart = string | { readonly expr: Expr }

export type Expr = Span &
  (
    | { readonly kind: 'string'; readonly parts: readonly StringPart[]; readonly bytes: boolean }
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'constant'; readonly value: boolean | null }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'attribute'; readonly of: Expr; readonly name: string; readonly nameAt: Span }
    | { readonly kind: 'subscript'; readonly of: Expr; readonly index: Expr }
    | { readonly kind: 'slice'; readonly lower: Expr | null; readonly upper: Expr | null }
    | { readonly kind: 'call'; readonly callee: Expr; readonly args: readonly Argument[] }
    | { readonly kind: 'binary'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'compare'; readonly op: string; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'and' | 'or'; readonly left: Expr; readonly right: Expr }
    | { readonly kind: 'not'; readonly operand: Expr }
    | { readonly kind: 'negative'; readonly operand: Expr }
    | { readonly kind: 'conditional'; readonly test: Expr; readonly then: Expr; readonly otherwise: Expr }
    | { readonly kind: 'dict'; readonly entries: readonly DictEntry[] }
    | { readonly kind: 'list' | 'tuple' | 'set'; readonly items: readonly Expr[] }
    | { readonly kind: 'star'; readonly value: Expr }
    | { readonly kind: 'lambda'; readonly params: readonly Parameter[]; readonly body: Expr }
    | { readonly kind: 'comprehension'; readonly parts: readonly Expr[] }
    | { readonly kind: 'await' | 'yield'; readonly value: Expr | null }
    | { readonly kind: 'assign-expr'; readonly target: string; readonly value: Expr }
    | { readonly kind: 'unknown'; readonly parts: readonly Expr[] }
  )

export interface ImportedName extends Span {
  readonly name: string
  readonly alias: string | null
}

export interface FunctionDef extends Span {
  readonly kind: 'function'
  readonly name: string
  readonly nameAt: Span
  readonly params: readonly Parameter[]
  readonly decorators: readonly Expr[]
  readonly body: readonly Stmt[]
  readonly isAsync: boolean
}

export interface ClassDef extends Span {
  readonly kind: 'class'
  readonly name: string
  readonly nameAt: Span
  readonly args: readonly Argument[]
  readonly decorators: readonly Expr[]
  readonly body: readonly Stmt[]
}

export interface Handler extends Span {
  /** Exception expression, null for a bare `except:`. */
  readonly type: Expr | null
  readonly name: string | null
  readonly body: readonly Stmt[]
}

export type Stmt =
  | FunctionDef
  | ClassDef
  | (Span &
      (
        | { readonly kind: 'expr'; readonly value: Expr }
        | { readonly kind: 'assign'; readonly targets: readonly Expr[]; readonly value: Expr }
        | { readonly kind: 'declare'; readonly target: Expr }
        | { readonly kind: 'augment'; readonly target: Expr; readonly op: string; readonly value: Expr }
        | { readonly kind: 'import'; readonly names: readonly ImportedName[] }
        | {
            readonly kind: 'from'
            readonly level: number
            readonly module: string
            readonly moduleAt: Span
            readonly names: readonly ImportedName[] | '*'
          }
        | {
            readonly kind: 'if'
            readonly branches: readonly { readonly test: Expr; readonly body: readonly Stmt[] }[]
            readonly otherwise: readonly Stmt[]
          }
        | {
            readonly kind: 'while'
            readonly test: Expr
            readonly body: readonly Stmt[]
            readonly otherwise: readonly Stmt[]
          }
        | {
            readonly kind: 'for'
            readonly target: Expr
            readonly over: Expr
            readonly body: readonly Stmt[]
            readonly otherwise: readonly Stmt[]
          }
        | {
            readonly kind: 'try'
            readonly body: readonly Stmt[]
            readonly handlers: readonly Handler[]
            readonly otherwise: readonly Stmt[]
            readonly final: readonly Stmt[]
          }
        | {
            readonly kind: 'with'
            readonly items: readonly { readonly value: Expr; readonly target: Expr | null }[]
            readonly body: readonly Stmt[]
          }
        | { readonly kind: 'return'; readonly value: Expr | null }
        | { readonly kind: 'raise'; readonly value: Expr | null }
        | { readonly kind: 'global'; readonly names: readonly string[] }
        | { readonly kind: 'match'; readonly subject: Expr; readonly cases: readonly (readonly Stmt[])[] }
        | { readonly kind: 'delete'; readonly targets: readonly Expr[] }
        | { readonly kind: 'break' | 'continue' | 'pass' }
      ))

/** What one file says. */
export interface ParsedModule {
  readonly body: readonly Stmt[]
  /**
   * Offset of the first text that the parser had to skip, or null; what parsed is still there.
   * Marks without a width do not count: the grammar sets them in valid code, too (in 13 of 588 files of the standard library, wide ones in 1).
   */
  readonly skippedAt: number | null
}
