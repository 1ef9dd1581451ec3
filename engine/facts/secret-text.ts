/** Is a text a secret, or does it only stand where one belongs? Nothing here knows where the text was found. */

/** Bits for each character (Shannon), as gitleaks and detect-secrets measure it. */
export function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) {
    const share = count / text.length
    bits -= share * Math.log2(share)
  }
  return bits
}

/** Words that people write where a secret belongs. The short ones turn up in random texts by chance. */
const SHORT_WORDS =
  /your|test|demo|fake|foo|bar|xxx|key|here|none|null|local|dev|admin|root|user|pass|guess|super|enter|goes|todo|abc|qwe|asd|123456|hello|postgres|mysql/i
const LONG_WORDS =
  /example|sample|placeholder|change|replace|insert|dummy|default|secret|password|passw0rd|redacted|hidden|undefined|x{4}|\*{3}|\.{3}|12345|abcde|token|public|whatever|something/i
/** Holes that somebody or something fills in. */
const HOLES = /[{}<>]|\$[({A-Za-z]|%[(A-Za-z]|\bENC\[|^enc:|^vault:|\bos\.|^!|^env[:.]/i
const REPEATS = /(.)\1{4}/

/** A text that says itself that it is no secret: a word to be replaced, a hole, an encrypted value. */
export function isPlaceholder(text: string): boolean {
  if (HOLES.test(text) || REPEATS.test(text) || LONG_WORDS.test(text)) return true
  return text.length < 24 && SHORT_WORDS.test(text)
}

/** What looks random without being secret: paths, addresses, names, dates, hashes, colours. */
const INNOCENT: readonly RegExp[] = [
  /^[a-z][a-z\d+.-]*:\/\//i, // an address
  /^\.{0,2}\/|^[A-Za-z]:\\|^~/, // a path
  /^[\w-]+(?:\/[\w.-]+)+\.\w{1,5}$/, // a path below here
  /\.(?:py|json|pem|key|crt|txt|html?|js|css|png|jpe?g|ya?ml|csv|db|com|org|net|io)$/i, // a file, a host
  /^[\w.+-]+@[\w-]+\.[\w.]+$/, // an e-mail address
  /^(?:pbkdf2|scrypt|argon2|sha\d+|md5|bcrypt)\b|^\$(?:2[aby]|argon2\w*|5|6|pbkdf2)/i, // a hash of a password
  /^-----BEGIN (?:CERTIFICATE|(?:RSA )?PUBLIC KEY|ENCRYPTED|PGP (?:PUBLIC|MESSAGE))/,
  /^ssh-(?:rsa|ed25519|dss) /, // a public key
  /^\d{4}-\d{2}-\d{2}/, // a date
  /^v?\d+(?:\.\d+)+/, // a version
  /^#[0-9a-f]{3,8}$/i, // a colour
  /^(?:pk|pub|pub-c|pubkey|site)[._-]/i, // what a service itself calls public
  /^[a-z]+\d{0,4}(?:[-_. ][a-z]+\d{0,4})*[-_. ]?\d{0,4}$/i, // words
]

/** wordsInCamelCase2020: no capital stands before anything but a small letter. */
const isCamelCase = (text: string): boolean => /^[A-Za-z]+\d{0,4}$/.test(text) && !/[A-Z](?![a-z])/.test(text)

/** The header of a JSON Web Token, with claims perhaps: what nobody signed opens nothing (https://www.rfc-editor.org/rfc/rfc7515#section-7.1). */
function isUnsigned(text: string): boolean {
  const [header = '', , signature = ''] = text.split('.')
  if (signature !== '' || !header.startsWith('eyJ')) return false
  return /"alg"\s*:/.test(Buffer.from(header, 'base64url').toString('latin1'))
}

const looksInnocent = (text: string): boolean =>
  isCamelCase(text) || isUnsigned(text) || INNOCENT.some((pattern) => pattern.test(text))

/** Characters that tokens are made of: letters and digits, those of base64, and a few that join parts. */
const TOKEN = /^[\w+/=.~:|-]+$/

/** A text that was made by a machine and means nothing but itself: a key or a token. */
export function looksRandom(text: string): boolean {
  if (text.length < 12 || text.length > 600 || !TOKEN.test(text)) return false
  if (!/\d/.test(text) || !/[A-Za-z]/.test(text)) return false
  if (isPlaceholder(text) || looksInnocent(text)) return false
  const alphabet = /^[0-9a-f-]+$/i.test(text) ? 16 : 64
  const most = Math.min(Math.log2(text.length), Math.log2(alphabet))
  return entropy(text) >= Math.min(alphabet === 16 ? 3 : 3.5, most * 0.8)
}

/** Google's app passwords: four times four letters (https://support.google.com/accounts/answer/185833). */
const APP_PASSWORD = /^[a-z]{4}(?: [a-z]{4}){3}$/

const SAYS_SO =
  /your|example|placeholder|change.?me|replace|redacted|hidden|enter|insert|\*{2}|\.{3}|x{4}|^(?:my|db|e?mail|gmail|smtp|app|the)?[_-]?(?:pass(?:word|wd|code|phrase)?|pwd|secret|p[@a]ssw[0o]rd)[_-]?\d{0,4}!?$/i

/**
 * A text where only a password can stand: what follows the user in the address of a server, what a mail server is given.
 * Weak ones count, too; those that say of themselves that they are none do not.
 */
export function isChosen(text: string): boolean {
  if (APP_PASSWORD.test(text) || (/^[a-z]{16}$/.test(text) && entropy(text) >= 3 && !SAYS_SO.test(text))) return true
  if (text.length < 6 || text.length > 200 || /\s/.test(text)) return false
  if (HOLES.test(text) || REPEATS.test(text) || SAYS_SO.test(text) || /^[A-Z_]+$/.test(text)) return false
  if (/[^A-Za-z_-]/.test(text)) return /[A-Za-z\d]/.test(text)
  // letters alone, but no words: what a provider made up
  return text.length >= 12 && /[a-z]/.test(text) && /[A-Z]/.test(text) && !isCamelCase(text.replace(/[_-]/g, ''))
}

/** A text that a person may have chosen as a password: letters with digits or signs, and none of the well-known words. */
export function looksLikePassword(text: string): boolean {
  if (APP_PASSWORD.test(text)) return true
  if (text.length < 8 || text.length > 100 || /\s/.test(text)) return false
  if (isPlaceholder(text) || looksInnocent(text)) return false
  const classes = [/[a-z]/, /[A-Z]/, /\d/, /[^\w\s]/].filter((pattern) => pattern.test(text)).length
  return classes >= 2 && /[A-Za-z]/.test(text) && entropy(text) >= 2.75
}
