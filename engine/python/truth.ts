/** What a condition is worth in production: taken, not taken, or either under guards. */
import type { Expr } from './ast.ts'
import type { Interpreter } from './interpreter.ts'
import { type Atom, type Guard, unknownGuard, type Value } from './value.ts'

/** True, false, or undefined when reading cannot tell. */
export function truthOf(atom: Atom): boolean | undefined {
  switch (atom.kind) {
    case 'constant':
      return atom.value !== null && atom.value !== false && atom.value !== 0
    case 'text': {
      if (atom.parts.length === 0 || (atom.parts.length === 1 && atom.parts[0] === '')) return false
      if (atom.parts.some((part) => typeof part === 'string' && part !== '')) return true
      // A config var that is set is taken to hold something; other unknown texts may be empty.
      return atom.parts.some((part) => typeof part !== 'string' && part.kind !== 'unknown') ? true : undefined
    }
    case 'list':
      return atom.object.items.length > 0 ? true : atom.object.exact ? false : undefined
    case 'dict':
      return atom.object.entries.size > 0 ? true : atom.object.open ? undefined : false
    case 'unknown':
    case 'method':
      return undefined
    case 'external':
      return atom.name === 'typing.TYPE_CHECKING' ? false : undefined
    case 'instance':
      // An object of a class is true unless it says otherwise; what a function gave back may be anything
      return atom.object.className === '' || /(?:^|\.)[A-Z]\w*$/.test(atom.object.className) ? true : undefined
    default:
      return true
  }
}

/** The guards under which an expression's value is true, and those under which it is false; null where it never is. */
export interface Branches {
  readonly yes: readonly Guard[] | null
  readonly no: readonly Guard[] | null
}

/** Decides a test. The key names the test, so that the same undecided test has the same guard. */
export function branches(value: Value, key: string): Branches {
  const truths = value.map(({ atom, guards }) => ({ truth: truthOf(atom), guards }))
  if (truths.every(({ truth }) => truth === true)) return { yes: [], no: null }
  if (truths.every(({ truth }) => truth === false)) return { yes: null, no: [] }
  const yes = truths.filter(({ truth }) => truth === true)
  const no = truths.filter(({ truth }) => truth === false)
  const [onlyYes] = yes
  const [onlyNo] = no
  // Decided by guards that can be named: the branches carry them. With several alternatives on one side,
  // the other side's single guard is turned round.
  if (yes.length + no.length === truths.length) {
    if (yes.length === 1 && no.length === 1 && onlyYes && onlyNo) return { yes: onlyYes.guards, no: onlyNo.guards }
    if (yes.length === 1 && onlyYes) return { yes: onlyYes.guards, no: turned(onlyYes.guards, key) }
    if (no.length === 1 && onlyNo) return { yes: turned(onlyNo.guards, key), no: onlyNo.guards }
    const sharedYes = shared(yes.map(({ guards }) => guards))
    const sharedNo = shared(no.map(({ guards }) => guards))
    if (sharedYes.length > 0 || sharedNo.length > 0) {
      return {
        yes: sharedYes.length > 0 ? sharedYes : [unknownGuard(key, true)],
        no: sharedNo.length > 0 ? sharedNo : [unknownGuard(key, false)],
      }
    }
  }
  return { yes: [unknownGuard(key, true)], no: [unknownGuard(key, false)] }
}

function turned(guards: readonly Guard[], key: string): readonly Guard[] {
  const [guard] = guards
  return guards.length === 1 && guard ? [{ ...guard, holds: !guard.holds }] : [unknownGuard(key, false)]
}

function shared(all: readonly (readonly Guard[])[]): readonly Guard[] {
  const [first = [], ...rest] = all
  return first.filter((guard) =>
    rest.every((guards) => guards.some((other) => other.key === guard.key && other.holds === guard.holds)),
  )
}

/** Evaluates a test and decides it. `a and b` and `a or b` are followed part by part. */
export function branchesOf(vm: Interpreter, test: Expr): Branches {
  const key = `${vm.frame.path}:${test.start}`
  if (test.kind === 'not') {
    const { yes, no } = branchesOf(vm, test.operand)
    return { yes: no, no: yes }
  }
  if (test.kind === 'and' || test.kind === 'or') {
    const left = branchesOf(vm, test.left)
    const isAnd = test.kind === 'and'
    const goesOn = isAnd ? left.yes : left.no
    const stops = isAnd ? left.no : left.yes
    if (goesOn === null) return left
    const right = vm.where(goesOn, () => branchesOf(vm, test.right))
    if (right === undefined) return left
    const reached = isAnd ? right.yes : right.no
    const other = isAnd ? right.no : right.yes
    const through = reached === null ? null : [...goesOn, ...reached]
    // Left early or late: one condition that can be named only when one of the two cannot happen.
    const out = stops === null ? other : other === null ? stops : [unknownGuard(key, !isAnd)]
    return isAnd ? { yes: through, no: out } : { yes: out, no: through }
  }
  return branches(vm.evaluate(test), key)
}
