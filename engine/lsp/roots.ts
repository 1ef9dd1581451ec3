import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { CONFIG_FILE } from './linter.ts'

/** What stands at the top of a project that Heroku is given (https://devcenter.heroku.com/articles/procfile). */
const MARKS = ['Procfile', 'heroku.yml', 'app.json']

/**
 * The folder of the project that a folder belongs to: the nearest one, from itself up to the top of the git repository, that
 * has a config; else the nearest that has what Heroku looks for at the top; else the top of the repository. Null where there
 * is neither, nor any Python.
 */
export function projectRoot(folder: string): string | null {
  const upwards = [...aboveInRepository(folder)]
  const top = upwards.at(-1)
  const isRepository = top !== undefined && existsSync(join(top, '.git'))
  const near = isRepository ? upwards : [folder]
  const marked =
    near.find((at) => existsSync(join(at, CONFIG_FILE))) ??
    near.find((at) => MARKS.some((name) => existsSync(join(at, name))))
  if (marked !== undefined) return marked
  if (isRepository) return top
  return looksLikePython(folder) ? folder : null
}

/** Without git a folder is walked through as a whole, which nobody wants of the home folder. */
function looksLikePython(folder: string): boolean {
  try {
    return readdirSync(folder).some((name) =>
      /\.py$|^(?:requirements\.txt|pyproject\.toml|Pipfile|setup\.cfg)$/.test(name),
    )
  } catch {
    return false // gone, or not to be read: there is nothing to look at
  }
}

/** A folder and those above it, up to the one that holds `.git`. */
function* aboveInRepository(folder: string): Generator<string> {
  for (let at = folder; ; at = dirname(at)) {
    yield at
    if (existsSync(join(at, '.git')) || dirname(at) === at) return
  }
}

/** The path of a `file:` address; null for another, such as that of a file that was never saved. */
export function pathOf(uri: string): string | null {
  if (!uri.startsWith('file:')) return null
  try {
    // Editors write the letter of a drive in either case.
    return fileURLToPath(uri).replace(/^[a-z]:/, (drive) => drive.toUpperCase())
  } catch {
    return null // an address of another machine, or with an encoded separator
  }
}

export const uriOf = (path: string): string => pathToFileURL(path).href
