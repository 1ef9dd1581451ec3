import { type Arguments, UsageError } from './arguments.ts'

/** `flask-dyno hook install|uninstall|run`. */
export async function hook(given: Arguments): Promise<number> {
  const [action, ...words] = given.positionals
  if (action === 'run') return (await import('./hook-run.ts')).runHook(given, words)
  const [superfluous] = words
  if (superfluous !== undefined) throw new UsageError(`hook ${action} takes no operand; "${superfluous}" is too many`)
  if (action === 'install') return (await import('./hook-install.ts')).installHook(given)
  if (action === 'uninstall') return (await import('./hook-install.ts')).uninstallHook()
  throw new UsageError(
    action === undefined
      ? 'say what to do: flask-dyno hook install'
      : `hook takes install, uninstall or run, and not "${action}"`,
  )
}
