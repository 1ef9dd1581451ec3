import { describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'

const APP = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef index():\n    return "Hello"\n'
const FACTORY = 'from flask import Flask\n\n\ndef create_app(config=None):\n    return Flask(__name__)\n'
const MAIN = '\nif __name__ == "__main__":\n    '
const REQUIREMENTS =
  'Flask==3.1.3\ngunicorn==26.2.0\nwaitress==3.0.2\nuvicorn==0.54.0\nhypercorn==0.18.0\nuWSGI==2.0.31\n'

type Files = Readonly<Record<string, string>>

function project(files: Files): Tree {
  return memoryTree({ 'app.py': APP, 'requirements.txt': REQUIREMENTS, ...files })
}

function planOf(files: Files, generation: 'cedar' | 'fir' = 'cedar'): Plan {
  const { plan } = readProject(project(files), { generation })
  if (plan === undefined) throw new Error('no Flask project')
  return plan
}

const serverOf = (files: Files) => planOf(files).web?.server ?? null
const web = (command: string, files: Files = {}): Files => ({ ...files, Procfile: `web: ${command}\n` })
/** The addresses that the web process listens on, with what is thought of each. */
const listens = (files: Files): string[] | null =>
  serverOf(files)?.bind?.addresses.map(({ shown, verdict }) => `${shown} ${verdict}`) ?? null

describe('where a server listens', () => {
  test.each<[command: string, addresses: string[]]>([
    ['gunicorn app:app', ['0.0.0.0:$PORT right']],
    ['gunicorn -b :$PORT app:app', [':$PORT right']],
    ['gunicorn -b [::]:$PORT app:app', ['[::]:$PORT right']],
    ['gunicorn --bind "0.0.0.0:$PORT" app:app', ['0.0.0.0:$PORT right']],
    ['gunicorn -b tcp://0.0.0.0:$PORT app:app', ['tcp://0.0.0.0:$PORT right']],
    ['gunicorn -b 127.0.0.1:$PORT app:app', ['127.0.0.1:$PORT loopback']],
    ['gunicorn -b localhost:8000 app:app', ['localhost:8000 loopback']],
    ['gunicorn -b 0.0.0.0:8000 app:app', ['0.0.0.0:8000 fixed-port']],
    ['gunicorn -b 0.0.0.0 app:app', ['0.0.0.0:8000 fixed-port']],
    ['gunicorn -b 0.0.0.0:8000 -b :$PORT app:app', ['0.0.0.0:8000 fixed-port', ':$PORT right']],
    ['gunicorn -b $PORT app:app', ['$PORT port-as-host']],
    ["gunicorn -b '0.0.0.0:$PORT' app:app", ['0.0.0.0:$PORT no-number']],
    ['gunicorn -b 0.0.0.0:PORT app:app', ['0.0.0.0:PORT no-number']],
    ['gunicorn -b 0.0.0.0:%PORT% app:app', ['0.0.0.0:%PORT% no-number']],
    ['gunicorn -b unix:/tmp/a.sock app:app', ['unix:/tmp/a.sock unix-socket']],
    ['gunicorn -b $ADDRESS app:app', ['? unknown', ':8000 fixed-port']],
    ['PORT=8000 gunicorn app:app', ['0.0.0.0:8000 fixed-port']],
    ['PORT=8000 gunicorn -b :$PORT app:app', [':$PORT right']],
    ['waitress-serve --port=$PORT app:app', ['0.0.0.0:$PORT right']],
    ['waitress-serve --listen=*:$PORT app:app', ['*:$PORT right']],
    ['waitress-serve app:app', ['0.0.0.0:8080 default']],
    ['waitress-serve --host 127.0.0.1 --port=$PORT app:app', ['127.0.0.1:$PORT loopback']],
    ['uvicorn app:app --host 0.0.0.0 --port $PORT', ['0.0.0.0:$PORT right']],
    ['uvicorn app:app --port $PORT', ['127.0.0.1:$PORT loopback']],
    ['hypercorn app:app', ['127.0.0.1:8000 default']],
    ['hypercorn -b 0.0.0.0:$PORT app:app', ['0.0.0.0:$PORT right']],
    ['uwsgi --http :$PORT -w app:app', [':$PORT right']],
    ['uwsgi --socket :$PORT -w app:app', ['the uwsgi protocol unix-socket']],
    ['flask run -h 0.0.0.0 -p $PORT', ['0.0.0.0:$PORT right']],
    ['flask run', ['127.0.0.1:5000 default']],
  ])('%s', (command, addresses) => {
    expect(listens(web(command))).toEqual(addresses)
  })

  test.each<[why: string, config: string, addresses: string[]]>([
    ['a literal', 'bind = "127.0.0.1:8000"\n', ['127.0.0.1:8000 loopback']],
    ['a list', 'bind = ["0.0.0.0:8000", "[::]:8000"]\n', ['0.0.0.0:8000 fixed-port', '[::]:8000 fixed-port']],
    [
      'PORT with a fallback',
      'import os\nbind = "0.0.0.0:" + os.environ.get("PORT", "8000")\n',
      ['0.0.0.0:$PORT right'],
    ],
    ['PORT in an f-string', 'import os\nbind = f"0.0.0.0:{os.environ[\'PORT\']}"\n', ['0.0.0.0:$PORT right']],
    ['a literal $PORT', 'bind = "0.0.0.0:$PORT"\n', ['0.0.0.0:$PORT no-number']],
    ['another config var', 'import os\nbind = os.environ.get("BIND", "127.0.0.1:80")\n', ['127.0.0.1:80 loopback']],
    ['a required config var', 'import os\nbind = os.environ["BIND"]\n', ['$BIND unknown']],
    ['a private name', '_bind = "127.0.0.1:8000"\n', ['0.0.0.0:$PORT right']],
  ])('gunicorn.conf.py: %s', (_why, config, addresses) => {
    expect(listens(web('gunicorn app:app', { 'gunicorn.conf.py': config }))).toEqual(addresses)
  })

  test.each<[why: string, body: string, addresses: string[]]>([
    ['nothing said', 'app.run()', ['127.0.0.1:5000 default']],
    ['a fixed port', 'app.run("0.0.0.0", 5000)', ['0.0.0.0:5000 fixed-port']],
    ['PORT', 'app.run(host="0.0.0.0", port=int(os.environ.get("PORT", 5000)))', ['0.0.0.0:$PORT right']],
    ['no host', 'app.run(port=os.environ["PORT"])', ['127.0.0.1:$PORT loopback']],
    [
      'a host that is not set',
      'app.run(host=os.environ.get("IP"), port=os.environ["PORT"])',
      ['127.0.0.1:$PORT loopback'],
    ],
    ['hidden arguments', 'app.run(**options)', ['? unknown']],
  ])('app.run(): %s', (_why, body, addresses) => {
    const source = `import os\nfrom somewhere import options\n${APP}${MAIN}${body}\n`
    expect(listens(web('python app.py', { 'app.py': source }))).toEqual(addresses)
  })

  test('PORT is always set, so that no handler for its absence counts', () => {
    const body =
      'try:\n        port = int(os.environ["PORT"])\n    except KeyError:\n        port = 5000\n    app.run("0.0.0.0", port)\n'
    expect(listens(web('python app.py', { 'app.py': `import os\n${APP}${MAIN}${body}` }))).toEqual([
      '0.0.0.0:$PORT right',
    ])
  })

  test.each([
    ['nginx as a wrapper', 'bin/start-nginx gunicorn -b unix:/tmp/nginx.socket app:app'],
    ['nginx before', 'service nginx start && gunicorn -b 127.0.0.1:8000 app:app'],
    ['Node.js beside', 'gunicorn -b 127.0.0.1:8000 app:app & node server.js'],
    ['a script that starts both', 'sh start.sh'],
  ])('not judged behind another server: %s', (_why, command) => {
    const script = 'gunicorn -b 127.0.0.1:8000 app:app &\nnginx -g "daemon off;"\n'
    expect(serverOf(web(command, { 'start.sh': script }))?.bind ?? null).toBeNull()
  })

  test('whatever else runs, a server on $PORT is seen there', () => {
    const script = './warm-up.sh &\ngunicorn app:app\n'
    expect(listens(web('sh start.sh', { 'start.sh': script }))).toEqual(['0.0.0.0:$PORT right'])
  })

  test('a worker beside the server changes nothing', () => {
    expect(listens(web('celery -A app worker & gunicorn -b 127.0.0.1:8000 app:app'))).toEqual([
      '127.0.0.1:8000 loopback',
    ])
  })
})

describe('what is served', () => {
  const package_ = { 'shop/__init__.py': FACTORY }
  const problem = (files: Files): string => serverOf(files)?.boot?.problem?.kind ?? 'none'

  test.each<[command: string, files: Files, problem: string]>([
    ['gunicorn app:app', {}, 'none'],
    ['gunicorn main:app', {}, 'no-module'],
    ['gunicorn App:app', {}, 'no-module'],
    ['gunicorn src/app:app', { 'src/app.py': APP }, 'no-module'],
    ['gunicorn src.app:app', { 'src/app.py': APP }, 'none'],
    ['gunicorn --chdir src app:app', { 'src/app.py': APP }, 'none'],
    ['PYTHONPATH=src gunicorn hello:app', { 'src/hello.py': APP }, 'none'],
    ['cd src && gunicorn hello:app', { 'src/hello.py': APP }, 'none'],
    ['gunicorn hello:app', { 'src/hello.py': APP, 'gunicorn.conf.py': 'import sys\nsys.path.append("src")\n' }, 'none'],
    ['gunicorn hello:app', { 'src/hello.py': APP, 'setup.py': '' }, 'none'],
    ['gunicorn app', {}, 'no-attribute'],
    ['gunicorn app:server', {}, 'no-attribute'],
    ['gunicorn app:app', { 'app/__init__.py': '', 'app/app.py': APP }, 'no-attribute'],
    ['gunicorn app:app', { 'app.py': 'from flask import Flask\nglobals()["app"] = Flask(__name__)\n' }, 'none'],
    ['gunicorn app:app.wsgi_app', {}, 'bad-expression'],
    ["gunicorn 'shop:create_app(CONFIG)'", package_, 'bad-expression'],
    ['gunicorn "shop:create_app(\'x\')"', package_, 'none'],
    ['gunicorn shop:create_app', package_, 'not-called'],
    ['waitress-serve --call shop:create_app', package_, 'none'],
    ['gunicorn wsgi:app', { ...package_, 'wsgi.py': 'from shop import create_app\napp = create_app\n' }, 'not-called'],
    ['gunicorn wsgi:app', { 'wsgi.py': 'import app\n' }, 'not-callable'],
    [
      'gunicorn wsgi:app',
      {
        'wsgi.py':
          'import app as flask_app\n\n\ndef app(environ, start_response):\n    return flask_app.app(environ, start_response)\n',
      },
      'none',
    ],
  ])('%s (%j) %s', (command, files, expected) => {
    expect(problem(web(command, files))).toBe(expected)
  })
})

describe('which server it is', () => {
  const serving = (command: string, source: string): string => {
    const server = serverOf(web(command, { 'app.py': source }))
    return `${server?.name} ${server?.development}${server?.serving?.background ? ' in a thread' : ''}`
  }
  const THREAD = 'from threading import Thread\n'
  test.each<[why: string, source: string, expected: string]>([
    ['under __main__', `${APP}${MAIN}app.run()\n`, 'app.run() true'],
    ['in a function', `${APP}\ndef main():\n    app.run()\n${MAIN}main()\n`, 'app.run() true'],
    ['by waitress', `from waitress import serve\n${APP}${MAIN}serve(app)\n`, 'waitress.serve() false'],
    [
      'by waitress on a dyno',
      `import os\nfrom waitress import serve\n${APP}${MAIN}if "DYNO" in os.environ:\n        serve(app)\n    else:\n        app.run()\n`,
      'waitress.serve() false',
    ],
    [
      'in the branch for Heroku',
      `import os\nfrom waitress import serve\n${APP}${MAIN}if os.environ.get("LOCATION") == "heroku":\n        serve(app)\n    else:\n        app.run()\n`,
      'waitress.serve() false',
    ],
    [
      'in a thread',
      `${THREAD}${APP}\ndef run():\n    app.run()\n\nThread(target=run).start()\n`,
      'app.run() true in a thread',
    ],
    [
      'as a method in a thread',
      `${THREAD}${APP}\nThread(target=app.run, kwargs={"port": 8080}).start()\n`,
      'app.run() true in a thread',
    ],
    ['not at all', APP, 'python null'],
  ])('python app.py: %s', (_why, source, expected) => {
    expect(serving('python app.py', source)).toBe(expected)
  })

  test('of two branches that depend on an unknown, the one made for production', () => {
    const script = 'if [ "$APP_ENV" = dev ]; then\n  flask run\nelse\n  gunicorn app:app\nfi\n'
    expect(serverOf(web('sh start.sh', { 'start.sh': script }))?.name).toBe('gunicorn')
  })
})

describe('where the processes come from', () => {
  const dockerfile = 'FROM python:3.14\nWORKDIR /app\nCOPY . .\nCMD ["gunicorn", "-b", "0.0.0.0:$PORT", "app:app"]\n'
  test.each<[why: string, files: Files, kind: string, types: string[]]>([
    ['Procfile', { Procfile: 'web: gunicorn app:app\nworker: rq worker\n' }, 'procfile', ['web', 'worker']],
    [
      'a Procfile before a Dockerfile',
      { Procfile: 'web: gunicorn app:app\n', Dockerfile: dockerfile },
      'procfile',
      ['web'],
    ],
    ['a misnamed one', { 'Procfile.txt': 'web: gunicorn app:app\n' }, 'candidate', ['web']],
    [
      'heroku.yml',
      { 'heroku.yml': 'build:\n  docker:\n    web: Dockerfile\n', Dockerfile: dockerfile },
      'heroku.yml',
      ['web'],
    ],
    ['a Dockerfile alone', { Dockerfile: dockerfile }, 'dockerfile', ['web']],
    ['nothing', {}, 'none', []],
  ])('%s', async (_why, files, kind, types) => {
    await loadReaders(project(files))
    const plan = planOf(files)
    expect(plan.source.kind).toBe(kind)
    expect(plan.processes.map(({ type }) => type)).toEqual(types)
  })

  test('Fir mends the case of a process type, Cedar does not', () => {
    const files = { Procfile: 'Web: gunicorn app:app\n' }
    expect(planOf(files).web).toBeNull()
    expect(planOf(files, 'fir').web).not.toBeNull()
  })

  test('what an ENV of the image sets stands at the command', () => {
    const image =
      'FROM python:3.14\nWORKDIR /app\nCOPY . .\nENV FLASK_RUN_HOST=0.0.0.0 FLASK_RUN_PORT=5000\nCMD flask run\n'
    const server = serverOf({ Dockerfile: image })
    expect(server?.bind?.addresses.map(({ shown, at }) => [shown, at.path])).toEqual([['0.0.0.0:5000', 'Dockerfile']])
  })

  test('an exec form leaves $PORT to the shell that Heroku runs it in', () => {
    expect(listens({ Dockerfile: dockerfile })).toEqual(['0.0.0.0:$PORT unknown'])
  })
})

describe('the app that a project is about', () => {
  test.each<[files: Files, words: string]>([
    [{}, 'app:app'],
    [{ 'app.py': '', 'server/main.py': APP }, '--chdir server main:app'],
    [{ 'app.py': '', 'shop/__init__.py': '', 'shop/web.py': APP }, 'shop.web:app'],
    [{ 'app.py': '', 'shop/__init__.py': FACTORY }, '"shop:create_app()"'],
    [
      { 'app.py': '', 'shop/__init__.py': FACTORY, 'flasky.py': 'from shop import create_app\napp = create_app()\n' },
      'flasky:app',
    ],
    [{ 'app.py': 'from dash import Dash\n\napp = Dash(__name__)\nserver = app.server\n' }, 'app:server'],
  ])('%j is served as %s', (files, words) => {
    expect(planOf(files).webApp?.words).toBe(words)
  })

  test('tests and examples make no app of the project', () => {
    const tree = memoryTree({ 'tests/app.py': APP, 'examples/app.py': APP })
    expect(readProject(tree).plan).toBeUndefined()
  })
})
