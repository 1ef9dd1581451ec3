import { describe, expect, test } from 'vitest'
import { credentialFile } from '../../engine/facts/credential-files.ts'
import { secretKind } from '../../engine/facts/credential-names.ts'
import { scanForCredentials } from '../../engine/facts/credential-scan.ts'
import { isPlaceholder, looksLikePassword, looksRandom } from '../../engine/facts/secret-text.ts'
import { expectNoMoreThanLinear } from '../engine/growth.ts'

// Put together here, so that no scanner takes this file for a leak.
const HEX = ['9f2c41d07be8', '35a6c0f1e2d9', '84b7', 'a613'].join('')
const MIXED = ['k3Vq9Zx', 'T7pLw2N', 'b8RfYd5', 'Hc1MgJe'].join('')

describe('a name that is given a secret', () => {
  test.each([
    ['API_KEY', 'token'],
    ['apikey', 'token'],
    ['weatherApiKey', 'token'],
    ['X-Access-Token', 'token'],
    ['aws_secret_access_key', 'token'],
    ['TWITTER_ACCESS_TOKEN_SECRET', 'token'],
    ['client_secret', 'token'],
    ['JWT_SECRET_KEY', 'token'],
    ['SECRET_KEY', 'token'],
    ['csrf_secret_key', null],
    ['SLACK_BOT_TOKEN_PROD', 'token'],
    ['MAIL_PASSWORD', 'password'],
    ['db_pwd', 'password'],
    ['key', null],
    ['primary_key', null],
    ['PUBLIC_KEY', null],
    ['recaptcha_site_key', null],
    ['TOKEN_URL', null],
    ['AWS_ACCESS_KEY_ID', null],
    ['private_key_id', null],
    ['next_page_token', null],
    ['csrf_token', null],
    ['PASSWORD_MIN_LENGTH', null],
    ['reset_password_token', null],
    ['tokenizer', null],
    ['keyboard', null],
  ])('%s: %s', (name, kind) => {
    expect(secretKind(name)).toBe(kind)
  })
})

describe('a text that was made by a machine', () => {
  const encoded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

  test.each([
    HEX,
    MIXED,
    `${MIXED}+/${HEX}==`,
    '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
    `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: '4711' })}.${MIXED}`,
    encoded({ type: 'service_account', id: MIXED }),
  ])('%s', (text) => {
    expect(looksRandom(text)).toBe(true)
  })

  test.each([
    'short1',
    'your-api-key-123456',
    'xxxxxxxxxxxxxxxxxxxxxx12',
    ['$', '{API_KEY_FROM_ENV_1}'].join(''),
    '<token from dashboard 1>',
    'https://example.com/v1/token2',
    '/run/secrets/api_key_2',
    'config/keys/production2.json',
    'super_secret_token_123',
    'SomeLongCamelCaseName2020',
    'pk_live_51H8xYzAbCdEfGhIjKl',
    'pbkdf2:sha256:600000',
    '2026-11-21T10:00:00',
    '1.2.3.4.5.6.7.8.9',
    'aaaaaaaaaaaaaaaaaaaa1',
    'abcdef1234567890',
    `${encoded({ typ: 'JWT', alg: 'RS256', kid: 'spring-26' })}.`,
    `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded({ sub: '4711' })}.`,
  ])('not %s', (text) => {
    expect(looksRandom(text)).toBe(false)
  })
})

test.each([
  ['Tulip-4Kq9z', true],
  ['blau!Himmel77', true],
  ['password1', false],
  ['Password123!', false],
  ['changeme', false],
  ['postgres', false],
  ['{{ password }}1', false],
  ['a sentence with 3 words', false],
])('as a password %s: %s', (text, secret) => {
  expect(looksLikePassword(text)).toBe(secret)
})

test('an encrypted value says so', () => {
  for (const text of ['ENC[AES256_GCM,data:abc]', '{vault}abc', '$(cat secret)', '%(password)s'])
    expect(isPlaceholder(text)).toBe(true)
})

describe('a file', () => {
  test.each([
    ['app.py', 'used'],
    ['.env', 'used'],
    ['.env.production', 'used'],
    ['config/settings.yml', 'used'],
    ['.env.example', 'example'],
    ['.env-dist', 'example'],
    ['settings.sample.py', 'example'],
    ['README.md', 'example'],
    ['docs/setup.py', 'example'],
    ['.github/workflows/ci.yml', 'example'],
    ['docker-compose.yml', 'example'],
    ['.env.test', 'test'],
    ['tests/conftest.py', 'test'],
    ['app/test_login.py', 'test'],
    ['node_modules/x/index.js', null],
    ['static/jquery.min.js', null],
    ['poetry.lock', null],
    ['logo.png', null],
  ])('%s is %s', (path, role) => {
    expect(credentialFile(path)?.role ?? null).toBe(role)
  })
})

const found = (path: string, text: string): string[] => {
  const options = credentialFile(path)
  return options === null ? [] : scanForCredentials(text, options).map(({ what }) => what)
}

describe("tokens in a service's own form", () => {
  test.each([
    ['AWS access key', `AKIA${'Q3Z7'}${'MEXL2PTV'}${'6RWK'}`],
    ['GitHub token', `ghp_${MIXED}${MIXED.slice(0, 8)}`],
    ['Stripe secret key', `sk_live_${MIXED}`],
    ['SendGrid API key', `SG.${MIXED.slice(0, 22)}.${MIXED}${MIXED.slice(0, 15)}`],
    ['Telegram bot token', `7412345890:AA${MIXED}${MIXED.slice(0, 5)}`],
    ['Mailgun API key', `key-${HEX}`],
    ['Slack token', `xoxb-${'417290385512'}-${'730184629943'}-${MIXED.slice(0, 24)}`],
  ])('%s', (what, token) => {
    expect(found('app.py', `client = Client("${token}")\n`)).toEqual([what])
    expect(found('notes.txt', `${token}\n`)).toEqual([what])
    expect(found('.env', `BILLING=${token}\n`)).toEqual([what])
    expect(found('README.md', `heroku config:set BILLING=${token}\n`)).toEqual([what])
    expect(found('notes.txt', `${MIXED}==${token}\n`)).toEqual([])
  })

  test('the example of a manual is none', () => {
    expect(found('app.py', 'key = "AKIAIOSFODNN7EXAMPLE"\n')).toEqual([])
  })

  test('a key that Google makes for browsers is none where a browser sees it', () => {
    const key = `AIza${MIXED}${MIXED.slice(0, 7)}`
    expect(found('app.py', `maps = Client(key="${key}")`)).toEqual(['Google API key'])
    expect(found('templates/map.html', `<script src="https://maps.example.com/js?key=${key}"></script>`)).toEqual([])
  })
})

describe('values by their name', () => {
  test.each([
    ['app.py', `API_TOKEN = "${HEX}"`],
    ['app.py', `app.config["MAIL_API_KEY"] = '${MIXED}'`],
    ['app.py', `settings = {"client_secret": "${MIXED}"}`],
    ['app.py', `token: str = "${HEX}"`],
    ['app.py', `os.environ.get("PAY_TOKEN", "${MIXED}")`],
    ['app.py', `config("PAY_TOKEN", default="${MIXED}")`],
    ['config.json', `{"access_token": "${MIXED}"}`],
    ['.env', `export PAY_TOKEN=${MIXED}`],
    ['config.yml', `mail:\n  api_key: ${HEX}\n`],
    ['app.py', `requests.get("https://api.example.com/x?apikey=${HEX}")`],
    ['app.py', `headers = {"Authorization": "Bearer ${MIXED}"}`],
  ])('%s: %s', (path, text) => {
    expect(found(path, `${text}\n`)).toHaveLength(1)
  })

  test.each([
    ['app.py', `SECRET_KEY = "${HEX}"`],
    ['app.py', `COMMIT = "${HEX}"`],
    ['app.py', `if token == "${HEX}":`],
    ['app.py', `API_TOKEN = "${HEX}" + suffix`],
    ['app.py', `names = ["token", "${HEX}"]`],
    ['app.py', 'API_TOKEN = os.environ["API_TOKEN"]'],
    ['app.js', `const apiKey = "${HEX}"`],
    ['README.md', `API_TOKEN = "${HEX}"`],
  ])('not in %s: %s', (path, text) => {
    expect(found(path, `${text}\n`)).toEqual([])
  })
})

describe('passwords in addresses', () => {
  test.each([
    [`postgresql://shop:${MIXED}@db-7.shop-hosting.net:5432/shop`, true],
    [`mongodb+srv://shop:${MIXED}@cluster0.ab1cd.mongodb.net/shop`, true],
    ['mongodb+srv://shop:shop1234@cluster0.ab1cd.mongodb.net/shop', true],
    ['postgresql://shop:qWmTzPLkRbXvNcHJsDfG@db-7.shop-hosting.net/shop', true],
    ['postgresql://shop:MyLittlePonyIsHere@db-7.shop-hosting.net/shop', false],
    ['mongodb+srv://shop:mypassword@cluster0.ab1cd.mongodb.net/shop', false],
    [`dbname=shop user=shop password=${MIXED} host=db-7.shop-hosting.net`, true],
    [`dbname=shop user=shop password=${MIXED} host=localhost`, false],
    ['postgresql://shop:shop@db-7.shop-hosting.net/shop', false],
    ['postgresql://user:password@db-7.shop-hosting.net/shop', false],
    [`postgresql://shop:${MIXED}@localhost/shop`, false],
    [`redis://default:${MIXED}@redis:6379/0`, false],
    ['postgresql://{user}:{password}@db-7.shop-hosting.net/shop', false],
    ['postgresql://shop:$DB_PASSWORD@db-7.shop-hosting.net/shop', false],
    [`https://user:${MIXED}@www.example.com/`, false],
  ])('%s: %s', (address, secret) => {
    const what = address.startsWith('dbname') ? 'database password' : 'password in an address'
    expect(found('app.py', `URL = "${address}"\n`)).toEqual(secret ? [what] : [])
  })
})

test.each<readonly [string, (amount: number) => string]>([
  ['one word', (amount) => 'a'.repeat(amount)],
  ['names of tokens', (amount) => 'token='.repeat(amount / 7)],
  ['heads of keys', (amount) => `${'-----BEGIN PRIVATE'} KEY-----`.repeat(amount / 26)],
  ['addresses', (amount) => 'http://a:'.repeat(amount / 10)],
  ['keys of JSON', (amount) => '"secret": '.repeat(amount / 10)],
  ['calls', (amount) => 'LineBotApi(linebot'.repeat(amount / 20)],
  ['long values', (amount) => `API_TOKEN = "${'ab'.repeat(250)}A1-"\n`.repeat(amount / 2000)],
  ['long paths', (amount) => `API_TOKEN = "${'a/b.'.repeat(120)}1"\n`.repeat(amount / 2000)],
])('no text can make the search run long: %s', (_, text) => {
  expectNoMoreThanLinear((amount) => found('app.py', text(amount)), 400_000)
})
