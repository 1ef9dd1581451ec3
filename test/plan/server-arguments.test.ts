import { describe, expect, test } from 'vitest'
import { invocations } from '../../engine/plan/command.ts'
import {
  effective,
  gunicornCommandArguments,
  type ServerCommand,
  type Setting,
  serverCommand,
} from '../../engine/plan/server-arguments.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'

const EMPTY = memoryTree({})

function read(text: string, tree: Tree = EMPTY): ServerCommand {
  const found = invocations(tree, text, { path: 'Procfile', start: 0, end: text.length }).invocations.at(-1)
  if (found === undefined) throw new Error(`nothing runs in ${text}`)
  return serverCommand(found, tree)
}

const show = ({ value }: Setting): string | boolean => (typeof value === 'object' ? value.raw : value)
const settings = (command: ServerCommand): Record<string, (string | boolean)[]> =>
  Object.fromEntries([...command.settings].map(([name, list]) => [name, list.map(show)]))

describe('gunicorn', () => {
  test.each<[string, string | null, Record<string, (string | boolean)[]>]>([
    ['gunicorn app:app', 'app:app', {}],
    ['gunicorn', null, {}],
    ['gunicorn -w4 app:app', 'app:app', { workers: ['4'] }],
    ['gunicorn -w 4 app:app', 'app:app', { workers: ['4'] }],
    ['gunicorn app:app --workers=4', 'app:app', { workers: ['4'] }],
    // argparse takes an unambiguous beginning
    ['gunicorn --workers 4 --thr 2 app:app', 'app:app', { workers: ['4'], threads: ['2'] }],
    ['gunicorn -b :$PORT -b [::]:$PORT app:app', 'app:app', { bind: [':$PORT', '[::]:$PORT'] }],
    ['gunicorn -b0.0.0.0:$PORT app:app', 'app:app', { bind: ['0.0.0.0:$PORT'] }],
    ['gunicorn --log-file - --access-logfile=- app:app', 'app:app', { errorlog: ['-'], accesslog: ['-'] }],
    [
      'gunicorn -R --reload -D app:app',
      'app:app',
      { enable_stdio_inheritance: [true], reload: [true], daemon: [true] },
    ],
    ['gunicorn -RDw2 app:app', 'app:app', { enable_stdio_inheritance: [true], daemon: [true], workers: ['2'] }],
    ['gunicorn --no-sendfile app:app', 'app:app', { sendfile: [false] }],
    [
      'gunicorn -k gevent --chdir src -c conf.py app:app',
      'app:app',
      { worker_class: ['gevent'], chdir: ['src'], config: ['conf.py'] },
    ],
    ['gunicorn -e A=b --env C=d app:app', 'app:app', { raw_env: ['A=b', 'C=d'] }],
    ['gunicorn --preload -t 60 -- app:app', 'app:app', { preload_app: [true], timeout: ['60'] }],
    ['gunicorn "app:create_app(\'prod\')"', "app:create_app('prod')", {}],
    ['gunicorn $MODULE', null, {}],
    ['gunicorn $OPTS app:app', 'app:app', {}],
    ['gunicorn --no-such-option 3 app:app', 'app:app', {}],
  ])('%s', (text, target, expected) => {
    const command = read(text)
    expect(command.server).toBe('gunicorn')
    expect(command.target?.spec ?? null).toBe(target)
    expect(settings(command)).toEqual(expected)
  })

  test('places hold the option with its value, and the target', () => {
    const text = 'exec gunicorn --bind 127.0.0.1:8000 -w=2 "app:app"'
    const { target, settings: all } = read(text)
    expect(text.slice(target?.at.start, target?.at.end)).toBe('"app:app"')
    const places = [...all.values()].flat().map(({ at }) => text.slice(at.start, at.end))
    expect(places).toEqual(['--bind 127.0.0.1:8000', '-w=2'])
  })

  test('GUNICORN_CMD_ARGS counts, and the command line is stronger', () => {
    const text = 'GUNICORN_CMD_ARGS="--bind=127.0.0.1:8000 -w 2 ignored:app" gunicorn -w 4 app:app'
    const command = read(text)
    expect(command.target?.spec).toBe('app:app')
    expect(effective(command, 'workers').map(show)).toEqual(['4'])
    expect(effective(command, 'bind').map(({ from }) => from)).toEqual(['GUNICORN_CMD_ARGS'])
    const { at } = effective(command, 'bind')[0] ?? {}
    expect(text.slice(at?.start, at?.end)).toBe('"--bind=127.0.0.1:8000 -w 2 ignored:app"')
  })

  test('GUNICORN_CMD_ARGS of another file keeps its place there', () => {
    const tree = memoryTree({ 'env.sh': 'export GUNICORN_CMD_ARGS="-w 3"\n' })
    expect(effective(read('. ./env.sh; gunicorn a:b', tree), 'workers')[0]?.at.path).toBe('env.sh')
    const given = gunicornCommandArguments("--access-logformat '%(h)s %(l)s' -w 2", { path: 'app.json' })
    expect(given.get('access_log_format')?.map(show)).toEqual(['%(h)s %(l)s'])
    expect(given.get('workers')?.[0]?.from).toBe('GUNICORN_CMD_ARGS')
  })
})

describe('other servers', () => {
  test.each<[string, string, string | null, Record<string, (string | boolean)[]>]>([
    ['waitress-serve --port=$PORT app:app', 'waitress', 'app:app', { port: ['$PORT'] }],
    [
      'waitress-serve --listen *:$PORT --call shop:create_app',
      'waitress',
      'shop:create_app',
      { listen: ['*:$PORT'], call: [true] },
    ],
    ['python -m waitress --host 0.0.0.0 a:b', 'waitress', 'a:b', { host: ['0.0.0.0'] }],
    [
      'uwsgi --http :$PORT --master -w app:app -p 4',
      'uwsgi',
      'app:app',
      { http: [':$PORT'], master: [true], module: ['app:app'], processes: ['4'] },
    ],
    [
      'uwsgi --http-socket=:$PORT --wsgi-file run.py --callable app',
      'uwsgi',
      'run.py',
      { http_socket: [':$PORT'], wsgi_file: ['run.py'], callable: ['app'] },
    ],
    [
      'uwsgi -s :$PORT --mount /=app:app --manage-script-name',
      'uwsgi',
      'app:app',
      { socket: [':$PORT'], mount: ['/=app:app'], manage_script_name: [true] },
    ],
    [
      'uvicorn app:asgi --host 0.0.0.0 --port $PORT --factory',
      'uvicorn',
      'app:asgi',
      { host: ['0.0.0.0'], port: ['$PORT'], factory: [true] },
    ],
    [
      'UVICORN_HOST=0.0.0.0 uvicorn app:asgi --no-access-log',
      'uvicorn',
      'app:asgi',
      { host: ['0.0.0.0'], access_log: [false] },
    ],
    ['hypercorn -b 0.0.0.0:$PORT app:asgi', 'hypercorn', 'app:asgi', { bind: ['0.0.0.0:$PORT'] }],
    ['daphne -b 0.0.0.0 -p $PORT app:asgi', 'daphne', 'app:asgi', { bind: ['0.0.0.0'], port: ['$PORT'] }],
    ['granian --interface wsgi --no-ws app:app', 'granian', 'app:app', { interface: ['wsgi'], ws: [false] }],
    ['flask run -h 0.0.0.0 -p$PORT', 'flask run', null, { host: ['0.0.0.0'], port: ['$PORT'] }],
    [
      'flask --app shop --debug run --no-reload',
      'flask run',
      'shop',
      { app: ['shop'], debug: [true], reload: [false] },
    ],
    [
      'FLASK_APP=a.py FLASK_DEBUG=1 FLASK_RUN_PORT=$PORT flask run',
      'flask run',
      'a.py',
      { app: ['a.py'], debug: ['1'], port: ['$PORT'] },
    ],
    ['FLASK_APP=a flask -A b run', 'flask run', 'b', { app: ['a', 'b'] }],
    ['flask db upgrade -d alembic', 'flask', null, {}],
    ['python app.py --port $PORT', 'python', 'app.py', {}],
    ['python3 -u -W ignore src/app.py', 'python', 'src/app.py', {}],
    ['python -m shop.run', 'python', 'shop.run', { module: [true] }],
    ['python -c "import app"', 'python', null, { code: ['"import app"'] }],
    ['python', 'python', null, {}],
    [
      'python manage.py runserver -h 0.0.0.0 -p $PORT',
      'manage.py runserver',
      'manage.py',
      { host: ['0.0.0.0'], port: ['$PORT'] },
    ],
    ['python manage.py runserver 0.0.0.0:$PORT', 'manage.py runserver', 'manage.py', { address: ['0.0.0.0:$PORT'] }],
    ['celery -A shop.celery worker -l info', 'celery', 'shop.celery', { app: ['shop.celery'], loglevel: ['info'] }],
    ['celery worker --app=shop', 'celery', 'shop', { app: ['shop'] }],
    ['rq worker -u $REDIS_URL high', 'rq', null, { url: ['$REDIS_URL'] }],
    ['make serve', 'other', null, {}],
  ])('%s', (text, server, target, expected) => {
    const command = read(text)
    expect(command.server).toBe(server)
    expect(command.target?.spec ?? null).toBe(target)
    expect(settings(command)).toEqual(expected)
  })

  test.each([
    ['flask db upgrade', 'db upgrade', ['upgrade']],
    ['flask --app shop seed-data', 'seed-data', []],
    ['celery -A x worker high', 'worker', ['high']],
    ['python app.py --port 80', null, ['--port', '80']],
    ['gunicorn a:b', null, []],
  ])('%s has the subcommand %j', (text, subcommand, rest) => {
    const command = read(text)
    expect(command.subcommand).toBe(subcommand)
    expect(command.rest.map(({ raw }) => raw)).toEqual(rest)
  })

  test('waitress takes no option behind its target', () => {
    const command = read('waitress-serve app:app --port=$PORT')
    expect(settings(command)).toEqual({})
    expect(command.unknown.map(({ raw }) => raw)).toEqual(['--port=$PORT'])
  })
})

describe("uWSGI's ini file", () => {
  const ini =
    '[other]\nhttp = no\n\n[uwsgi]\n; a comment\nhttp-socket = :$(PORT)\nmodule=shop.wsgi\ncallable = app\r\nmaster = true\nchdir = %d/src\n'
  const tree = memoryTree({ 'conf/uwsgi.ini': ini, 'loop.ini': '[uwsgi]\nini = loop.ini\nhttp = :1\n' })

  test.each(['uwsgi conf/uwsgi.ini', 'uwsgi --ini conf/uwsgi.ini', 'cd conf && uwsgi --ini=uwsgi.ini'])(
    '%s',
    (text) => {
      const command = read(text, tree)
      expect(command.target).toMatchObject({ spec: 'shop.wsgi:app', at: { path: 'conf/uwsgi.ini' } })
      const [socket] = effective(command, 'http_socket')
      expect(socket?.from).toBe('file')
      expect(ini.slice(socket?.at.start, socket?.at.end)).toBe('http-socket = :$(PORT)')
      expect(typeof socket?.value === 'object' && socket.value.parts).toMatchObject([
        { kind: 'literal', text: ':' },
        { kind: 'variable', name: 'PORT' },
      ])
      expect(command.settings.has('http')).toBe(false)
      expect(effective(command, 'master').map(show)).toEqual([true])
    },
  )

  test('an absent file says nothing, one that names itself comes to an end', () => {
    expect(read('uwsgi nope.ini', tree).target).toBeNull()
    expect(effective(read('uwsgi loop.ini', tree), 'http').length).toBeGreaterThan(0)
  })
})
