const MAX_DEPTH = 100

/**
 * Is this YAML or TOML nested deeper than a person would write it? The parsers call themselves once a level, and Node ends the
 * whole process, uncatchably, when its stack runs out while a regular expression is compiled. Brackets in strings count,
 * too: a false alarm needs a hundred of them that never close.
 */
export function isNestedTooDeep(text: string): boolean {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '[' || character === '{') {
      if (++depth > MAX_DEPTH) return true
    } else if ((character === ']' || character === '}') && depth > 0) depth--
  }
  // `- - - - x` nests without a bracket, and so does every deeper indentation.
  return text.split('\n').some((line) => leading(line) > MAX_DEPTH * 2)
}

/** Characters of indentation and of block indicators before the content. */
function leading(line: string): number {
  let at = 0
  while (at < line.length && ' \t-?:'.includes(line[at] ?? '')) at++
  return line[at] === undefined && !line.includes(' ') ? 0 : at
}
