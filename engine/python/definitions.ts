/** `def` and `class`: what they bind, and what their decorators hand to a library. */
import type { ClassDef, FunctionDef } from './ast.ts'
import { dottedName } from './evaluate.ts'
import type { Frame, Interpreter } from './interpreter.ts'
import { Scope } from './scope.ts'
import { block } from './statements.ts'
import { type Atom, type FunctionObject, only } from './value.ts'

export function defineFunction(vm: Interpreter, def: FunctionDef): void {
  const decorators = def.decorators.map((decorator) => dottedName(decorator))
  const fn: FunctionObject = {
    name: def.name,
    params: def.params,
    body: def.body,
    def,
    scope: vm.frame.scope,
    path: vm.frame.path,
    at: vm.at(def.nameAt),
    decorators,
  }
  const atom: Atom = { kind: 'function', object: fn, self: null }
  for (const decorator of def.decorators) {
    const value = vm.evaluate(decorator)
    const outside = value.some(({ atom: made }) => made.kind !== 'function' && made.kind !== 'class')
    if (
      outside &&
      !/(?:^|\.)(?:cli|click|manager|pytest|typer)\.|(?:^|\.)(?:command|fixture|staticmethod|classmethod|property|lru_cache|cache|wraps|contextmanager|cached_property|dataclass)$/.test(
        dottedName(decorator),
      )
    )
      vm.deferred.set(fn, null)
  }
  vm.frame.scope.assign(def.name, only(atom), vm.guards)
}

export function defineClass(vm: Interpreter, def: ClassDef): void {
  const scope = new Scope('class', vm.frame.scope)
  const bases: Atom[] = []
  for (const arg of def.args) {
    const value = vm.evaluate(arg.value)
    if (arg.name === null) bases.push(value.length === 1 && value[0] ? value[0].atom : { kind: 'unknown' })
  }
  for (const decorator of def.decorators) vm.evaluate(decorator)
  const frame: Frame = { path: vm.frame.path, scope, function: vm.frame.function, returns: [] }
  const atom: Atom = {
    kind: 'class',
    object: { name: def.name, def, path: vm.frame.path, at: vm.at(def.nameAt), bases, scope },
  }
  if (atom.kind === 'class') vm.classes.set(scope, atom.object)
  vm.inFrame(frame, () => block(vm, def.body))
  vm.frame.scope.assign(def.name, only(atom), vm.guards)
}
