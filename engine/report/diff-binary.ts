/** The patch of a file whose bytes no line of text can show, as `git diff --binary` writes it: https://git-scm.com/docs/diff-format */
import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~'
const LENGTHS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BYTES_A_LINE = 52

/** From the `index` line on. */
export function binaryPatch(before: Uint8Array, after: Uint8Array, mode: string): string {
  return `index ${objectId(before)}..${objectId(after)} ${mode}\nGIT binary patch\n${literal(after)}${literal(before)}`
}

const objectId = (bytes: Uint8Array): string =>
  createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')

function literal(bytes: Uint8Array): string {
  const packed = deflateSync(bytes)
  const lines: string[] = []
  for (let at = 0; at < packed.length; at += BYTES_A_LINE) {
    const part = packed.subarray(at, at + BYTES_A_LINE)
    lines.push(`${LENGTHS.charAt(part.length - 1)}${base85(part)}\n`)
  }
  return `literal ${bytes.length}\n${lines.join('')}\n`
}

/** Four bytes are five digits, the greatest first (git/base85.c). */
function base85(bytes: Uint8Array): string {
  let out = ''
  for (let at = 0; at < bytes.length; at += 4) {
    let value = 0
    for (let i = 0; i < 4; i++) value = value * 256 + (bytes[at + i] ?? 0)
    let digits = ''
    for (let i = 0; i < 5; i++) {
      digits = DIGITS.charAt(value % 85) + digits
      value = Math.floor(value / 85)
    }
    out += digits
  }
  return out
}
