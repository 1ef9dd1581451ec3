import { createReadStream, statSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import { UsageError } from './arguments.ts'

/** The repositories still to be linted; those of a pipe come in while others are being linted. */
export interface RepositoryList {
  /** The next one, as soon as it is known; undefined after the last. */
  readonly next: () => Promise<string | undefined>
  /** How many were named so far. */
  readonly named: () => number
  /** True when no more can come, so that `named` is all of them. */
  readonly isWhole: () => boolean
  /** Reads no further. */
  readonly close: () => void
}

/**
 * Reads a list: one path a line, or paths that each end with a NUL. In lines, blank ones and those that begin with `#` count for
 * nothing. A path that is there twice is taken once.
 *
 * @throws UsageError when `file` (`-` is stdin) cannot be read; `next` rejects with it when reading fails later.
 */
export function readList(file: string, separatedByNul: boolean): RepositoryList {
  const stream = file === '-' ? process.stdin : openFile(file)
  const waiting: string[] = []
  const seen = new Set<string>()
  let ended = false
  let failed: unknown
  let wake = (): void => {}
  const changed = (): Promise<void> =>
    new Promise((resolve) => {
      const before = wake
      wake = () => {
        before()
        resolve()
      }
    })
  const add = (path: string): void => {
    if (seen.has(path)) return
    seen.add(path)
    waiting.push(path)
  }
  void (async () => {
    try {
      for await (const path of paths(stream, separatedByNul)) {
        add(path)
        wake()
      }
    } catch (error) {
      failed = new UsageError(`the list ${file} could not be read: ${error instanceof Error ? error.message : error}`)
    }
    ended = true
    wake()
  })()
  return {
    next: async () => {
      while (waiting.length === 0 && !ended) await changed()
      if (failed !== undefined) throw failed
      return waiting.shift()
    },
    named: () => seen.size,
    isWhole: () => ended,
    close: () => stream.destroy(),
  }
}

function openFile(file: string): Readable {
  try {
    if (statSync(file).isDirectory()) throw new UsageError(`--each wants a list of folders, and ${file} is a folder`)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new UsageError(
      isAbsent
        ? `there is no list ${file}`
        : `the list ${file} could not be read: ${error instanceof Error ? error.message : error}`,
    )
  }
  return createReadStream(file)
}

async function* paths(stream: Readable, separatedByNul: boolean): AsyncGenerator<string> {
  const separator = separatedByNul ? '\0' : '\n'
  const decoder = new StringDecoder('utf8')
  let rest = ''
  let first = true
  for await (const chunk of stream) {
    rest += decoder.write(chunk as Buffer)
    if (first && rest !== '') {
      first = false
      if (rest.startsWith('\uFEFF')) rest = rest.slice(1)
    }
    const entries = rest.split(separator)
    rest = entries.pop() ?? ''
    for (const entry of entries) yield* entryOf(entry, separatedByNul)
  }
  yield* entryOf(rest + decoder.end(), separatedByNul)
}

function* entryOf(entry: string, separatedByNul: boolean): Generator<string> {
  const path = separatedByNul ? entry : entry.replace(/\r$/, '')
  if (path.trim() === '' || (!separatedByNul && path.startsWith('#'))) return
  yield path
}
