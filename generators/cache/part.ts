import type { Part } from '../_shared/part.ts'
import type { Answers } from '../app/options.ts'

/** A cache in Key-Value Store by Flask-Caching; in memory on the developer's computer. */
export const cache: Part = {
  name: 'cache',
  wanted: ({ cache }) => cache,
  files: () => ['package/cache.py', 'package/figures.py', 'tests/test_figures.py'],
  requirements: () => ({ runtime: ['flask-caching'] }),
  fragments: ({ answers, imported }) => ({
    'factory.imports': imported('cache', 'figures'),
    'factory.setup': 'cache.init_app(app)\napp.register_blueprint(figures.blueprint)',
    'readme.sections': `
## The cache
\`figures.py\` is an example of a cached answer. When Key-Value Store is full it refuses to store anything more${besides(answers)},
unless it may drop what has an end anyway, the least used first:

\`\`\`sh
heroku redis:maxmemory --policy volatile-lru
\`\`\`
`,
  }),
}

/** What else the project keeps there, so that a full cache would be in its way. */
function besides({ jobs, sessions }: Answers): string {
  const others = [...(jobs === 'none' ? [] : ['jobs']), ...(sessions === 'server' ? ['sessions'] : [])]
  return others.length === 0 ? '' : `, ${others.join(' and ')} too`
}
