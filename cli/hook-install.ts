import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { type Arguments, UsageError } from './arguments.ts'
import { calledAs } from './called-as.ts'
import { HOOK_MANAGERS } from './commands.ts'
import {
  allPlaces,
  type HookManager,
  type Place,
  placeFor,
  type Repository,
  repositoryAt,
  textOf,
} from './hook-places.ts'
import {
  ASIDE,
  BEGIN,
  type HookOptions,
  isOwn,
  isShellScript,
  ownScript,
  PAGE,
  withBlock,
  withoutBlock,
} from './hook-script.ts'
import { print } from './output.ts'

/** `flask-dyno hook install`. @throws UsageError where the hook cannot be put; nothing is changed then. */
export async function installHook(given: Arguments): Promise<number> {
  const repository = repositoryAt(process.cwd())
  const place = placeFor(repository, given.choice('with', HOOK_MANAGERS))
  refuseEverybodys(given, repository, place)
  const options: HookOptions = {
    folder: folderIn(repository, given.text('dir')),
    required: given.flag('required'),
    program: place.isShared ? null : { node: process.execPath, main: process.argv[1] ?? '' },
  }
  const shown = shownPath(repository, place.file)
  const said: string[] = []
  if (place.manager === 'lefthook' || place.manager === 'pre-commit') {
    await addToConfig(place.file, shown, place.manager, options)
    said.push(
      `Added to ${shown}: flask-dyno looks at the commits of each push.`,
      ...(await switchedOn(place.manager, repository, place.file)),
    )
  } else {
    said.push(`${shown}: flask-dyno looks at the commits of each push.`, ...addToHooks(place.file, options))
    if (place.manager === 'husky' && repository.scope === null) said.push('Husky is not switched on here: npx husky')
  }
  if (place.isShared) {
    said.push('Commit that. Who has no flask-dyno pushes without it, and is told so: npm install --save-dev flask-dyno')
  }
  said.push(`git push --no-verify goes past it; ${calledAs()} hook uninstall takes it out.`)
  return print(`${said.join('\n')}\n`, 0)
}

/** `flask-dyno hook uninstall`: every file is again what it was. */
export function uninstallHook(): number {
  const repository = repositoryAt(process.cwd())
  const said = allPlaces(repository).flatMap((place) => {
    const way = takeOut(place.file)
    return way === null ? [] : [`${shownPath(repository, place.file)}${way}`]
  })
  return print(`${said.length === 0 ? 'There is no hook of flask-dyno here.' : said.join('\n')}\n`, 0)
}

/** A hook for every repository of this user is more than was asked for. */
function refuseEverybodys(given: Arguments, { scope, hooks }: Repository, { manager, isShared }: Place): void {
  const isEverybodys = scope === 'global' || scope === 'system'
  if (given.flag('global') && !isEverybodys)
    throw new UsageError('--global is for a core.hooksPath of all repositories, and there is none')
  if (manager !== 'git' || isShared || !isEverybodys || given.flag('global')) return
  throw new UsageError(
    `git takes the hooks of all your repositories from ${hooks} (core.hooksPath): --global puts the hook there, ` +
      'and git config core.hooksPath .git/hooks lets this repository have its own',
  )
}

/** The folder of the app as git names it; `.` and nothing are the top. */
function folderIn({ top }: Repository, named: string | undefined): string {
  if (named === undefined) return ''
  const stats = statSync(named, { throwIfNoEntry: false })
  if (stats?.isDirectory() !== true) throw new UsageError(`--dir: no such folder: ${named}`)
  const folder = relative(top, repositoryPath(named)).split(sep).join('/')
  if (folder.startsWith('..')) throw new UsageError(`--dir: ${named} is not in this repository`)
  return folder
}

/** git resolves symbolic links in the name of its top folder. */
const repositoryPath = (named: string): string => realpathSync.native(named)

const shownPath = ({ top }: Repository, file: string): string => {
  const way = relative(top, file)
  return way.startsWith('..') ? file : way.split(sep).join('/')
}

async function addToConfig(
  file: string,
  shown: string,
  manager: 'lefthook' | 'pre-commit',
  options: HookOptions,
): Promise<void> {
  const { withLefthook, withPreCommit } = await import('./hook-yaml.ts')
  const text = textOf(file)
  const plain = text === null ? null : (withoutBlock(text) ?? text)
  const add = manager === 'lefthook' ? withLefthook : withPreCommit
  const changed = plain === null ? null : add(plain, options)
  if (changed === null) {
    throw new UsageError(`${shown} is written in a way that is better changed by hand: ${PAGE} says what to add`)
  }
  write(file, changed)
}

/** What the manager says, where it can be run; else what is to be run. */
async function switchedOn(manager: 'lefthook' | 'pre-commit', { top }: Repository, file: string): Promise<string[]> {
  const args = manager === 'lefthook' ? ['install'] : ['install', '--hook-type', 'pre-push']
  const command = [manager, ...args].join(' ')
  const said = ran(manager, args, top) ? [`Ran ${command}.`] : [`To switch it on: ${command}`]
  if (manager === 'pre-commit') {
    const { hasStagelessHooks } = await import('./hook-yaml.ts')
    if (hasStagelessHooks(textOf(file) ?? '')) {
      said.push(
        'Hooks that name no stages run before a push, too, from now on; default_stages: [pre-commit] keeps them to commits.',
      )
    }
  }
  return said
}

function ran(manager: HookManager, args: readonly string[], top: string): boolean {
  const { GIT_DIR: _, GIT_INDEX_FILE: __, GIT_WORK_TREE: ___, ...env } = process.env
  return [join(top, 'node_modules/.bin', manager), join(top, '.venv/bin', manager), manager].some((program) => {
    const { status } = spawnSync(program, args, { cwd: top, env, stdio: 'ignore', windowsHide: true })
    return status === 0
  })
}

/** Into a script of a shell as lines of it; in the place of anything else, which is called from then on. */
function addToHooks(file: string, options: HookOptions): string[] {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats === undefined) {
    write(file, ownScript(options), 0o755)
    return []
  }
  const text = stats.isFile() ? textOf(file) : null
  if (text !== null && isOwn(text)) {
    write(file, ownScript(options), 0o755)
    return existsSync(`${file}${ASIDE}`) ? [KEPT] : []
  }
  if (text !== null && !text.includes(BEGIN) && /\bflask-dyno\b[^\n]*\bhook run\b/.test(text)) {
    throw new UsageError(`${file} calls flask-dyno hook run already`)
  }
  const runs = process.platform === 'win32' || (stats.mode & 0o111) !== 0 || file.includes(`.husky${sep}`)
  if (text !== null && runs && isShellScript(text)) {
    write(file, withBlock(withoutBlock(text) ?? text, options))
    return [KEPT]
  }
  if (existsSync(`${file}${ASIDE}`)) throw new UsageError(`${file}${ASIDE} is in the way: what is it?`)
  moved(file, `${file}${ASIDE}`)
  write(file, ownScript(options), 0o755)
  return [KEPT]
}

const KEPT = 'The hook that was there is kept, and runs after it.'

/** What was done, in words to stand behind the name of the file; null when there was nothing of ours. */
function takeOut(file: string): string | null {
  const stats = lstatSync(file, { throwIfNoEntry: false })
  if (stats?.isFile() !== true) return null
  const text = textOf(file)
  if (text === null || !text.includes(BEGIN)) return null
  const aside = `${file}${ASIDE}`
  if (isOwn(text)) {
    if (lstatSync(aside, { throwIfNoEntry: false }) !== undefined) {
      moved(aside, file)
      return ' is the hook again that was there before'
    }
    removed(file)
    return ' is removed'
  }
  const rest = withoutBlock(text)
  if (rest === null)
    throw new UsageError(`${file}: the end of the lines of flask-dyno is missing; take them out by hand`)
  write(file, rest)
  return ' is what it was without flask-dyno'
}

function write(file: string, text: string, mode?: number): void {
  change(file, () => {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    if (mode !== undefined) chmodSync(file, mode)
  })
}

const moved = (from: string, to: string): void => change(from, () => renameSync(from, to))
const removed = (file: string): void => change(file, () => rmSync(file))

function change(file: string, how: () => void): void {
  try {
    how()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : ''
    const why =
      code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'no permission to write there' : String(error)
    throw new UsageError(`${file} could not be changed: ${why}`)
  }
}
