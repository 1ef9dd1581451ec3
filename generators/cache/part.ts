import type { Part } from '../_shared/part.ts'

/** A cache in Key-Value Store by Flask-Caching; in memory on the developer's computer. */
export const cache: Part = {
  name: 'cache',
  wanted: ({ cache }) => cache,
  files: () => ['package/cache.py', 'package/figures.py', 'tests/test_figures.py'],
  requirements: () => ({ runtime: ['flask-caching'] }),
  fragments: ({ imported }) => ({
    'factory.imports': imported('cache', 'figures'),
    'factory.setup': 'cache.init_app(app)\napp.register_blueprint(figures.blueprint)',
    'readme.sections': `
## The cache
\`figures.py\` is an example of a cached answer. When Key-Value Store is full it refuses to store anything more, jobs and
sessions too, unless it may drop what has an end anyway, the least used first:

\`\`\`sh
heroku redis:maxmemory --policy volatile-lru
\`\`\`
`,
  }),
}
