/** File contents that git keeps. */
import { git } from './git-process.ts'

/** Contents are read at once for files of these names; others one by one when asked for. */
const READ_AT_ONCE =
  /(^|\/)(\.[\w.-]+|[^./]+|[^/]*\.(py|txt|in|toml|lock|cfg|ini|conf|json|ya?ml|sh|env\w*|bash|rtf|md))$/i

/** Is a file of this name one that rules are likely to look at? */
export const isReadAtOnce = (path: string): boolean => READ_AT_ONCE.test(path)

/**
 * The contents of the blobs that are there, by one `git cat-file --batch`: `oid type size LF content LF` for each, or
 * `oid missing LF`. In a partial clone git stops at the first that is not there.
 */
export function readBlobs(root: string, oids: readonly string[]): Map<string, Buffer> {
  const contents = new Map<string, Buffer>()
  if (oids.length === 0) return contents
  const { stdout } = git(root, ['cat-file', '--batch'], `${oids.join('\n')}\n`)
  for (let at = 0; at < stdout.length; ) {
    const end = stdout.indexOf(10, at)
    if (end < 0) break
    const [oid = '', type, size = ''] = stdout.toString('latin1', at, end).split(' ')
    if (type !== 'blob') {
      at = end + 1
      continue
    }
    const start = end + 1
    at = start + Number(size)
    contents.set(oid, stdout.subarray(start, at))
    at += 1
  }
  return contents
}
