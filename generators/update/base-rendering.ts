import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { execa } from 'execa'
import type { Rendering } from '../_shared/merge-project.ts'
import { flagOf } from '../_shared/questions.ts'
import { type ProjectRecord, RECORD } from '../_shared/record.ts'
import { Refusal } from '../_shared/refusal.ts'
import type { RenderedFile } from '../app/render.ts'

const PACKAGE = 'generator-flask-dyno'
const INSTALL_MILLISECONDS = 300_000
const RENDER_MILLISECONDS = 120_000

/**
 * The project as the version that made it would write it today, with the answers that it was made with.
 *
 * That version is asked itself, by its own program, in a process and a folder of its own: its flags are the only thing about
 * it that stays as it is. `from` is a folder of the package or a packed one; without it, npm gets the version.
 */
export async function baseRendering(record: ProjectRecord, from: string | undefined): Promise<Rendering> {
  const folder = mkdtempSync(join(tmpdir(), 'flask-dyno-update-'))
  try {
    const installed =
      from === undefined || !isFolder(from) ? await install(folder, record.version, from) : resolve(from)
    return await renderBy(programOf(installed), record, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function isFolder(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) throw new Refusal(`--from ${path}: there is no such file or folder`)
  return stats.isDirectory()
}

/** Installs the package into a folder; nothing of it is run by that. Returns the package's own folder. */
async function install(folder: string, version: string, tarball: string | undefined): Promise<string> {
  // Without a package.json npm would install into the nearest folder above that has one.
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n')
  const wanted = tarball === undefined ? `${PACKAGE}@${version}` : resolve(tarball)
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { failed, stderr, code, timedOut } = await execa('npm', ['install', ...flags, wanted], {
    cwd: folder,
    stdin: 'ignore',
    reject: false,
    timeout: INSTALL_MILLISECONDS,
  })
  if (failed) {
    const why = code === 'ENOENT' ? 'npm was not found' : timedOut ? 'it took too long' : reasonIn(stderr)
    throw new Refusal(
      `npm could not install ${wanted}, which made this project (${why}); --from names a folder or tarball that has it`,
    )
  }
  return join(folder, 'node_modules', PACKAGE)
}

/** npm's own first sentence: `404 Not Found - GET ...`; the lines before it name codes. */
function reasonIn(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (?:error|ERR!)\s*/, '').trim())
  return (
    lines.find((line) => line !== '' && !/^(?:code|errno|syscall|address|port|type|path) /.test(line)) ??
    'no reason given'
  )
}

/** The file that `npx generator-flask-dyno` starts. */
function programOf(folder: string): string {
  const manifest = join(folder, 'package.json')
  if (!existsSync(manifest)) throw new Refusal(`${folder} is no package: it has no package.json`)
  const { name, bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown; bin?: Record<string, string> }
  const program = name === PACKAGE ? bin?.[PACKAGE] : undefined
  if (program === undefined) throw new Refusal(`${folder} is not the package ${PACKAGE}`)
  const file = join(folder, program)
  if (!existsSync(file)) throw new Refusal(`${file} is missing: that package was not built`)
  return file
}

async function renderBy(
  program: string,
  { project, version, answers }: ProjectRecord,
  folder: string,
): Promise<Rendering> {
  const { failed, all, timedOut } = await execa(
    process.execPath,
    [program, project.name, '--defaults', '--no-git', ...flagsFor(answers)],
    { cwd: folder, stdin: 'ignore', all: true, reject: false, timeout: RENDER_MILLISECONDS },
  )
  if (failed) {
    const why = timedOut ? 'it took too long' : (all.trim().split('\n')[0] ?? '')
    throw new Refusal(`version ${version} could not write the project once more: ${why}`)
  }
  const files = new Map<string, RenderedFile>()
  readFolder(join(folder, project.name), '', files)
  files.delete(RECORD)
  return files
}

/** The answers of a project, as the flags of the version that asked for them. */
function flagsFor(answers: ProjectRecord['answers']): string[] {
  return Object.entries(answers).flatMap(([key, value]) => {
    const flag = flagOf({ key })
    if (typeof value === 'string') return [`--${flag}=${value}`]
    return [value ? `--${flag}` : `--no-${flag}`]
  })
}

function readFolder(folder: string, prefix: string, files: Map<string, RenderedFile>): void {
  for (const name of readdirSync(folder).sort()) {
    const place = join(folder, name)
    const stats = lstatSync(place)
    if (stats.isDirectory()) readFolder(place, `${prefix}${name}/`, files)
    else files.set(prefix + name, { text: readFileSync(place, 'utf8'), executable: (stats.mode & 0o111) !== 0 })
  }
}
