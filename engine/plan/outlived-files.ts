/** Files on the dyno's disk that a cache outside the dyno goes on pointing to. */
import type { Value } from '../python/value.ts'
import { textShown } from './bind.ts'
import { type FileWrite, fileWrites } from './file-writes.ts'
import { functionAround } from './function-around.ts'
import type { Plan } from './plan.ts'
import { callsOf, judge, settingOf } from './production.ts'

/** Backends of Flask-Caching that keep their entries elsewhere. */
const OUTSIDE =
  /^(?:redis(?:cache|sentinel|cluster)?|saslmemcached|memcached|spreadsaslmemcached)$|(?:Redis|Memcached|SASLMemcached)\w*Cache$/i

function cachesOutside(plan: Plan): boolean {
  const isOutside = (value: Value | null | undefined): boolean =>
    judge(value ?? [], ({ atom }) => atom.kind === 'text' && OUTSIDE.test(textShown(atom.parts))).some(
      ({ certainty }) => certainty === 'certain' || certainty === 'configured',
    )
  return callsOf(plan, /^flask_cach(?:e|ing)\.Cache(?:\.init_app)?$/).some((use) => {
    const given = use.call.args.named
      .get('config')
      ?.some(({ atom }) => atom.kind === 'dict' && isOutside(atom.object.entries.get('CACHE_TYPE')))
    return given === true || use.boot.apps.some((app) => isOutside(settingOf(app, 'CACHE_TYPE', use.boot)))
  })
}

const CACHED = /\.(?:cached|memoize)$/

/** Writes of files for the browser in a cached function, or in one that a cached function of the same module calls. */
export function outlivedWrites(plan: Plan): FileWrite[] {
  if (!cachesOutside(plan)) return []
  return fileWrites(plan).filter(({ use, path }) => {
    const around = functionAround(plan, use.call.at)
    if (around === null || use.certainty !== 'certain' || !/(?:^|\/)(?:static|media)\//.test(path)) return false
    return (
      around.decorators.some((name) => CACHED.test(name)) || isCalledFromCached(plan, use.call.at.path, around.def.name)
    )
  })
}

function isCalledFromCached(plan: Plan, path: string, name: string): boolean {
  return plan.modules.parse(path).body.some((stmt) => {
    if (stmt.kind !== 'function' || stmt.name === name) return false
    const around = functionAround(plan, { path, start: stmt.start + 1, end: stmt.end })
    const isCached = around?.decorators.some((decorator) => CACHED.test(decorator)) ?? false
    return isCached && new RegExp(`\\b${name}\\s*\\(`).test(around?.source ?? '')
  })
}
