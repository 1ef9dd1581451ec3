import { splitWords } from './requirement-line.ts'

/**
 * Every option that pip 26 knows in a requirements file, and whether a value follows:
 * https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options
 */
const OPTIONS: Readonly<Record<string, boolean>> = {
  '-i': true,
  '--index-url': true,
  '--pypi-url': true,
  '--extra-index-url': true,
  '--no-index': false,
  '-r': true,
  '--requirement': true,
  '--requirements': true,
  '-c': true,
  '--constraint': true,
  '--constraints': true,
  '-e': true,
  '--editable': true,
  '-f': true,
  '--find-links': true,
  '--no-binary': true,
  '--only-binary': true,
  '--prefer-binary': false,
  '--require-hashes': false,
  '--pre': false,
  '--trusted-host': true,
  '--use-feature': true,
  '--global-option': true,
  '--hash': true,
  '-C': true,
  '--config-setting': true,
  '--config-settings': true,
}
export interface Option {
  readonly name: string
  readonly value: string
}

/** The options of a line, or the first word that is none. */
export function parseOptions(text: string): readonly Option[] | string {
  const words = splitWords(text)
  const options: Option[] = []
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? ''
    const equals = word.startsWith('--') ? word.indexOf('=') : -1
    let name = equals < 0 ? word : word.slice(0, equals)
    let value = equals < 0 ? undefined : word.slice(equals + 1)
    if (!word.startsWith('--') && word.length > 2 && Object.hasOwn(OPTIONS, word.slice(0, 2))) {
      name = word.slice(0, 2)
      value = word.slice(2)
    }
    if (!Object.hasOwn(OPTIONS, name)) {
      // pip passes over words that are no options here, and a lone dash is such a word
      if (word === '--') break
      if (!word.startsWith('-') || word === '-') continue
      return word
    }
    if (OPTIONS[name] === true && value === undefined) {
      value = words[++i]
      if (value === undefined) return word
    }
    options.push({ name, value: value ?? '' })
  }
  return options
}

export const isOneOf = (option: Option, ...names: readonly string[]): boolean => names.includes(option.name)
