import { outlivedWrites } from '../../engine/plan/outlived-files.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const cacheOutlivesFiles = defineRule({
  id: 'cache-outlives-files',
  stage: 'data',
  level: 'warning',
  summary: "A page that is cached outside the dyno points to a file that was made on the dyno's disk",
  why: "What Memcached or Key-Value Store holds outlives the dyno, and what was written to the dyno's disk does not. After a restart the cached page is served as before, and the image or stylesheet that it names is gone; nothing makes it again until the entry expires. On another dyno it never was there.",
  consequence: 'After a restart, and on every other dyno, cached pages link to files that answer 404.',
  instead:
    'Make the files before the slug is built (`bin/post_compile`), keep them in an object store, or cache within the dyno what depends on its disk (`CACHE_TYPE = "SimpleCache"`).',
  sources: [
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
    {
      title: 'Flask-Caching: caching view functions',
      url: 'https://flask-caching.readthedocs.io/en/latest/#caching-view-functions',
    },
    { title: 'Dyno restarts', url: 'https://devcenter.heroku.com/articles/dyno-restarts' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) =>
    outlivedWrites(plan).map(({ use, path, at }) => ({
      at,
      message: `The answer is cached outside the dyno, and the file ${path.includes('?') ? `in ${path.slice(0, path.lastIndexOf('/'))}/` : path} that it names is on this dyno's disk only. Make the file at build time, or keep it in an object store.`,
      related: trailTo(use, at),
    })),
})
