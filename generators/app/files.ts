import type { Answers } from './options.ts'

/** One file of the scaffold: a template, where it goes, and for which answers. */
export interface ScaffoldFile {
  readonly template: string
  readonly destination: string
}

/** The kinds of project that install different packages; each has its pins and its lock under templates/. */
export type DependencySet = 'plain' | 'postgres' | 'migrations'

export function dependencySet(answers: Pick<Answers, 'database' | 'migrations'>): DependencySet {
  if (answers.database === 'none') return 'plain'
  return answers.migrations ? 'migrations' : 'postgres'
}

const ALWAYS = [
  '.editorconfig',
  '.env.example',
  '.github/workflows/ci.yml',
  '.python-version',
  '.slugignore',
  'Procfile',
  'README.md',
  'app.json',
  'gunicorn.conf.py',
  'package/__init__.py',
  'package/errors.py',
  'package/health.py',
  'package/settings.py',
  'package/static/style.css',
  'package/templates/base.html',
  'package/templates/error.html',
  'pyproject.toml',
  'tests/conftest.py',
  'tests/test_errors.py',
  'tests/test_settings.py',
  'wsgi.py',
]

const DATABASE = [
  'package/extensions.py',
  'package/models.py',
  'package/notes.py',
  'package/templates/notes.html',
  'tests/test_notes.py',
]

const MIGRATIONS = [
  'migrations/alembic.ini',
  'migrations/env.py',
  'migrations/script.py.mako',
  'migrations/versions/0001_notes.py',
  'tests/test_migrations.py',
]

const NO_MIGRATIONS = ['package/commands.py', 'tests/test_commands.py']

const NO_DATABASE = ['package/greetings.py', 'package/templates/greeting.html', 'tests/test_greetings.py']

const REQUIREMENTS = ['requirements.txt', 'requirements-test.txt', 'requirements-dev.txt']

/** The files for these answers, but for uv.lock, which is no template; paths are relative to the project. */
export function scaffoldFiles(answers: Answers, packageName: string): ScaffoldFile[] {
  const templates = [...ALWAYS]
  if (answers.database === 'postgres') templates.push(...DATABASE, ...(answers.migrations ? MIGRATIONS : NO_MIGRATIONS))
  else templates.push(...NO_DATABASE)
  const files = templates.map((template) => ({
    template,
    destination: template.replace(/^package\//, `${packageName}/`),
  }))
  // npm leaves a file of this name out of a package, and obeys it: https://docs.npmjs.com/cli/configuring-npm/package-json#files
  files.push({ template: '_gitignore', destination: '.gitignore' })
  if (answers.packageManager === 'pip') {
    const set = dependencySet(answers)
    files.push(...REQUIREMENTS.map((file) => ({ template: `pins/${set}/${file}`, destination: file })))
  }
  return files.sort((a, b) => (a.destination < b.destination ? -1 : 1))
}
