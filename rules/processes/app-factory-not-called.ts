import type { FindingDraft, Fix, Place } from '../../engine/finding.ts'
import type { Plan, ProcessPlan } from '../../engine/plan/plan.ts'
import { asUnread } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const appFactoryNotCalled = defineRule({
  id: 'app-factory-not-called',
  stage: 'processes',
  level: 'error',
  summary: 'The server is given an app factory itself instead of the app that it makes',
  why: 'gunicorn checks that its target can be called, and a factory can. So the dyno boots and looks healthy; then gunicorn calls the factory with a request, as if it were the app, and every request fails.',
  consequence:
    'The app boots, then every request is a 500: `TypeError: create_app() takes 0 positional arguments but 2 were given`.',
  instead:
    "Call the factory in the target, in quotes, since a shell reads the line:\n\n```procfile\nweb: gunicorn 'shop:create_app()'\n```",
  fix: { safety: 'safe', note: 'calls the factory on the process line where the factory needs no argument' },
  sources: [
    { title: 'gunicorn: app factories', url: 'https://docs.gunicorn.org/en/stable/run.html' },
    { title: 'Flask: gunicorn', url: 'https://flask.palletsprojects.com/en/stable/deploying/gunicorn/' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    plan.processes.flatMap((process): FindingDraft[] => {
      const unquoted = unquotedCall(plan, process)
      if (unquoted !== null) return [{ ...unquoted, ...asUnread(plan) }]
      const { server } = process
      const problem = server?.boot?.problem
      if (!server?.target || problem?.kind !== 'not-called') return []
      const { factory } = problem
      const { spec, at } = server.target
      const needsArguments = factory.params.some((param) => param.kind === 'plain' && param.fallback === null)
      const called = server.command.server === 'waitress' ? `--call ${spec}` : `'${spec}()'`
      const message = needsArguments
        ? `\`${spec}\` is an app factory that needs arguments. Make the app in a module such as wsgi.py and name that.`
        : `\`${spec}\` is an app factory, not an app. Write \`${called}\`.`
      const fix = needsArguments
        ? null
        : server.command.server === 'waitress'
          ? byOption(at, spec)
          : server.command.server === 'gunicorn'
            ? fixOf(plan.modules.tree.read(at.path)?.text ?? '', at, spec)
            : null
      return [
        {
          at,
          message,
          ...asUnread(plan),
          related: [{ ...factory.at, message: 'the factory is defined here' }],
          ...(fix ? { fix } : {}),
        },
      ]
    }),
})

function byOption({ path, start, end }: Place, spec: string): Fix | null {
  if (start === undefined || end === undefined || end - start !== spec.length || OTHER_QUOTES.test(path)) return null
  return {
    safety: 'safe',
    uncovers: true,
    description: `call the factory: --call ${spec}`,
    edits: [{ kind: 'text', path, start, end: start, text: '--call ' }],
  }
}

/** In heroku.yml and in a Dockerfile the words stand in another syntax's quotes. */
const OTHER_QUOTES = /\.ya?ml$|Dockerfile[^/]*$/

function fixOf(text: string, at: Place, spec: string): Fix | null {
  const { path, start, end } = at
  const words = start === undefined ? undefined : text.slice(start, end)
  if (start === undefined || end === undefined || OTHER_QUOTES.test(path)) return null
  const isQuoted = words === `"${spec}"` || words === `'${spec}'`
  const [quote] = quotesLeft(text, start)
  if (!isQuoted && (words !== spec || quote === undefined || path.endsWith('.py'))) return null
  return {
    safety: 'safe',
    uncovers: true,
    description: `call the factory: '${spec}()'`,
    edits: [
      isQuoted
        ? { kind: 'text', path, start: end - 1, end: end - 1, text: '()' }
        : { kind: 'text', path, start, end, text: `${quote}${spec}()${quote}` },
    ],
  }
}

/** The quotes that can be opened at a place of a shell's line: within `bash -c '…'` the double ones are left. */
function quotesLeft(text: string, at: number): readonly string[] {
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  return ["'", '"'].filter((quote) => before.split(quote).length % 2 === 1)
}

/** `gunicorn shop:create_app()`: bash reads the line first, and stops at the parenthesis. */
function unquotedCall(plan: Plan, { problems, server }: ProcessPlan): FindingDraft | null {
  const found = problems.find(({ kind, conditional }) => kind === 'unquoted-parenthesis' && !conditional)
  if (found === undefined || !server?.target) return null
  const { spec, at } = server.target
  const { path, start, end } = at
  const holdsIt = found.at.path === path && (found.at.start ?? 0) >= (start ?? 0) && (found.at.end ?? 0) <= (end ?? 0)
  if (!holdsIt || start === undefined || end === undefined || !/^[\w.]+:\w+\(/.test(spec)) return null
  const left = quotesLeft(plan.modules.tree.read(path)?.text ?? '', start).find((quote) => !spec.includes(quote))
  const quote = left ?? (spec.includes("'") ? '"' : "'")
  const plain = left !== undefined && end - start === spec.length && !/[$`\\]/.test(spec) && !OTHER_QUOTES.test(path)
  const quoted = `${quote}${spec}${quote}`
  return {
    at,
    message: `bash stops at the bare parenthesis of \`${spec}\`. Put it in quotes: \`${quoted}\`.`,
    consequence:
      'The process ends at once with `syntax error near unexpected token` (status 2), and requests get H10 (App crashed).',
    ...(plain
      ? {
          fix: {
            safety: 'safe',
            uncovers: true,
            description: `write ${quoted}`,
            edits: [{ kind: 'text', path, start, end, text: quoted }],
          },
        }
      : {}),
  }
}
