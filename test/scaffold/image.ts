import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { instructions } from '../../engine/facts/dockerfile-instructions.ts'
import { temporary } from './temporary.ts'

/** What a Dockerfile of ours comes to, with its absolute folders (/venv, /app) below a folder of the test. */
export interface Image {
  readonly workdir: string
  readonly environment: Readonly<Record<string, string>>
  readonly user: string
  readonly cmd: readonly string[]
  /** The commands that were left out, since they belong to the operating system of the image. */
  readonly leftOut: readonly string[]
}

/** What only an image has. The hosts of these tests bring curl, and the test itself takes the place of the user. */
const OF_THE_SYSTEM = /^(?:apt-get|useradd) /

/**
 * Follows a Dockerfile by hand where there is no Docker: FROM, ENV, RUN, WORKDIR, COPY, USER and CMD as
 * https://docs.docker.com/reference/dockerfile/ says, with this Python in place of the base image's. Anything else is an error.
 */
export async function followDockerfile(project: string, python: string): Promise<Image> {
  const context = buildContext(project)
  const stages = new Map<string, Stage>()
  let stage: Stage | undefined
  const all = instructions(readFileSync(join(context, 'Dockerfile'), 'utf8'))
  for (const [index, { name, text }] of all.entries()) {
    const words = text.trim()
    if (name === 'FROM') {
      const rest = all.slice(index + 1)
      const next = rest.findIndex((each) => each.name === 'FROM')
      const own = next < 0 ? rest : rest.slice(0, next)
      stage = await Stage.from(
        python,
        own.some((each) => each.name === 'RUN' && each.text.trim().startsWith('pip ')),
      )
      const alias = / AS (\S+)$/i.exec(words)?.[1]
      if (alias !== undefined) stages.set(alias, stage)
      continue
    }
    if (stage === undefined) throw new Error(`${name} before FROM`)
    await stage.follow(name, words, context, stages)
  }
  if (stage === undefined) throw new Error('no FROM')
  return stage.image()
}

/** The project as the builder gets it: https://docs.docker.com/build/concepts/context/#dockerignore-files */
function buildContext(project: string): string {
  const context = temporary('context')
  cpSync(project, context, { recursive: true })
  const patterns = readFileSync(join(project, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  for (const pattern of patterns) {
    // A path from the root, unless it says otherwise.
    if (!pattern.startsWith('**/') && pattern !== 'Dockerfile' && pattern !== '.dockerignore')
      rmSync(join(context, pattern), { recursive: true, force: true })
  }
  return context
}

/** How this computer reaches package indexes, which a builder's network would know by itself. */
const NETWORK = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /_proxy$|_cert|_ca_bundle$|^pip_|^uv_/i.test(name)),
  ),
  POETRY_PYPI_MIRROR_URL: 'https://pypi.org/simple/',
}

class Stage {
  readonly #root = temporary('stage')
  readonly #environment: Record<string, string>
  readonly #leftOut: string[] = []
  #workdir = '/'
  #user = 'root'
  #cmd: readonly string[] = []

  private constructor(bin: string) {
    this.#environment = { PATH: `${bin}:/usr/bin:/bin` }
  }

  /** A base image has its Python; what uses pip there needs an environment of its own here. */
  static async from(python: string, withPip: boolean): Promise<Stage> {
    const base = temporary('base')
    if (withPip) {
      await execa(python, ['-m', 'venv', base])
      return new Stage(join(base, 'bin'))
    }
    const { stdout } = await execa(python, ['-c', 'import sys; print(sys.executable)'])
    symlinkSync(stdout, join(base, 'python'))
    return new Stage(base)
  }

  async follow(name: string, words: string, context: string, stages: ReadonlyMap<string, Stage>): Promise<void> {
    switch (name) {
      case 'ENV':
        for (const [, key = '', value = ''] of words.matchAll(/([A-Z_]+)=("[^"]*"|\S+)/g))
          this.#environment[key] = this.#here(
            value.replaceAll('"', '').replace(/\$(\w+)/g, (_, other: string) => this.#environment[other] ?? ''),
          )
        return
      case 'WORKDIR':
        this.#workdir = words
        mkdirSync(this.#path(words), { recursive: true })
        return
      case 'RUN':
        await this.#run(words.replace(/\\\n\s*/g, ' '))
        return
      case 'COPY': {
        const from = /^--from=(\S+) /.exec(words)?.[1]
        const source = from === undefined ? undefined : stages.get(from)
        if (from !== undefined && source === undefined) throw new Error(`no stage ${from}`)
        const paths = words.replace(/^--from=\S+ /, '').split(/\s+/)
        const target = this.#path(paths.pop() ?? '')
        for (const path of paths) {
          const into = path === '.' || source !== undefined ? target : join(target, path)
          mkdirSync(dirname(into), { recursive: true })
          if (source === undefined) cpSync(join(context, path), into, { recursive: true })
          else await this.#take(source, source.#path(path), into)
        }
        return
      }
      case 'USER':
        this.#user = words
        return
      case 'CMD':
        this.#cmd = JSON.parse(words) as string[]
        return
      default:
        throw new Error(`no instruction of ours: ${name}`)
    }
  }

  /** Moves what a stage made that is of no more use: a copy of a whole environment would take long to make and to remove. */
  async #take(source: Stage, from: string, to: string): Promise<void> {
    renameSync(from, to)
    // Programs of a virtual environment name its Python by the absolute path, which here differs by stage.
    await execa('sed', ['-i', `1s#${source.#root}#${this.#root}#`, ...(await programs(to))])
  }

  image(): Image {
    return {
      workdir: this.#path(this.#workdir),
      environment: this.#environment,
      user: this.#user,
      cmd: this.#cmd,
      leftOut: this.#leftOut,
    }
  }

  async #run(command: string): Promise<void> {
    if (OF_THE_SYSTEM.test(command)) {
      this.#leftOut.push(command)
      return
    }
    // So that Poetry gets along with an index that gives out pages and no JSON: by a mirror that is PyPI itself.
    const installed = command.replace(/^pip install .*\bpoetry==\S+/, '$& poetry-plugin-pypi-mirror==0.6.5')
    await execa('/bin/sh', ['-c', this.#here(installed)], {
      cwd: this.#path(this.#workdir),
      env: { ...NETWORK, ...this.#environment, HOME: this.#root },
      extendEnv: false,
    })
  }

  /** An absolute path of the image, as it is on this computer; others are relative to the working directory. */
  #path(path: string): string {
    return path.startsWith('/') ? join(this.#root, path) : join(this.#root, this.#workdir, path)
  }

  #here(text: string): string {
    return text.replace(/(^|[\s:=])(?=\/(?:venv|app|packages)\b)/g, `$1${this.#root}`)
  }
}

async function programs(environment: string): Promise<string[]> {
  const { stdout } = await execa('grep', [
    '--files-with-matches',
    '--recursive',
    '--binary-files=without-match',
    '^#!/',
    join(environment, 'bin'),
  ])
  return stdout.split('\n')
}
