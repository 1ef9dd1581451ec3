import { KEYWORDS, STANDARD_LIBRARY, TAKEN } from './python-words.ts'

/** One project, under the names that Python and Heroku want for it. */
export interface ProjectName {
  /** As a distribution and for app.json: `my-app`. */
  readonly name: string
  /** As a Python package: `my_app`. */
  readonly packageName: string
  /** For people: `My app`. */
  readonly title: string
}

/** Heroku's own limits for the `name` of app.json and of an app: https://devcenter.heroku.com/articles/app-json-schema#name */
const SHORTEST = 3
const LONGEST = 30

/**
 * The names of a project, from what somebody typed or from a folder: `My App`, `my-app` and `my_app` are the same.
 * Returns the reason, as a text that can follow the name, when Python or Heroku would not have it.
 */
export function projectName(text: string): ProjectName | string {
  // The normal form of a distribution's name: https://packaging.python.org/en/latest/specifications/name-normalization/
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[\s._-]+/g, '-')
  if (name === '') return 'is empty'
  if (!/^[a-z0-9-]+$/.test(name)) return 'may hold only the letters a to z, digits and hyphens'
  if (!/^[a-z]/.test(name)) return 'must begin with a letter, as a Python package does'
  if (name.endsWith('-')) return 'must end with a letter or a digit'
  if (name.length < SHORTEST) return `is shorter than the ${SHORTEST} characters that Heroku wants`
  if (name.length > LONGEST) return `is longer than the ${LONGEST} characters that Heroku allows`

  const packageName = name.replaceAll('-', '_')
  if (KEYWORDS.has(packageName)) return 'is a keyword of Python'
  if (STANDARD_LIBRARY.has(packageName)) return `would hide Python's own module ${packageName}`
  if (TAKEN.has(packageName)) return `is the name of another module that the project can see`

  const title = name.replaceAll('-', ' ')
  return { name, packageName, title: title.charAt(0).toUpperCase() + title.slice(1) }
}
