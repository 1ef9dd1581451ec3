import type { Facts, Tree } from 'flask-dyno'

/**
 * A CI configuration of ours, without what a project that is not ours does not have: a linter or tests that would fail
 * each run until somebody adds them. What is left lints for Heroku, always.
 */
export function fitCi(text: string, tree: Tree, { production, elsewhere, python }: Facts['dependencies']): string {
  const has = (name: string): boolean => production.has(name) || elsewhere.has(name)
  const isLeftOut = (line: string): boolean =>
    (/\bruff (?:check|format)\b/.test(line) && !has('ruff')) || (/\bpytest\b/.test(line) && !has('pytest'))
  const lines = text.split('\n').filter((line) => !isLeftOut(line))
  return lines
    .join('\n')
    .replaceAll('requirements-dev.txt', requirementsFor(tree))
    .replace('[requirements.txt, requirements.txt]', '[requirements.txt]')
    .replace(/python-version-file: \.python-version/, (line) =>
      tree.has('.python-version') ? line : `python-version: "${python.split('.').slice(0, 2).join('.')}"`,
    )
}

/** Where development is described, if anywhere. */
function requirementsFor(tree: Tree): string {
  const names = ['requirements-dev.txt', 'requirements_dev.txt', 'dev-requirements.txt', 'requirements/dev.txt']
  return names.find((name) => tree.has(name)) ?? 'requirements.txt'
}
