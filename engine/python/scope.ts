import { assigned, type Guard, narrow, type Value } from './value.ts'

/** The names of a module, class or function, with the scope that it stands in. */
export class Scope {
  readonly names = new Map<string, Value>()
  readonly kind: 'module' | 'class' | 'function'
  readonly parent: Scope | null
  /** Names declared `global` or `nonlocal` here. */
  readonly outer = new Set<string>()
  /** True when there may be names that reading cannot tell (`from unknown import *`, `globals()[…] = …`). */
  open = false

  constructor(kind: Scope['kind'], parent: Scope | null) {
    this.kind = kind
    this.parent = parent
  }

  /** Looks a name up as Python does: class bodies are invisible to the functions in them. */
  find(name: string, path: readonly Guard[]): Value | undefined {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) {
      if (scope !== this && scope.kind === 'class') continue
      const value = scope.names.get(name)
      if (value !== undefined) return narrow(value, path)
    }
    return undefined
  }

  assign(name: string, value: Value, path: readonly Guard[]): void {
    let scope: Scope = this
    if (this.outer.has(name)) {
      for (let outer = this.parent; outer !== null; outer = outer.parent) {
        if (outer.kind === 'module' || outer.names.has(name)) {
          scope = outer
          break
        }
      }
    }
    scope.names.set(name, assigned(scope.names.get(name), value, path))
  }

  /** Is a name missing here and in every enclosing scope for certain? */
  isOpen(): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) if (scope.open) return true
    return false
  }
}
