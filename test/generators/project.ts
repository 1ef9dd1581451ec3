import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect } from 'vitest'
import { builtGenerator, runGenerator } from '../scaffold/scaffold.ts'
import { temporary } from '../scaffold/temporary.ts'

/** Projects as they were made, by program and flags: making one takes longer than copying it. */
const originals = new Map<string, Promise<string>>()

/** A scaffolded project with its git repository, in a folder of its own. */
export class Project {
  readonly root: string

  private constructor(root: string) {
    this.root = root
  }

  /** Made with these flags by this version, or by the program of another, and committed. */
  static async make(flags: readonly string[] = [], program?: string): Promise<Project> {
    const key = JSON.stringify([program, ...flags])
    const original = originals.get(key) ?? Project.original(flags, program)
    originals.set(key, original)
    const root = join(temporary('project'), 'shop')
    cpSync(await original, root, { recursive: true })
    return new Project(root)
  }

  private static async original(flags: readonly string[], program: string | undefined): Promise<string> {
    const cwd = temporary('original')
    const main = program ?? (await builtGenerator())
    const made = await execa('node', [main, 'shop', ...flags], { cwd, input: '', all: true })
    const project = new Project(join(cwd, 'shop'))
    expect(existsSync(join(project.root, 'README.md')), made.all).toBe(true)
    await project.git('init', '--quiet')
    await project.commit()
    return project.root
  }

  async git(...args: string[]): Promise<string> {
    const as = ['-c', 'user.name=somebody', '-c', 'user.email=somebody@example.org']
    return (await execa('git', [...as, ...args], { cwd: this.root })).stdout
  }

  async commit(): Promise<void> {
    await this.git('add', '--all')
    await this.git('commit', '--quiet', '--allow-empty', '--message', 'as it is')
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text)
  }

  /** Replaces a text that must be there once. */
  edit(path: string, before: string, after: string): void {
    expect(this.read(path).split(before).length, `${before} in ${path}`).toBe(2)
    this.write(path, this.read(path).replace(before, after))
  }

  /** What the project says of how it was made. */
  record(): Record<string, unknown> {
    const records = JSON.parse(this.read('.yo-rc.json')) as Record<string, Record<string, unknown>>
    return records['generator-flask-dyno'] ?? {}
  }

  remember(changes: Readonly<Record<string, unknown>>): void {
    this.write('.yo-rc.json', JSON.stringify({ 'generator-flask-dyno': { ...this.record(), ...changes } }))
  }

  async run(...args: string[]) {
    return await runGenerator(args, { cwd: this.root })
  }

  async update(...args: string[]) {
    return await this.run('update', ...args)
  }

  /** Every file, but those of git; the name of a program says so. */
  files(): Record<string, string> {
    const entries = readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const paths = entries.map((entry) => join(entry.parentPath, entry.name).slice(this.root.length + 1)).sort()
    const own = paths.filter((path) => !path.startsWith('.git/'))
    return Object.fromEntries(
      own.map((path) => [`${path}${this.#isProgram(path) ? ' (program)' : ''}`, this.read(path)]),
    )
  }

  #isProgram(path: string): boolean {
    return (statSync(join(this.root, path)).mode & 0o111) !== 0
  }
}
