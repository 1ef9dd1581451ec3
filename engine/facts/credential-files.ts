/** Which files are looked through for credentials, and how. */
import type { ScanOptions } from './credential-scan.ts'

/** How a file is taken: what it says is used, or only shows how. */
export interface CredentialFile extends ScanOptions {
  readonly role: 'used' | 'test' | 'example'
}

/** Others' code, and what is made by machines. */
const SKIPPED =
  /(?:^|\/)(?:node_modules|bower_components|site-packages|dist-packages|vendor|third_party|Godeps|\.git|__pycache__|\.tox|\.idea|\.venv|venv|env|virtualenv)\/|\.min\.(?:js|css)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|[^/]*\.lock|Pipfile\.lock|google-services\.json|GoogleService-Info\.plist)$|\.enc$|\.map$/i
const LOOKED_AT =
  /\.(?:py|pyw|cfg|ini|conf|toml|ya?ml|json|sh|bash|bat|ps1|env|properties|txt|md|rst|html?|jinja2?|j2|js|jsx|ts|tsx|vue|ipynb|pem|key|pub|xml|sql|rb|php)$|(?:^|\/)(?:\.(?:env|flaskenv|envrc|pypirc|netrc|npmrc|boto|s3cfg|pgpass)[^/]*|[^/.]+|id_(?:rsa|dsa|ecdsa|ed25519)|credentials|Procfile[^/]*)$/i
const TEST =
  /(?:^|\/)(?:tests?|testing|specs?|__tests__|fixtures?|mocks?|cassettes?|testdata|test_data|e2e|cypress)\/|(?:^|\/)(?:test_[^/]*|[^/]*_tests?|conftest|tests?)\.\w+$|(?:^|[./])(?:test|testing|ci)(?:\.\w+)?$|\.(?:spec|test)\.[jt]sx?$/i
const EXAMPLE =
  /(?:^|\/)(?:docs?|examples?|samples?|documentation|\.github|\.circleci|\.gitlab|\.travis)\/|(?:^|\/)(?:README|CHANGELOG|CONTRIBUTING)[^/]*$|\.(?:md|rst)$|(?:^|\/)(?:\.travis\.yml|\.gitlab-ci\.yml|appveyor\.yml|circle\.yml|docker-compose[^/]*|compose\.ya?ml|Vagrantfile)$|[._-](?:example|sample|template|tmpl|tpl|dist|skel|default)s?(?:\.\w+)?$|(?:^|\/)(?:examples?|samples?)[._-]/i
const BROWSER = /\.(?:html?|jinja2?|j2|jsx?|tsx?|vue|xml)$/i
const BARE =
  /(?:^|\/)\.(?:env|flaskenv|envrc|pypirc|npmrc|boto|s3cfg)[^/]*$|\.(?:env|ini|cfg|conf|properties|ya?ml)$|(?:^|\/)credentials$/i

/** Null for a file that is not looked at. */
export function credentialFile(path: string): CredentialFile | null {
  if (SKIPPED.test(path) || !LOOKED_AT.test(path)) return null
  const role = EXAMPLE.test(path) ? 'example' : TEST.test(path) ? 'test' : 'used'
  const browser = BROWSER.test(path)
  const python = /\.pyw?$/i.test(path)
  const prose = /\.(?:txt|md|rst|ipynb|sql|pub)$/i.test(path)
  return { role, browser, python, bare: BARE.test(path), names: role !== 'example' && !browser && !prose }
}
