import type { FindingDraft } from '../../engine/finding.ts'
import { withoutSetting } from '../../engine/fix-command.ts'
import { gunicornRuns, settingNumber } from '../../engine/plan/gunicorn-settings.ts'
import type { ServerPlan } from '../../engine/plan/process.ts'
import { callsOf } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

/** What the buildpack sets for a dyno of 512 MB (heroku-buildpack-python, vendor/WEB_CONCURRENCY.sh). */
const FOR_SMALLEST_DYNO = 2
/** So many workers have less than 100 MB each there, which an app with Flask and a database driver soon passes. */
const TOO_MANY = 6

export const gunicornWorkersFixed = defineRule({
  id: 'gunicorn-workers-fixed',
  stage: 'processes',
  level: 'info',
  summary: 'A fixed number of gunicorn workers overrides WEB_CONCURRENCY',
  why: 'The buildpack sets `WEB_CONCURRENCY` to what the memory of the dyno carries: 2 for Eco, Basic and Standard-1X, 4 for Standard-2X, more for larger ones. gunicorn takes it by itself. A number on the process line stays the same whatever the dyno; one made of the count of CPUs follows the machine below the dyno, which has far more of them than the dyno has memory for.',
  consequence:
    'Larger dynos are not used to the full; too many workers pass the memory of the dyno: R14 (Memory quota exceeded), then R15.',
  instead:
    'Leave the number out, and set the config var WEB_CONCURRENCY where another one is right:\n\n```procfile\nweb: gunicorn app:app\n```',
  fix: { safety: 'unsafe', note: 'takes the number out; WEB_CONCURRENCY then decides how many there are' },
  sources: [
    {
      title: 'Optimizing Python application concurrency',
      url: 'https://devcenter.heroku.com/articles/python-concurrency',
    },
    {
      title: 'How the buildpack sets WEB_CONCURRENCY',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/main/vendor/WEB_CONCURRENCY.sh',
    },
    {
      title: 'R14: memory quota exceeded',
      url: 'https://devcenter.heroku.com/articles/error-codes#r14-memory-quota-exceeded',
    },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) => {
    // Fir's buildpack and an image set no WEB_CONCURRENCY: there the number has to be said
    if (plan.generation === 'fir' || plan.container || tree.has('project.toml')) return []
    return gunicornRuns(plan).flatMap(({ process, server }): FindingDraft[] => {
      if (process.type !== 'web') return []
      const counted = countedCores(tree, server)
      if (counted !== null) return [counted]
      const workers = settingNumber(server, 'workers')
      // one worker is a choice: what it keeps in memory must not be there twice
      if (!workers || workers.value <= 1) return []
      // socketio-many-workers says more
      if (callsOf(plan, /^flask_socketio\.SocketIO$/).length > 0) return []
      const fix = withoutSetting(tree, workers.at, 'workers')
      const many = workers.value >= TOO_MANY
      return [
        {
          at: workers.at,
          ...(many ? { level: 'warning' as const } : {}),
          message: many
            ? `${workers.value} workers have some ${Math.floor(512 / workers.value)} MB each on a dyno of 512 MB, for which the buildpack takes ${FOR_SMALLEST_DYNO}. Leave the number to WEB_CONCURRENCY.`
            : `The number of workers is fixed, whatever the dyno. Leave it to WEB_CONCURRENCY, which the buildpack sets.`,
          ...(fix === null ? {} : { fix }),
        },
      ]
    })
  },
})

/** `workers = multiprocessing.cpu_count() * 2 + 1`, as gunicorn's own examples have it. */
function countedCores(tree: Tree, server: ServerPlan): FindingDraft | null {
  const from = server.settings.get('workers')?.at(-1)?.from
  if (server.config === null || from !== server.config) return null
  const text = tree.read(server.config)?.text ?? ''
  const line = /^workers[ \t]*=[^\n#]*\bcpu_count\(\)[^\n#]*/m.exec(text)
  if (line === null || /WEB_CONCURRENCY/.test(line[0])) return null
  const fix = withoutSetting(tree, { path: server.config, start: line.index, end: line.index }, 'workers')
  return {
    at: { path: server.config, start: line.index, end: line.index + line[0].trimEnd().length },
    level: 'warning',
    message:
      'cpu_count() tells the cores of the machine, not what the memory of the dyno carries. Leave the number to WEB_CONCURRENCY.',
    ...(fix === null ? {} : { fix }),
  }
}
