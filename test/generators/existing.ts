import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { lint, workingTree } from '../../cli/api.ts'
import { builtGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

export const APP = `from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "hello"
`

export const FACTORY = `from flask import Flask


def create_app():
    app = Flask(__name__)

    @app.route("/")
    def home():
        return "hello"

    return app
`

/** Nothing is wrong with it. */
export const READY = {
  'app.py': APP,
  Procfile: 'web: gunicorn app:app\n',
  'requirements.txt': 'Flask==3.1.3\ngunicorn==27.0.1\n',
  '.python-version': '3.13\n',
}

/** Without a Procfile and a server. */
export const UNSERVED = { 'app.py': APP, 'requirements.txt': 'Flask==3.1.3\n', '.python-version': '3.13\n' }

export type Files = Readonly<Record<string, string>>

/** A project that this generator did not make, and `adopt` in it as a process. */
export class Existing {
  readonly root: string
  readonly #tools: string

  private constructor(root: string, tools: string) {
    this.root = root
    this.#tools = tools
  }

  /** A project of these files, all of them committed. */
  static async of(files: Files): Promise<Existing> {
    const root = join(temporary('existing'), 'shop')
    // The tools of lock files are those that a test says, whatever this computer has.
    const tools = temporary('tools')
    symlinkSync(process.execPath, join(tools, 'node'))
    for (const name of ['git', 'sh', 'sed', 'cat']) symlinkSync(await which(name), join(tools, name))
    const project = new Existing(root, tools)
    for (const [path, text] of Object.entries(files)) project.write(path, text)
    await project.git('init', '--quiet')
    await project.git('add', '--all')
    await project.git('commit', '--quiet', '--message', 'as it is')
    return project
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true })
    writeFileSync(join(this.root, path), text)
  }

  /** A program that the project finds under this name: a script for `sh`. */
  tool(name: string, script: string): void {
    const path = join(this.#tools, name)
    writeFileSync(path, `#!/bin/sh\n${script}\n`)
    chmodSync(path, 0o755)
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  async git(...args: string[]): Promise<string> {
    const as = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
    return (await execa('git', [...as, ...args], { cwd: this.root })).stdout
  }

  /** The paths that differ from what was committed, as `git status` lists them. */
  async changed(): Promise<string[]> {
    return (await this.git('status', '--porcelain', '--untracked-files=all')).split('\n').filter((line) => line !== '')
  }

  async adopt(...flags: string[]) {
    const { exitCode, stdout, stderr, all } = await execa(
      process.execPath,
      [await builtGenerator(), 'adopt', ...flags],
      {
        cwd: this.root,
        env: { ...process.env, PATH: this.#tools },
        extendEnv: false,
        input: '',
        reject: false,
        all: true,
        stripFinalNewline: false,
      },
    )
    return { status: exitCode, diff: stdout, said: stderr, output: all }
  }

  /** The rules that still speak of the project, by level. */
  async errors(): Promise<string[]> {
    const { findings } = await lint(workingTree(this.root))
    return findings.filter(({ level }) => level === 'error').map(({ rule }) => rule)
  }
}

async function which(program: string): Promise<string> {
  return (await execa('which', [program])).stdout
}
