import type { FindingDraft, TextEdit } from '../../engine/finding.ts'
import { withoutItems } from '../../engine/fix-argument.ts'
import { boots } from '../../engine/plan/plan.ts'
import type { Expr, Stmt } from '../../engine/python/ast.ts'
import type { Scope } from '../../engine/python/scope.ts'
import { defineRule } from '../../engine/rule.ts'

export const debugWhenRunByHand = defineRule({
  id: 'debug-when-run-by-hand',
  stage: 'security',
  level: 'info',
  summary: 'Debug mode is on when a module that production imports is run by hand',
  why: 'Under `if __name__ == "__main__":` the line does not run on a dyno that starts gunicorn. It does as soon as somebody changes the process line to `python app.py`, runs the file in a one-off dyno, or copies it into a container.',
  consequence: 'Nothing as committed. With `web: python app.py` the interactive debugger would be open to everybody.',
  instead:
    'Leave `debug` out of the code, and use the command line on your laptop:\n\n```bash\nflask --app app run --debug\n```',
  fix: {
    safety: 'unsafe',
    note: 'takes the argument out; on a laptop, `python app.py` then has neither debugger nor reloader',
  },
  sources: [{ title: 'Flask: debug mode', url: 'https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode' }],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    const findings: FindingDraft[] = []
    const seen = new Set<string>()
    for (const { boot } of boots(plan)) {
      const script = boot.entry.kind === 'script' || boot.entry.kind === 'module-script' ? boot.target?.path : undefined
      for (const { path, scope } of boot.loaded) {
        if (path === script || seen.has(path)) continue
        seen.add(path)
        const source = tree.read(path)?.text ?? ''
        // most modules have no such block: the words are looked for first
        if (!source.includes('__main__') || !source.includes('debug')) continue
        for (const at of debugInMainBlock(plan.modules.parse(path).body, {
          path,
          text: source,
          isOther: isModule(scope),
        })) {
          findings.push({
            at: { path, ...at.span },
            message: 'Debug mode is on when this file is run by hand. Leave it out and use `flask run --debug`.',
            ...(at.removal
              ? {
                  fix: {
                    safety: 'unsafe' as const,
                    description: 'leave the argument out',
                    edits: at.removal,
                  },
                }
              : {}),
          })
        }
      }
    }
    return findings
  },
})

interface Found {
  readonly span: { readonly start: number; readonly end: number }
  readonly removal: readonly TextEdit[] | null
}

interface File {
  readonly path: string
  readonly text: string
  readonly isOther: (name: string) => boolean
}

/** `name.run(debug=True)` of an imported module is something else than an app's. */
const isModule =
  (scope: Scope) =>
  (name: string): boolean =>
    scope.names.get(name)?.some(({ atom }) => atom.kind === 'module' || atom.kind === 'external') === true

function debugInMainBlock(stmts: readonly Stmt[], file: File): Found[] {
  const functions = new Map(
    stmts.flatMap((stmt) => (stmt.kind === 'function' ? [[stmt.name, stmt.body] as const] : [])),
  )
  const body = stmts.flatMap((stmt) =>
    stmt.kind === 'if' ? stmt.branches.flatMap((branch) => (isMainTest(branch.test) ? branch.body : [])) : [],
  )
  // `if __name__ == "__main__": main()`
  const called = body.flatMap((stmt) =>
    stmt.kind === 'expr' && stmt.value.kind === 'call' && stmt.value.callee.kind === 'name'
      ? (functions.get(stmt.value.callee.name) ?? [])
      : [],
  )
  return inBlock([...body, ...called], file)
}

function isMainTest(test: Expr): boolean {
  return (
    test.kind === 'compare' &&
    test.op === '==' &&
    [test.left, test.right].some((side) => side.kind === 'name' && side.name === '__name__')
  )
}

const isTrue = (expr: Expr): boolean =>
  (expr.kind === 'constant' && expr.value === true) || (expr.kind === 'number' && expr.value === 1)

function inBlock(stmts: readonly Stmt[], file: File): Found[] {
  return stmts.flatMap((stmt): Found[] => {
    if (stmt.kind === 'if')
      return [...stmt.branches.flatMap((branch) => inBlock(branch.body, file)), ...inBlock(stmt.otherwise, file)]
    if (stmt.kind === 'with') return inBlock(stmt.body, file)
    if (stmt.kind === 'try') return inBlock(stmt.body, file)
    if (
      stmt.kind === 'assign' &&
      isTrue(stmt.value) &&
      stmt.targets.some((target) => target.kind === 'attribute' && target.name === 'debug')
    )
      return [{ span: { start: stmt.start, end: stmt.end }, removal: null }]
    if (stmt.kind !== 'expr' || stmt.value.kind !== 'call' || stmt.value.callee.kind !== 'attribute') return []
    const { name, of } = stmt.value.callee
    if (!/^run(?:_server)?$/.test(name) || (of.kind === 'name' && file.isOther(of.name))) return []
    const { args } = stmt.value
    const i = args.findIndex((arg) => arg.name === 'debug' && isTrue(arg.value))
    const arg = args[i]
    if (arg === undefined) return []
    const removal = withoutItems(
      { ...stmt.value, path: file.path, text: file.text, items: args },
      (item) => item === arg,
    )
    return [{ span: { start: arg.start, end: arg.end }, removal }]
  })
}
