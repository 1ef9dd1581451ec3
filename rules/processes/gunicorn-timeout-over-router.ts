import type { FindingDraft } from '../../engine/finding.ts'
import { valueFix } from '../../engine/fix-command.ts'
import { gunicornRuns, isSync, settingNumber } from '../../engine/plan/gunicorn-settings.ts'
import { defineRule } from '../../engine/rule.ts'

/** https://devcenter.heroku.com/articles/request-timeout */
const ROUTER_SECONDS = 30
/** What the fix writes: time is left for the answer. */
const SECONDS = 20

export const gunicornTimeoutOverRouter = defineRule({
  id: 'gunicorn-timeout-over-router',
  stage: 'processes',
  level: 'warning',
  summary: "gunicorn gives a request longer than Heroku's router waits for it",
  why: 'The router ends a request of which nothing came back in 30 seconds with H12, and does not tell the dyno. A sync worker with a longer `timeout` works on for a visitor who has gone, and takes no other request meanwhile: a few slow requests stop the whole app. With threads or gevent the setting bounds no request, and the rule is silent.',
  consequence: 'The visitor gets H12 (Request timeout) after 30 s, and the worker stays busy up to the timeout.',
  instead:
    'Leave the timeout under 30 seconds, and give long work to a worker process:\n\n```python\n# gunicorn.conf.py\ntimeout = 20\n```',
  fix: {
    safety: 'unsafe',
    note: 'writes `timeout` as 20 seconds; requests that take longer are then ended by gunicorn',
  },
  sources: [
    { title: 'Request timeout', url: 'https://devcenter.heroku.com/articles/request-timeout' },
    {
      title: "Heroku's own gunicorn.conf.py",
      url: 'https://github.com/heroku/python-getting-started/blob/main/gunicorn.conf.py',
    },
    { title: 'gunicorn: timeout', url: 'https://docs.gunicorn.org/en/stable/settings.html#timeout' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    gunicornRuns(plan).flatMap(({ process, server }): FindingDraft[] => {
      const timeout = settingNumber(server, 'timeout')
      if (process.type !== 'web' || !timeout || isSync(server) !== true) return []
      if (timeout.value > 0 && timeout.value <= ROUTER_SECONDS) return []
      const long = timeout.value === 0 ? 'for ever' : `up to ${timeout.value} s`
      const fix = valueFix(plan.modules.tree, timeout.at, timeout.text, String(SECONDS))
      return [
        {
          at: timeout.at,
          message: `A sync worker may work ${long} on one request, and the router gives up after ${ROUTER_SECONDS} s. Set \`timeout\` below that.`,
          ...(fix === null ? {} : { fix }),
        },
      ]
    }),
})
