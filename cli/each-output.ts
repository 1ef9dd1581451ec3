import { once } from 'node:events'
import { createWriteStream, openSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { refusal, writingTo } from './report-file.ts'

/** Where lines go, no faster than they are taken. */
export interface LineOutput {
  /** Ends when there is room for more. @throws UsageError when nothing can be written there */
  readonly line: (line: string) => Promise<void>
  /** Ends when all is written. */
  readonly end: () => Promise<void>
}

/** A file, which is made anew, or stdout. @throws UsageError */
export function openOutput(file: string | undefined): LineOutput {
  if (file === undefined) return linesTo(process.stdout, 'stdout', false)
  const descriptor = writingTo(file, () => openSync(file, 'w'))
  return linesTo(createWriteStream('', { fd: descriptor }), file, true)
}

function linesTo(stream: Writable, name: string, isOurs: boolean): LineOutput {
  let failure: unknown
  // for stdout, endWithTheReader() has its say, too
  if (isOurs) {
    stream.on('error', (error) => {
      failure = error
    })
  }
  const check = (): void => {
    if (failure !== undefined) throw refusal(name, failure)
  }
  return {
    line: async (line) => {
      check()
      if (stream.write(`${line}\n`)) return
      await once(stream, 'drain').catch(() => {})
      check()
    },
    end: async () => {
      await new Promise<void>((resolve) => {
        if (isOurs) stream.once('close', resolve).end()
        else stream.write('', () => resolve())
      })
      check()
    },
  }
}
