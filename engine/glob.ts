/**
 * Does a path match a pattern of the config? `*` and `?` stay within a folder, `**` goes through folders, a pattern that
 * names a folder covers all below it. Written as a walk over both, since a pattern is a stranger's text and must not run long.
 */
export function matchesGlob(path: string, pattern: string): boolean {
  const clean = pattern.replace(/^\.?\//, '').replace(/\/+$/, '')
  return walk(path.split('/'), clean.split('/'))
}

/** Folders: `reach[j]` says whether the first j parts of the pattern match the parts of the path seen so far. */
function walk(parts: readonly string[], pattern: readonly string[]): boolean {
  let reach = pattern.map(() => false)
  reach.unshift(true)
  skipStars(reach, pattern)
  for (const part of parts) {
    if (reach[pattern.length] === true) return true // the pattern named a folder above
    const next = pattern.map(() => false)
    next.unshift(false)
    pattern.forEach((piece, index) => {
      if (reach[index] !== true) return
      if (piece === '**') {
        next[index] = true
        next[index + 1] = true
      } else if (matchesPart(part, piece)) next[index + 1] = true
    })
    skipStars(next, pattern)
    reach = next
  }
  return reach[pattern.length] === true
}

function skipStars(reach: boolean[], pattern: readonly string[]): void {
  pattern.forEach((piece, index) => {
    if (piece === '**' && reach[index] === true && index + 1 < pattern.length) reach[index + 1] = true
  })
}

/** One name against one part of the pattern, going back only to the last star. */
function matchesPart(name: string, pattern: string): boolean {
  let at = 0
  let on = 0
  let star = -1
  let mark = 0
  while (at < name.length) {
    if (on < pattern.length && (pattern[on] === '?' || (pattern[on] === name[at] && pattern[on] !== '*'))) {
      at++
      on++
    } else if (pattern[on] === '*') {
      star = on++
      mark = at
    } else if (star >= 0) {
      on = star + 1
      at = ++mark
    } else return false
  }
  while (pattern[on] === '*') on++
  return on === pattern.length
}
