/** Programs that nobody would write, made from a number: the same number makes the same program. */

type Random = (below: number) => number

/** A linear congruential generator (Numerical Recipes' constants): tests must not depend on chance. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const NAMES = ['a', 'app', 'self', 'os', 'match', 'case', 'type', 'été', '_x1']
const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '@',
  '**',
  '<<',
  '>>',
  '|',
  '^',
  '&',
  '<',
  '>=',
  '==',
  '!=',
  'in',
  'not in',
  'is',
  'is not',
  'and',
  'or',
]
const LITERALS = [
  '1',
  '0x1F',
  '1_000.5',
  '1e-3',
  '2j',
  'None',
  'True',
  '...',
  '"a"',
  "'b\\n'",
  'b"c"',
  'r"\\d"',
  '"""d\ne"""',
  '\'f\' "g"',
  '""',
  "rb'\\x'",
]

class Writer {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  #one<Item>(items: readonly Item[], fallback: Item): Item {
    return items[this.#random(items.length)] ?? fallback
  }

  #name(): string {
    return this.#one(NAMES, 'a')
  }

  #either(): string {
    return this.#one(['and', 'or'], 'and')
  }

  /** Inside brackets anything may stand between two tokens that stands between none. */
  #gap(): string {
    return this.#one(['', '', '', ' ', '\n', '  # why\n    ', ' \\\n '], '')
  }

  #list(depth: number, most: number): string {
    const items = Array.from({ length: this.#random(most) }, () => this.expression(depth - 1))
    return items.join(`${this.#gap()},${this.#gap()}`)
  }

  expression(depth: number): string {
    if (depth <= 0) return this.#random(2) === 0 ? this.#name() : this.#one(LITERALS, '1')
    const inner = (): string => this.expression(depth - 1)
    switch (this.#random(16)) {
      case 0:
        return `${inner()} ${this.#one(OPERATORS, '+')} ${inner()}`
      case 1:
        return `(${inner()} ${this.#either()} not ${inner()} ${this.#either()} ${inner()})`
      case 2:
        return `(${this.#gap()}${inner()}${this.#gap()})`
      case 3:
        return `(${inner()},${this.#gap()}*${this.#name()})`
      case 4:
        return `[${this.#gap()}${this.#list(depth, 4)}${this.#gap()}]`
      case 5:
        return `{${inner()}: ${inner()},${this.#gap()}**${this.#name()},}`
      case 6:
        return `${this.#name()}(${this.#gap()}${inner()}, *a, k${this.#gap()}=${inner()}, **b)`
      case 7:
        return `(${inner()}).${this.#name()}`
      case 8:
        return `${this.#name()}[${this.#one([`${inner()}`, `${inner()}:${inner()}`, `::${inner()}`, `${inner()}, :`], '0')}]`
      case 9:
        return `(${inner()} if ${inner()} else ${inner()})`
      case 10:
        return `(lambda x, *y, z=${inner()}: ${inner()})`
      case 11:
        return `[${inner()} for x, y in (${inner()}) if (${inner()})]`
      case 12:
        return `f"{${this.#name()}!r:>{${this.#name()}}}b{{c}}" f'{${this.#name()}=}'`
      case 13:
        return `-${this.#name()} ** (${inner()})`
      case 14:
        return `any(x for x, y in (${inner()}))`
      default:
        return `{${inner()}, ${inner()}}`
    }
  }

  block(depth: number, indent: string): string {
    const count = 1 + this.#random(3)
    return Array.from({ length: count }, () => this.statement(depth, indent)).join('')
  }

  statement(depth: number, indent: string): string {
    const value = (): string => this.expression(this.#random(3))
    const line = (text: string): string =>
      `${indent}${text}${this.#one(['\n', '\n', '  # so\n', '\n\n', '\n# at the margin\n'], '\n')}`
    const deeper = `${indent}${this.#one(['    ', '  ', '\t'], '    ')}`
    const inner = (): string => this.block(depth - 1, deeper)
    switch (this.#random(depth > 0 ? 22 : 14)) {
      case 0:
        return line(`x = y = ${value()}`)
      case 1:
        return line(`x, *y = ${value()}, ${value()}`)
      case 2:
        return line(`x: int = ${value()}`)
      case 3:
        return line(`x[${value()}] += ${value()}`)
      case 4:
        return line(`return ${value()}, ${value()}`)
      case 5:
        return line(`raise ${value()} from ${value()}`)
      case 6:
        return line(`import a.b as c, d; from ..e import (f as g, h,)`)
      case 7:
        return line(`assert ${value()}, ${value()}`)
      case 8:
        return line('global a, b; pass;')
      case 9:
        return line(`del a.b, c[${value()}]`)
      case 10:
        return line(`x = yield ${value()}`)
      case 11:
        return line(`match(${value()})`)
      case 12:
        return line(`print(${value()}, file=a)`)
      case 14:
        return `${line(`if ${value()}:`)}${inner()}${line(`elif ${value()}:`)}${inner()}${line('else:')}${inner()}`
      case 15:
        return `${line(`for x, y in ${value()}, ${value()}:`)}${inner()}${line('else: pass')}`
      case 16:
        return `${line(`while ${value()}:`)}${inner()}`
      case 17:
        return `${line('try:')}${inner()}${line(`except (A, B) as e:`)}${inner()}${line('finally:')}${inner()}`
      case 18:
        return `${line(`with ${this.#name()}(${value()}) as x, ${this.#name()}:`)}${inner()}`
      case 19:
        return `${line(`@a.b(${value()})`)}${line(`async def f(a, /, b: int = ${value()}, *c, d, **e) -> ${value()}:`)}${inner()}`
      case 20:
        return `${line(`class A(B, k=${value()}):`)}${inner()}`
      case 21:
        return `${line(`match (${value()}):`)}${deeper}case [1, x] if x:\n${this.block(depth - 1, `${deeper}  `)}`
      default:
        return line(value())
    }
  }
}

export const program = (seed: number): string => new Writer(randomFrom(seed)).block(3, '')
