import type { ConfigVar, Part } from '../_shared/part.ts'
import { type Answers, wantsKeyValue } from '../app/options.ts'

const PAGES = ['package/static/chat.js', 'package/templates/chat.html']

/** Flask-SocketIO, on threads of one worker process. */
export const websockets: Part = {
  name: 'websockets',
  wanted: ({ websockets }) => websockets,
  files: ({ answers }) => [
    'package/sockets.py',
    'tests/test_sockets.py',
    ...(answers.frontend === 'pages' ? PAGES : []),
  ],
  requirements: () => ({ runtime: ['flask-socketio', 'simple-websocket'] }),
  configVars: ({ answers }) => (answers.frontend === 'api' ? [ORIGINS] : []),
  fragments: ({ answers, imported }) => ({
    'settings.always':
      answers.frontend === 'api'
        ? `
# Pages of these origins may open a socket, and no others; without any, those of the app's own.
# https://flask-socketio.readthedocs.io/en/latest/intro.html#cross-origin-controls
SOCKET_ORIGINS = os.environ.get("SOCKET_ORIGINS", "").split()
`
        : '',
    'factory.imports': imported('sockets'),
    'factory.setup': 'sockets.init_app(app)',
    'gunicorn.imports':
      'import signal\nimport threading\nfrom types import FrameType\nfrom gunicorn.workers.base import Worker',
    'readme.sections': readme(answers),
  }),
}

const ORIGINS: ConfigVar = {
  name: 'SOCKET_ORIGINS',
  description: 'Origins whose pages may open a socket, apart by spaces.',
  from: 'person',
  required: false,
  example: 'https://www.example.com',
  local:
    "# Pages of these origins may open a socket, in place of the app's own.\n# SOCKET_ORIGINS=http://localhost:3000",
}

function readme(answers: Answers): string {
  const many = wantsKeyValue(answers)
    ? `Several dynos speak with each other through Key-Value Store, so that \`heroku ps:scale web=2\` works${answers.jobs === 'none' ? '' : ';\na job says something to all by `SocketIO(message_queue=REDIS_URL).emit(...)`'}.`
    : "There may be one web dyno only: several need a message queue to hear of each other's clients (`--cache` brings Key-Value Store, which is one)."
  return `
## WebSockets
${answers.frontend === 'pages' ? '`/chat` is the page; `sockets.py`' : '`sockets.py`'} handles the events. Clients are those of [Socket.IO](https://socket.io/docs/v4/client-api/), told to take WebSocket alone:
\`io({ transports: ["websocket"] })\`. They come back by themselves after each restart, of which Heroku makes one a day at least.

Each open socket holds a thread of gunicorn: \`threads\` in \`gunicorn.conf.py\` is the number of sockets and requests at a time, \`MOST_SOCKETS\` in
\`sockets.py\` that of sockets alone.
${many}
`
}
