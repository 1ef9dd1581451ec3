import { PACKAGE_MANAGER_FILES } from '../../engine/facts/package-manager.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

interface NearMiss {
  readonly path: string
  readonly message: string
  readonly fix?: Fix
}

/** Spellings that the buildpack itself has met: bin/detect lists most of them. */
const MISSPELT =
  /^(?:requirements?|requeriments?|requirments?|requirememts?|requiremnts?|reqirements?)(?:\.(?:txt|text|text\.txt|txt\.txt|in|md)|)$/i
const PRODUCTION = [
  'production.txt',
  'prod.txt',
  'heroku.txt',
  'base.txt',
  'common.txt',
  'requirements.txt',
  'main.txt',
  'app.txt',
]
/** Folders whose requirements are not those of the app. */
const BESIDE_THE_APP =
  /(?:^|\/)(?:\.[^/]*|docs?|tests?|examples?|samples?|scripts?|tools?|notebooks?|node_modules|site-packages|v?env)\//i

function misspelt(tree: Tree): NearMiss | undefined {
  const path = tree.rootFiles().find((name) => MISSPELT.test(name))
  if (path === undefined) return undefined
  return {
    path,
    message: `Heroku reads requirements.txt under exactly that name, and this file is called ${path}. Rename it.`,
    fix: {
      safety: 'safe',
      description: `rename ${path} to requirements.txt`,
      uncovers: true,
      edits: [{ kind: 'rename', path, to: 'requirements.txt' }],
    },
  }
}

function inRequirementsFolder(tree: Tree): NearMiss | undefined {
  const files = tree.paths.filter((path) => /^requirements\/[^/]+\.(?:txt|in|pip)$/.test(path))
  const named = PRODUCTION.map((name) => `requirements/${name}`).find((name) => files.includes(name))
  const path = named ?? files[0]
  if (path === undefined) return undefined
  return {
    path,
    message: `The requirements are in a folder, and Heroku reads only requirements.txt at the root. Add one that holds "-r ${path}".`,
    fix: {
      safety: 'unsafe',
      description: `write a requirements.txt that includes ${path}`,
      uncovers: true,
      edits: [{ kind: 'create', path: 'requirements.txt', text: `-r ${path}\n` }],
    },
  }
}

function manifestAlone(tree: Tree): NearMiss | undefined {
  const pyproject = tree.read('pyproject.toml')
  if (pyproject !== undefined && /^\[(?:project|tool\.poetry)\]/m.test(pyproject.text)) {
    const poetry = /^\[tool\.poetry\]/m.test(pyproject.text)
    const [command, lock] = poetry ? ['poetry lock', 'poetry.lock'] : ['uv lock', 'uv.lock']
    return {
      path: 'pyproject.toml',
      message: `Heroku does not install from pyproject.toml alone. Run ${command} and commit ${lock}.`,
    }
  }
  if (tree.has('pdm.lock')) {
    return {
      path: 'pdm.lock',
      message: 'Heroku does not know PDM. Run pdm export -o requirements.txt and commit that file, or move to uv.',
    }
  }
  const condaFile = ['environment.yml', 'environment.yaml', 'conda.yml'].find((path) => tree.has(path))
  if (condaFile !== undefined) {
    return { path: condaFile, message: 'Heroku does not know Conda. List what pip is to install in requirements.txt.' }
  }
  return undefined
}

function inSubfolder(tree: Tree): NearMiss | undefined {
  const candidates = tree.paths.filter(
    (path) => !BESIDE_THE_APP.test(path) && PACKAGE_MANAGER_FILES.some((file) => path.endsWith(`/${file.path}`)),
  )
  const depth = (path: string): number => path.split('/').length
  const path = candidates.sort((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1))[0]
  if (path === undefined) return undefined
  const folder = path.slice(0, path.lastIndexOf('/'))
  return {
    path,
    message: `Heroku looks at the root of the repository only, and this file is in ${folder}/. Move it to the root, or deploy ${folder}/ as a repository of its own.`,
  }
}

function setupAlone(tree: Tree): NearMiss | undefined {
  if (!tree.has('setup.py')) return undefined
  return {
    path: 'setup.py',
    message:
      'Heroku does not install from setup.py alone. Add a requirements.txt that holds "--editable ." or the requirements themselves.',
    fix: {
      safety: 'unsafe',
      description: 'write a requirements.txt that installs the project',
      edits: [{ kind: 'create', path: 'requirements.txt', text: '--editable .\n' }],
    },
  }
}

export const packageManagerMissing = defineRule({
  id: 'package-manager-missing',
  stage: 'build',
  level: 'error',
  summary: 'No requirements.txt, Pipfile.lock, poetry.lock or uv.lock at the root of the repository',
  why: 'Heroku decides by one file at the root how to install the dependencies: `requirements.txt` (pip), `Pipfile.lock` (Pipenv), `poetry.lock` (Poetry) or `uv.lock` (uv). The names are case-sensitive and nothing else counts: not `Requirements.txt`, no `requirements/` folder, no `pyproject.toml` or `setup.py` alone, and no file in a subfolder. Without one of the four the push is refused.',
  consequence:
    'The build stops: "Couldn\'t find any supported Python package manager files" (package-manager::none-found).',
  instead:
    'One of the four files at the root, committed. The simplest is a `requirements.txt`:\n\n```\nFlask==3.1.3\ngunicorn==26.2.0\n```',
  fix: {
    safety: 'safe',
    note: 'A misspelt requirements.txt is renamed. For a requirements/ folder or a setup.py a requirements.txt that points there is offered, to be read first.',
  },
  sources: [
    {
      title: 'heroku-buildpack-python: lib/package_manager.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/package_manager.sh',
    },
    { title: 'Heroku Python support', url: 'https://devcenter.heroku.com/articles/python-support' },
  ],
  since: '0.1.0',
  absence: 'packages',
  predicts: ['package-manager::none-found', 'package-manager::setup-py-only'],
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: nobody looks at these files.
    if (plan.container || !usesPythonBuildpack(tree)) return
    // A Pipfile without its lock is refused before anything else is looked for: that is another rule's finding.
    if (dependencies.found.length > 0 || tree.has('Pipfile')) return
    if (tree.isIgnored('requirements.txt')) {
      yield {
        at: { path: tree.has('.gitignore') ? '.gitignore' : 'requirements.txt' },
        message:
          'requirements.txt is ignored by git, so that it never reaches Heroku. Take it out of .gitignore and commit it.',
      }
      return
    }
    const near =
      misspelt(tree) ?? inRequirementsFolder(tree) ?? manifestAlone(tree) ?? inSubfolder(tree) ?? setupAlone(tree)
    if (near === undefined) {
      yield {
        at: { path: 'requirements.txt' },
        message:
          'Nothing at the root says what to install. Add a requirements.txt with Flask, the server and all that the app imports.',
      }
      return
    }
    const { path, message, fix } = near
    const reason = {
      consequence:
        'The build stops: "Implicit setup.py file support has been sunset" (package-manager::setup-py-only).',
    }
    yield { at: { path }, message, ...(tree.has('setup.py') ? reason : {}), ...(fix === undefined ? {} : { fix }) }
  },
})
