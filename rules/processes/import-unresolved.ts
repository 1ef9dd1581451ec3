import type { FindingDraft, Fix } from '../../engine/finding.ts'
import { type AbsentImport, type AbsentModuleFault, absentImports } from '../../engine/plan/absent-modules.ts'
import { importConsequence } from '../../engine/plan/imports.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const importUnresolved = defineRule({
  id: 'import-unresolved',
  stage: 'processes',
  level: 'error',
  summary: 'Production code imports a module that neither the repository nor Python has',
  why: "The dyno holds what git holds. A `config.py` that `.gitignore` keeps back is not there. Linux tells `Models.py` from `models.py`, which macOS and Windows do not. Python 3 looks for `import models` at the root of the app and not beside the importing file, and it has no `urlparse` or `StringIO` any more.\n\nThe rule speaks only where the file, the line of `.gitignore` or the list of Python's modules proves it.",
  consequence:
    'The process stops at its start with `ModuleNotFoundError` or `ImportError`, and requests get H10 (App crashed).',
  instead:
    'Import modules of the app by their whole name, in the case of their files, and read secrets from config vars in place of a file that is not committed:\n\n```python\nimport os\n\nfrom shop.models import Note\n\napi_key = os.environ["API_KEY"]\n```',
  fix: {
    safety: 'safe',
    note: 'writes the whole name of a module that lies beside the importing one, and the case of its file; a module that took the place of one of Python 2 is offered, to be read first',
  },
  sources: [
    { title: 'Python: the import system', url: 'https://docs.python.org/3/reference/import.html' },
    { title: 'Python: what changed from 2 to 3', url: 'https://docs.python.org/3/howto/pyporting.html' },
    { title: 'Configuration and config vars', url: 'https://devcenter.heroku.com/articles/config-vars' },
    { title: 'Heroku error codes: H10', url: 'https://devcenter.heroku.com/articles/error-codes#h10-app-crashed' },
  ],
  since: '0.1.0',
  absence: 'place',
  needs: ['plan', 'dependencies'],
  check: ({ plan, dependencies }) => {
    if (plan.container) return []
    const seen = new Set<string>()
    return absentImports(plan, dependencies).flatMap((absent): FindingDraft[] => {
      const { found, fault } = absent
      const key = keyOf(absent)
      if (seen.has(key)) return []
      seen.add(key)
      const fix = fixOf(absent, plan.modules.tree.read(found.at.path)?.text ?? '')
      return [
        {
          at: found.at,
          message: messageOf(found.name, fault),
          ...importConsequence(plan, found),
          related: trailTo(found, found.at),
          ...(fix ? { fix } : {}),
        },
      ]
    })
  },
})

/** One finding a module, however often it is imported; relative imports are one fault a file. */
function keyOf({ found, fault }: AbsentImport): string {
  if (fault.kind === 'no-package') return `package:${found.at.path}`
  if (fault.kind === 'ignored') return `ignored:${fault.path}`
  return `${fault.kind}:${found.name}`
}

function messageOf(name: string, fault: AbsentModuleFault): string {
  switch (fault.kind) {
    case 'no-package':
      return 'A relative import needs a package, and this file is started or imported on its own. Name the module without the leading dot.'
    case 'gone': {
      const { why, version, instead } = fault.gone
      const since =
        why === 'python 2' ? `\`${name}\` is a module of Python 2` : `Python ${version} took \`${name}\` out`
      return `${since}. ${instead === null ? 'Do without it.' : `Use \`${instead}\` in its place.`}`
    }
    case 'moved':
      return `\`${fault.module}\` was taken out of ${fault.distribution} ${fault.version}. Import ${fault.instead}.`
    case 'case':
      return `\`${name}\` is not there: the file is called ${fault.path}, and a dyno tells upper from lower case. Write both alike.`
    case 'implicit-relative':
      return `\`${name}\` is looked for at the root of the app, and it lies in ${fault.path}. Write \`${fault.module}\`.`
    case 'ignored':
      return `\`${name}\` is not in the repository: .gitignore keeps ${fault.path} back. Commit it without its secrets, and read these from config vars.`
    case 'no-submodule':
      return `${fault.owner} has no module \`${name}\`. Commit the file, or import what is there.`
    case 'no-name':
      return `Nothing in ${fault.path} is called \`${fault.attribute}\`. Import a name that it has.`
  }
}

function fixOf({ found, fault }: AbsentImport, text: string): Fix | null {
  const { start, end, path } = found.at
  if (fault.kind === 'case' || (fault.kind === 'gone' && fault.gone.instead !== null)) {
    const name = fault.kind === 'case' ? inRightCase(found.name, fault.path) : (fault.gone.instead ?? '')
    if (start === undefined || end === undefined || text.slice(start, end) !== found.name || name === '') return null
    // `import Queue` binds that name, which the code goes on using
    const bound = found.isFrom ? '' : /^\s+as\s/.test(text.slice(end)) ? '' : ` as ${found.name}`
    if (bound.includes('.')) return null
    return {
      // a module that took another's place may lack one of its names
      safety: fault.kind === 'case' ? 'safe' : 'unsafe',
      description: `import ${name}`,
      // the program stopped there, and what it does behind that was not looked at
      uncovers: true,
      edits: [{ kind: 'text', path, start, end, text: `${name}${bound}` }],
    }
  }
  if (fault.kind !== 'implicit-relative' || start === undefined || end === undefined) return null
  // `import models` binds the name `models`; only `from models import …` can take the longer name as it is
  if (end - start !== found.name.length || !found.isFrom) return null
  const whole = `${fault.module}${found.name.slice(found.name.split('.')[0]?.length ?? 0)}`
  return {
    safety: 'safe',
    description: `import ${whole}`,
    uncovers: true,
    edits: [{ kind: 'text', path, start, end, text: whole }],
  }
}

/** `Shop.Models` for a file shop/models.py; empty where the two differ in more than case. */
function inRightCase(name: string, path: string): string {
  const file = path.replace(/(?:\/__init__)?\.py$/, '').split('/')
  const steps = name.split('.')
  const right = [...file.slice(-1), ...steps.slice(1)].join('.')
  return right.toLowerCase() === name.toLowerCase() ? right : ''
}
