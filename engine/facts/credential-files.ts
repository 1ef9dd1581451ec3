/** Which files are looked through for credentials, and how. */
import type { ScanOptions } from './credential-scan.ts'

/** How a file is taken: what it says is used, or only shows how. */
export interface CredentialFile extends ScanOptions {
  readonly role: 'used' | 'test' | 'example'
}

// Sets of words in place of one pattern for all: a pattern of this size takes milliseconds to compile.
const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Folders of others' code, and of what machines make. */
const OTHERS = words(
  'node_modules bower_components site-packages dist-packages vendor third_party godeps .git __pycache__ .tox .idea .venv venv env virtualenv',
)
const MADE = words(
  'package-lock.json npm-shrinkwrap.json pnpm-lock.yaml yarn.lock google-services.json googleservice-info.plist pipfile.lock',
)
const CODE = words('py pyw sh bash bat ps1 sql rb php')
const SETTINGS = words('cfg ini conf toml yml yaml json env properties')
const PROSE = words('txt md rst ipynb sql pub')
const BROWSER = words('html htm jinja jinja2 j2 js jsx ts tsx vue xml')
const KEYS = words('pem key pub')
/** Files of settings that have no ending, or a name that begins with a dot. */
const NAMED = words('credentials id_rsa id_dsa id_ecdsa id_ed25519 .pypirc .netrc .npmrc .boto .s3cfg .pgpass .envrc')
const BARE = words('env ini cfg conf properties yml yaml')

const TEST_FOLDERS = words(
  'test tests testing spec specs __tests__ fixture fixtures mock mocks cassette cassettes testdata test_data e2e cypress',
)
const EXAMPLE_FOLDERS = words(
  'doc docs example examples sample samples documentation .github .circleci .gitlab .travis',
)
const EXAMPLE_FILES = words('.travis.yml .gitlab-ci.yml appveyor.yml circle.yml compose.yml compose.yaml vagrantfile')
const EXAMPLE_MARK =
  /[._-](?:example|sample|template|tmpl|tpl|dist|skel|default)s?(?:\.\w+)?$|^(?:examples?|samples?)[._-]/

/** Null for a file that is not looked at. */
export function credentialFile(path: string): CredentialFile | null {
  const folders = path.toLowerCase().split('/')
  const name = folders.pop() ?? ''
  const dot = name.lastIndexOf('.')
  const extension = dot < 0 ? '' : name.slice(dot + 1)
  const isEnv = name.startsWith('.env') || name.startsWith('.flaskenv')
  const browser = BROWSER.has(extension)
  const looked =
    browser ||
    isEnv ||
    dot < 0 ||
    CODE.has(extension) ||
    SETTINGS.has(extension) ||
    PROSE.has(extension) ||
    KEYS.has(extension) ||
    NAMED.has(name) ||
    name.startsWith('procfile')
  const isMachines = MADE.has(name) || extension === 'lock' || name.endsWith('.min.js')
  const isExample = EXAMPLE_MARK.test(name)
  if ((!looked && !isExample) || isMachines || folders.some((folder) => OTHERS.has(folder))) return null
  return {
    role: isExample || showsHow(folders, name, extension) ? 'example' : isTest(folders, name) ? 'test' : 'used',
    browser,
    python: extension === 'py' || extension === 'pyw',
    bare: isEnv || BARE.has(extension) || NAMED.has(name),
    names: !isExample && !showsHow(folders, name, extension) && !browser && !PROSE.has(extension),
  }
}

const showsHow = (folders: readonly string[], name: string, extension: string): boolean =>
  folders.some((folder) => EXAMPLE_FOLDERS.has(folder)) ||
  extension === 'md' ||
  extension === 'rst' ||
  name.startsWith('readme') ||
  name.startsWith('docker-compose') ||
  EXAMPLE_FILES.has(name)

/** `tests/`, `test_login.py`, `login_test.py`, `conftest.py`, `.env.test`, `config/testing.py`. */
function isTest(folders: readonly string[], name: string): boolean {
  if (folders.some((folder) => TEST_FOLDERS.has(folder))) return true
  const parts = name.split('.')
  const [stem = ''] = parts
  return (
    stem.startsWith('test_') ||
    stem.endsWith('_test') ||
    stem.endsWith('_tests') ||
    stem === 'conftest' ||
    parts.some((part) => part === 'test' || part === 'tests' || part === 'testing' || part === 'spec' || part === 'ci')
  )
}
