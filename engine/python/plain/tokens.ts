/** Kinds of tokens. Punctuation of one character has its own code as its kind; the rest counts from 128 on. */

export const PERCENT = 0x25
export const AMPERSAND = 0x26
export const OPEN = 0x28
export const CLOSE = 0x29
export const STAR = 0x2a
export const PLUS = 0x2b
export const COMMA = 0x2c
export const MINUS = 0x2d
export const DOT = 0x2e
export const SLASH = 0x2f
export const COLON = 0x3a
export const SEMICOLON = 0x3b
export const LESS = 0x3c
export const EQUALS = 0x3d
export const MORE = 0x3e
export const AT = 0x40
export const OPEN_SQUARE = 0x5b
export const CLOSE_SQUARE = 0x5d
export const CARET = 0x5e
export const OPEN_BRACE = 0x7b
export const BAR = 0x7c
export const CLOSE_BRACE = 0x7d
export const TILDE = 0x7e
export const BANG = 0x21

export const NAME = 128
export const NUMBER = 129
export const STRING = 130
/** The beginning of an f-string: its prefix and its quotes. */
export const FORMAT_STRING = 131
export const NEWLINE = 132
export const INDENT = 133
export const DEDENT = 134
export const END = 135
/** `==`, `!=`, `<=`, `>=`, `<>`. */
export const COMPARE = 136
/** `+=` and the like. */
export const UPDATE = 137
export const ARROW = 138
export const WALRUS = 139
export const POWER = 140
export const FLOOR = 141
export const SHIFT_LEFT = 142
export const SHIFT_RIGHT = 143
export const ELLIPSIS = 144

export const FIRST_KEYWORD = 160
export const FALSE = 160
export const NONE = 161
export const TRUE = 162
export const AND = 163
export const AS = 164
export const ASSERT = 165
export const ASYNC = 166
export const AWAIT = 167
export const BREAK = 168
export const CLASS = 169
export const CONTINUE = 170
export const DEF = 171
export const DEL = 172
export const ELIF = 173
export const ELSE = 174
export const EXCEPT = 175
export const FINALLY = 176
export const FOR = 177
export const FROM = 178
export const GLOBAL = 179
export const IF = 180
export const IMPORT = 181
export const IN = 182
export const IS = 183
export const LAMBDA = 184
export const NONLOCAL = 185
export const NOT = 186
export const OR = 187
export const PASS = 188
export const RAISE = 189
export const RETURN = 190
export const TRY = 191
export const WHILE = 192
export const WITH = 193
export const YIELD = 194

/** Python 3's keywords; the soft ones (`match`, `case`, `type`) are names. */
export const KEYWORDS: ReadonlyMap<string, number> = new Map([
  ['False', FALSE],
  ['None', NONE],
  ['True', TRUE],
  ['and', AND],
  ['as', AS],
  ['assert', ASSERT],
  ['async', ASYNC],
  ['await', AWAIT],
  ['break', BREAK],
  ['class', CLASS],
  ['continue', CONTINUE],
  ['def', DEF],
  ['del', DEL],
  ['elif', ELIF],
  ['else', ELSE],
  ['except', EXCEPT],
  ['finally', FINALLY],
  ['for', FOR],
  ['from', FROM],
  ['global', GLOBAL],
  ['if', IF],
  ['import', IMPORT],
  ['in', IN],
  ['is', IS],
  ['lambda', LAMBDA],
  ['nonlocal', NONLOCAL],
  ['not', NOT],
  ['or', OR],
  ['pass', PASS],
  ['raise', RAISE],
  ['return', RETURN],
  ['try', TRY],
  ['while', WHILE],
  ['with', WITH],
  ['yield', YIELD],
])
