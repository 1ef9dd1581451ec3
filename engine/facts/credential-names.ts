/** Names by which code and settings call a secret. */

export type SecretKind = 'token' | 'password'

const TOKEN_NAME =
  /(?:^|_)(?:\w*secret|\w*token|\w*api_?key|\w*_key_secret|(?:secret|access|auth|account|private|consumer|signing|encryption|encrypt|service|subscription|master|shared|app|license|c|s)_?key)$/
const PASSWORD_NAME = /(?:^|_)(?:\w*passw(?:or)?d|pwd|\w*_pwd|passphrase|passwort|\w*_pass|pass)$/
/** Endings that say which of several it is. */
const SUFFIX = /_(?:value|str|string|prod|production|live|main|default|v?\d+)$/
/** No secret although the name ends like one. */
const INNOCENT =
  /csrf|xsrf|(?:^|_)(?:public|publishable|anon|site|next|page|cancel(?:lation)?|pad|eos|bos|unk|cls|sep|mask|start|end|stop|sort|primary|foreign|partition|cache|session|cookie|dict|hash|row|group|lookup|translation)_?(?:token|key|secret)|forgot|reset_|confirm|verify_token|access_key_id$/

/** Flask's own key has rules of its own. */
export const isFlaskSecretKey = (name: string): boolean =>
  /^(?:app_?|flask_|application_|config_)?secret_key$/.test(plainName(name))

/** What a name stands for; null where it is no secret. */
export function secretKind(name: string): SecretKind | null {
  const plain = plainName(name).replace(SUFFIX, '')
  if (INNOCENT.test(plain)) return null
  if (PASSWORD_NAME.test(plain)) return 'password'
  return TOKEN_NAME.test(plain) ? 'token' : null
}

/** `accessToken`, `X-Access-Token`, `ACCESS_TOKEN`: all `access_token`. */
function plainName(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .replace(/[.\- ]+/g, '_')
    .toLowerCase()
    .replace(/^_+|_+$/g, '')
}
