/** Arguments of calls and parameters of functions, which are flat lists in the grammar. */
import type { Argument, Parameter } from './ast.ts'
import { expressions, type Item } from './grammar-items.ts'

export function argumentsOf(items: readonly Item[]): Argument[] {
  const args: Argument[] = []
  let group: Item[] = []
  const flush = (): void => {
    const exprs = expressions(group)
    const last = exprs.at(-1)
    const [first] = group
    if (first && last) {
      const span = { start: first.start, end: group.at(-1)?.end ?? first.end }
      const stars = first.text === '*' || first.text === '**' ? first.text : null
      const assign = group.findIndex((item) => item.name === 'AssignOp')
      const [name, to] = exprs
      if (stars) args.push({ name: stars, value: last, ...span })
      else if (assign > 0 && group[assign]?.text === ':=' && name?.kind === 'name' && to)
        args.push({ name: null, value: { kind: 'assign-expr', target: name.name, value: to, ...span }, ...span })
      else if (assign > 0) args.push({ name: group[0]?.text ?? null, value: last, ...span })
      else if (group.some((item) => item.name === 'for'))
        args.push({ name: null, value: { kind: 'comprehension', parts: exprs, ...span }, ...span })
      else args.push({ name: null, value: last, ...span })
    }
    group = []
  }
  for (const item of items) {
    if (item.name === '(' || item.name === ')') continue
    // a comprehension is the only argument: commas in it stand between its targets
    if (item.name === ',' && !group.some(({ name }) => name === 'for')) flush()
    else group.push(item)
  }
  flush()
  return args
}

export function parameters(items: readonly Item[]): Parameter[] {
  const params: Parameter[] = []
  let kind: Parameter['kind'] = 'plain'
  let afterAssign = false
  for (const item of items) {
    if (item.text === '*') kind = 'star'
    else if (item.text === '**') kind = 'double-star'
    else if (item.name === 'AssignOp') afterAssign = true
    else if (item.name === ',') {
      kind = 'plain'
      afterAssign = false
    } else if (item.name === 'TypeDef') continue
    else if (afterAssign && item.expr) {
      const last = params.pop()
      if (last) params.push({ ...last, fallback: item.expr, end: item.end })
      afterAssign = false
    } else if (item.name === 'VariableName')
      params.push({ name: item.text, kind, fallback: null, start: item.start, end: item.end })
  }
  return params
}
