import type { Answers } from './options.ts'

/** What a reader of the project does with its package manager. */
export interface PackageManager {
  /** Its name, and where it is explained, unless it comes with Python. */
  readonly tool?: { readonly name: string; readonly url: string }
  /** The files that say what is installed. */
  readonly files: readonly string[]
  /** What those files are for, as a line of a table. */
  readonly explained: string
  /** Installs everything on the reader's computer, one command a line. */
  readonly install: readonly string[]
  /** Stands before a command of the project's environment. */
  readonly run: string
}

export const PACKAGE_MANAGERS: Readonly<Record<Answers['packageManager'], PackageManager>> = {
  pip: {
    files: ['requirements.txt'],
    explained: 'what a dyno installs; `-test.txt` is for Heroku CI too, `-dev.txt` for this computer',
    install: ['python3 -m venv .venv', '. .venv/bin/activate', 'pip install -r requirements-dev.txt'],
    run: '',
  },
  uv: {
    tool: { name: 'uv', url: 'https://docs.astral.sh/uv/' },
    files: ['pyproject.toml', 'uv.lock'],
    explained: 'what is installed: `uv add`, `uv lock --upgrade`',
    install: ['uv sync'],
    run: 'uv run ',
  },
  poetry: {
    tool: { name: 'Poetry', url: 'https://python-poetry.org/docs/' },
    files: ['pyproject.toml', 'poetry.lock'],
    explained: 'what is installed: `poetry add`, `poetry update`',
    install: ['poetry install'],
    run: 'poetry run ',
  },
  pipenv: {
    tool: { name: 'Pipenv', url: 'https://pipenv.pypa.io/' },
    files: ['Pipfile', 'Pipfile.lock'],
    explained: 'what is installed: `pipenv install NAME`, `pipenv update`',
    // Exactly what the lock says; `pipenv install` may lock anew. https://pipenv.pypa.io/en/latest/commands.html#sync
    install: ['pipenv sync --dev'],
    run: 'pipenv run ',
  },
}
