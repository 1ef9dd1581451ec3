/** Assignment to a name, an attribute, an item or several at once. */
import type { Expr } from './ast.ts'
import { evaluate } from './evaluate.ts'
import type { Interpreter } from './interpreter.ts'
import { setAttribute, setItem } from './objects.ts'
import { oneOf, UNKNOWN, under, type Value } from './value.ts'

/** Assigns to a name, attribute, item or a tuple of them. */
export function assignTo(vm: Interpreter, target: Expr, value: Value): void {
  switch (target.kind) {
    case 'name':
      vm.frame.scope.assign(target.name, value, vm.guards)
      return
    case 'attribute': {
      for (const { atom, guards } of evaluate(vm, target.of))
        vm.where(guards, () => setAttribute(vm, atom, target.name, value))
      return
    }
    case 'subscript': {
      const index = evaluate(vm, target.index)
      const key = vm.literal(index)
      for (const { atom, guards } of evaluate(vm, target.of)) vm.where(guards, () => setItem(vm, atom, key, value))
      return
    }
    case 'tuple':
    case 'list': {
      for (const [i, item] of target.items.entries()) {
        const part = value.map(
          ({ atom, guards }): Value =>
            under((atom.kind === 'list' && atom.object.exact ? atom.object.items[i] : undefined) ?? UNKNOWN, guards),
        )
        assignTo(vm, item, oneOf(...part))
      }
      return
    }
    case 'star':
      assignTo(vm, target.value, UNKNOWN)
      return
    default:
      return
  }
}
