import type { Part } from '../_shared/part.ts'

/** Sessions in Key-Value Store by Flask-Session; in files under instance/ on the developer's computer. */
export const sessions: Part = {
  name: 'sessions',
  wanted: ({ sessions }) => sessions === 'server',
  files: () => ['package/sessions.py', 'package/visits.py', 'tests/test_visits.py'],
  requirements: () => ({ runtime: ['flask-session'] }),
  fragments: ({ answers: { database }, imported }) => ({
    'factory.imports': imported('sessions', 'visits'),
    'factory.setup': 'sessions.init_app(app)\napp.register_blueprint(visits.blueprint)',
    'conftest.imports': 'from cachelib import SimpleCache',
    'conftest.overrides': '"SESSION_CACHELIB": SimpleCache(),',
    // The database's part says the same of its file.
    ...(database === 'none' ? { gitignore: "# This computer's sessions\ninstance/\n" } : {}),
  }),
}
