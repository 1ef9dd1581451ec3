/** Text files as people's editors write them. */
import { isUtf8 } from 'node:buffer'

export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be' | 'latin1'

/** One file, decoded. Offsets into `text` are what places and edits count in. A byte-order mark is not part of `text`. */
export interface TextFile {
  readonly path: string
  readonly text: string
  /** `latin1` is what remains when the bytes are not valid UTF-8. */
  readonly encoding: Encoding
  readonly newline: '\n' | '\r\n'
}

/** Decodes what a person's editor would have written: UTF-8, UTF-16 with a byte-order mark, else Latin-1; undefined for binary. */
export function decode(path: string, bytes: Uint8Array): TextFile | undefined {
  let encoding: Encoding = 'utf-8'
  let text: string
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    encoding = 'utf-16le'
    text = new TextDecoder('utf-16le').decode(bytes)
  } else if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    encoding = 'utf-16be'
    text = new TextDecoder('utf-16be').decode(bytes)
  } else {
    if (bytes.includes(0)) return undefined
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (!isUtf8(buffer)) {
      // Not UTF-8: every byte is a character in Latin-1, so that positions and edits still work.
      text = buffer.toString('latin1')
      encoding = 'latin1'
    } else if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
      text = buffer.toString('utf8', 3)
      encoding = 'utf-8-bom'
    } else text = buffer.toString('utf8')
  }
  return { path, text, encoding, newline: text.includes('\r\n') ? '\r\n' : '\n' }
}

/** The bytes that `decode` would read back as this text. */
export function encode(text: string, encoding: Encoding): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8')
    case 'utf-8-bom':
      return Buffer.from(`\uFEFF${text}`, 'utf8')
    case 'utf-16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le')
    case 'utf-16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()
    case 'latin1':
      return Buffer.from(text, 'latin1')
  }
}
