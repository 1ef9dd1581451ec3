/** Whether a file is there when a program starts: a dyno begins with what was deployed, and with nothing else. */
import { posix } from 'node:path'
import type { Place } from '../finding.ts'
import type { Interpreter } from './interpreter.ts'
import { type CallArguments, constant, each, literalText, UNKNOWN, type Value } from './value.ts'

/**
 * `os.path.exists(path)` and its kin. Unknown in a request, when files may have been made meanwhile; outside the app's
 * folder; and where a build hook may have made them (https://devcenter.heroku.com/articles/python-support#hooks).
 */
export function fileTest(kind: 'file' | 'directory' | 'any') {
  return (vm: Interpreter, args: CallArguments, at: Place): Value =>
    each(args.positional[0] ?? UNKNOWN, (atom) => {
      const path = literalText(atom)
      const answer = path === null ? undefined : isThere(vm, path, kind)
      return answer === undefined ? UNKNOWN : constant(answer, at)
    })
}

function isThere(vm: Interpreter, path: string, kind: 'file' | 'directory' | 'any'): boolean | undefined {
  const { tree } = vm.modules
  const whole = posix.normalize(
    posix.join('/app', vm.cwd, path.startsWith('/') ? posix.relative(posix.join('/app', vm.cwd), path) : path),
  )
  if (vm.phase === 'request' || !whole.startsWith('/app/')) return undefined
  const below = whole.slice('/app/'.length).replace(/\/$/, '')
  const isFile = tree.has(below)
  const isDirectory = tree.hasDirectory(below)
  if (kind === 'file' ? isFile : kind === 'directory' ? isDirectory : isFile || isDirectory) return true
  if (HOOKS.some((hook) => tree.has(hook)) || vm.calls.some(({ name }) => MAKES_FILES.test(name))) return undefined
  return false
}

const HOOKS = ['bin/pre_compile', 'bin/post_compile', 'package.json', 'heroku.yml', 'Dockerfile']
const MAKES_FILES =
  /^(?:os\.(?:makedirs|mkdir|rename|replace)|shutil\.|subprocess\.|os\.system|zipfile\.|tarfile\.|urllib\.request\.urlretrieve|pathlib\.Path\.)/
