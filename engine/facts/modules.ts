/** Which distributions bring a module, and which modules are Python's own (data/modules.json, data/standard-library.json). */
import data from '../../data/modules.json' with { type: 'json' }
import library from '../../data/standard-library.json' with { type: 'json' }
import { compareVersions, parseVersion } from './pep440.ts'

const providers: Readonly<Record<string, readonly string[]>> = data.modules
const carriers: Readonly<Record<string, readonly string[]>> = data.alone
const until: Readonly<Record<string, { readonly version: string; readonly instead: string | null }>> = library.until
const since: Readonly<Record<string, string>> = library.since
const python2: Readonly<Record<string, string | null>> = library.python2
const own: ReadonlySet<string> = new Set(library.modules)

/** The distributions that bring a module, by the longest part of its dotted name that is listed; undefined when none is. */
export function distributionsOf(module: string): readonly string[] | undefined {
  for (let name = module; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.'))))
    if (Object.hasOwn(providers, name)) return providers[name]
  return undefined
}

/** The distributions that are known to bring another one along; undefined where it comes along too often to be told. */
export function carriersOf(distribution: string): readonly string[] | undefined {
  return Object.hasOwn(carriers, distribution) ? carriers[distribution] : undefined
}

export interface MovedModule {
  readonly module: string
  readonly distribution: string
  /** The first release without it. */
  readonly version: string
  readonly instead: string
}

/** A module that its library took out in a later release; undefined for any other. */
export function movedModule(name: string): MovedModule | undefined {
  return data.moved.find(({ module }) => name === module || name.startsWith(`${module}.`))
}

let listed: ReadonlySet<string> | undefined

/** Does any of the lists name this distribution? */
export function isListed(distribution: string): boolean {
  listed ??= new Set([...Object.values(providers).flat(), ...Object.keys(carriers), ...Object.values(carriers).flat()])
  return listed.has(distribution)
}

/** Why Python's own library has no such module (any more), with what took its place. */
export interface GoneModule {
  readonly why: 'python 2' | 'removed'
  /** The first version without it. */
  readonly version: string
  readonly instead: string | null
}

/** Is this a module of the standard library of that Python, such as `3.14.7`? `gone` when it was one before. */
export function standardModule(name: string, python: string): 'yes' | 'no' | GoneModule {
  const [top = ''] = name.split('.')
  const left = Object.hasOwn(until, top) ? until[top] : undefined
  if (left !== undefined && !isBefore(python, left.version))
    return { why: 'removed', version: left.version, instead: left.instead }
  const came = Object.hasOwn(since, top) ? since[top] : undefined
  if (came !== undefined && isBefore(python, came)) return 'no'
  if (own.has(top) || top.startsWith('_')) return 'yes'
  if (Object.hasOwn(python2, top)) return { why: 'python 2', version: '3.0', instead: python2[top] ?? null }
  return 'no'
}

function isBefore(python: string, version: string): boolean {
  const [running, first] = [parseVersion(python), parseVersion(version)]
  return running !== undefined && first !== undefined && compareVersions(running, first) < 0
}
