import { describe, expect, test } from 'vitest'
import { readDockerfile } from '../../engine/facts/dockerfile.ts'
import { type Invocation, type InvocationOptions, invocations, serving } from '../../engine/plan/command.ts'
import { dockerInvocations } from '../../engine/plan/command-docker.ts'
import { memoryTree, type Tree } from '../../engine/tree.ts'

const EMPTY = memoryTree({})
const run = (text: string, tree: Tree = EMPTY, options: InvocationOptions = {}) =>
  invocations(tree, text, { path: 'Procfile', start: 0, end: text.length }, options)
const words = ({ programName, arguments: given }: Invocation): string =>
  [programName, ...given.map(({ raw }) => raw)].join(' ')
const programs = (text: string, tree: Tree = EMPTY): string[] => run(text, tree).invocations.map(words)
const variables = (invocation: Invocation | undefined): Record<string, string> =>
  Object.fromEntries([...(invocation?.environment ?? [])].map(([name, { raw }]) => [name, raw]))

describe('one line', () => {
  test.each([
    ['gunicorn app:app', ['gunicorn app:app']],
    ['python -m gunicorn app:app', ['gunicorn app:app']],
    ['python3.11 -u -m flask run', ['flask run']],
    ['python -m pkg.mod', ['python -m pkg.mod']],
    ['python -W ignore app.py', ['python -W ignore app.py']],
    ['/app/.heroku/python/bin/gunicorn a:b', ['gunicorn a:b']],
    ['$(which gunicorn) a:b', ['gunicorn a:b']],
    ['$HOME/.local/bin/gunicorn a:b', ['gunicorn a:b']],
    ['cd src && export A=1; echo hi; gunicorn a:b', ['gunicorn a:b']],
    ['flask db upgrade && gunicorn a:b', ['flask db upgrade', 'gunicorn a:b']],
    ['bash -c "gunicorn a:b"', ['gunicorn a:b']],
    ["sh -ec 'exec gunicorn a:b'", ['gunicorn a:b']],
    ['eval gunicorn a:b', ['gunicorn a:b']],
    ['OPTS="-w 2"; gunicorn $OPTS a:b', ['gunicorn -w 2 a:b']],
    ['gunicorn "$A" $B', ['gunicorn "$A" $B']],
    ['exec gunicorn a:b; echo never; python x.py', ['gunicorn a:b']],
    ['exec > log; gunicorn a:b', ['gunicorn a:b']],
    ['exit 0; gunicorn a:b', []],
    ['serve() { gunicorn "$@"; }; serve a:b -w 3', ['gunicorn a:b -w 3']],
    ['', []],
    ['# nothing', []],
  ])('%s', (text, expected) => {
    expect(programs(text)).toEqual(expected)
  })

  test.each([
    ['exec gunicorn a:b', ['exec']],
    ['newrelic-admin run-program gunicorn a:b', ['newrelic-admin run-program']],
    ['ddtrace-run gunicorn a:b', ['ddtrace-run']],
    ['opentelemetry-instrument --service_name x gunicorn a:b', ['opentelemetry-instrument']],
    ['bin/start-pgbouncer gunicorn a:b', ['bin/start-pgbouncer']],
    ['bin/start-nginx nohup gunicorn a:b', ['bin/start-nginx', 'nohup']],
    ['env -u X A=b gunicorn a:b', ['env']],
    ['nice -n 5 gunicorn a:b', ['nice']],
    ['timeout -k 5 30 gunicorn a:b', ['timeout']],
    ['dumb-init -- gunicorn a:b', ['dumb-init']],
    ['poetry run gunicorn a:b', ['poetry run']],
    ['pipenv run gunicorn a:b', ['pipenv run']],
    ['uv run --frozen --group prod gunicorn a:b', ['uv run']],
    ['uv run -m gunicorn a:b', ['uv run', 'python -m']],
    ['dotenv -f .env run gunicorn a:b', ['dotenv run']],
    ['chamber exec shop -- gunicorn a:b', ['chamber exec']],
    ['./wait-for-it.sh db:5432 -t 30 -- gunicorn a:b', ['wait-for-it.sh']],
  ])('%s', (text, wrappers) => {
    const { invocations: found } = run(text)
    expect(found.map(words)).toEqual(['gunicorn a:b'])
    expect(found[0]?.wrappers).toEqual(wrappers)
  })

  test('the environment is what the line adds', () => {
    const { invocations: found } = run('export A=1 B="2 3"; C=4; D=5 env E=$A gunicorn a:b')
    expect(variables(found[0])).toEqual({ A: '1', B: '"2 3"', D: '5', E: '$A' })
    expect(found[0]?.environment.get('E')?.parts).toEqual([{ kind: 'literal', text: '1' }])
  })

  test('what a dyno has in its environment is exported by a mere assignment', () => {
    expect(variables(run('PORT=5000; gunicorn a:b').invocations[0])).toEqual({ PORT: '5000' })
  })

  test('a value that depends on something is known to be unknown', () => {
    const { invocations: found } = run('if [ "$X" ]; then export MODE=a; python a.py; fi; python b.py')
    expect(found[0]?.environment.get('MODE')?.parts).toEqual([{ kind: 'literal', text: 'a' }])
    expect(found[1]?.environment.get('MODE')?.parts[0]?.kind).toBe('opaque')
  })

  test.each<[string, string | null]>([
    ['python x.py', ''],
    ['cd src && python x.py', 'src'],
    ['cd src/deep; cd ..; python x.py', 'src'],
    ['cd /app/src && python x.py', 'src'],
    ['cd "$HOME/src" && python x.py', 'src'],
    ['cd ~/src && python x.py', 'src'],
    ['(cd src && true); python x.py', ''],
    ['cd src; cd; python x.py', ''],
    ['cd /tmp && python x.py', null],
    ['cd $SOMEWHERE && python x.py', null],
    ['[ "$X" ] && cd src; python x.py', null],
    ['pushd src; popd; python x.py', null],
  ])('%s runs in %j', (text, cwd) => {
    const tree = memoryTree({ 'src/x.py': '', 'src/deep/x.py': '' })
    expect(run(text, tree).invocations[0]?.cwd).toBe(cwd)
  })

  test('places are offsets in the file, inside sh -c too', () => {
    const file = 'web: A=1 bash -c "gunicorn -b 0.0.0.0:$PORT a:b"'
    const text = file.slice(5)
    const [found] = invocations(EMPTY, text, { path: 'Procfile', start: 5, end: file.length }).invocations
    expect(file.slice(found?.at.start, found?.at.end)).toBe('gunicorn -b 0.0.0.0:$PORT a:b')
    for (const word of found?.arguments ?? []) expect(file.slice(word.start, word.end)).toBe(word.raw)
  })

  test('text that does not stand verbatim in its file has one place', () => {
    const at = { path: 'heroku.yml', start: 10, end: 90 }
    const [found] = invocations(EMPTY, 'gunicorn a:b', at).invocations
    expect(found?.at).toEqual(at)
    expect(found?.arguments[0]).toMatchObject({ start: 10, end: 90 })
  })
})

describe('scripts', () => {
  const tree = memoryTree(
    {
      'start.sh':
        '#!/usr/bin/env bash\nset -e\nexport FLASK_APP=shop\nflask db upgrade\nif [ "$MODE" = dev ]; then\n  exec flask run\nfi\nexec gunicorn -w "$1" shop:app\necho never\n',
      'bin/web': '#!/bin/sh\ncd "$(dirname "$0")/../src"\npython app.py\n',
      'bin/any': 'exec "$@"\n',
      'env.sh': 'set -a\nMODE=prod\nset +a\nLOCAL=1\n',
      'loop.sh': 'sh loop.sh\nsh loop.sh\n',
      'wide.sh': '. ./wide.sh\n'.repeat(20),
      'dos.sh': 'gunicorn a:b\r\n',
      'manage.py': '#!/usr/bin/env python3\n',
      'Start.SH': '',
      'scripts/run.sh': 'gunicorn a:b\n',
      'src/app.py': '',
    },
    { executable: ['bin/web', 'bin/any', 'manage.py', 'wide.sh'] },
  )

  test('a script is followed with its parameters, exports and branches', () => {
    const { invocations: found, problems } = run('bash start.sh 4', tree)
    expect(found.map(words)).toEqual(['flask db upgrade', 'flask run', 'gunicorn -w "$1" shop:app'])
    expect(found[2]?.arguments[1]?.parts).toEqual([{ kind: 'literal', text: '4' }])
    expect(found.map((each) => variables(each).FLASK_APP)).toEqual(['shop', 'shop', 'shop'])
    // the first exec ends the script only where its condition holds
    expect(found.map(({ conditions }) => conditions.map(({ negated }) => negated))).toEqual([[], [false], [true]])
    expect(problems).toEqual([])
  })

  test('the trail leads from the Procfile into the script', () => {
    const [found] = run('bash start.sh 4', tree).invocations
    expect(found?.path).toBe('start.sh')
    expect(found?.trail).toEqual([{ path: 'Procfile', start: 0, end: 15, message: 'runs start.sh' }])
    const text = tree.read('start.sh')?.text
    expect(text?.slice(found?.at.start, found?.at.end)).toBe('flask db upgrade')
  })

  test('an executable script runs by its first line, and knows its own folder', () => {
    const [web] = run('bin/web', tree).invocations
    expect([web?.cwd, web && words(web)]).toEqual(['src', 'python app.py'])
    expect(programs('./manage.py runserver', tree)).toEqual(['python ./manage.py runserver'])
    expect(programs('bin/any gunicorn a:b', tree)).toEqual(['gunicorn a:b'])
  })

  test('a sourced script changes what follows', () => {
    const [found] = run('. ./env.sh && gunicorn a:b', tree).invocations
    expect(variables(found)).toEqual({ MODE: 'prod' })
  })

  test.each([
    ['sh missing.sh', 'script-missing', 'missing.sh', null],
    ['sh run.sh', 'script-missing', 'run.sh', 'scripts/run.sh'],
    ['source venv/bin/activate && gunicorn a:b', 'script-missing', 'venv/bin/activate', null],
    ['venv/bin/gunicorn a:b', 'script-missing', 'venv/bin/gunicorn', null],
    ['./start.sh', 'script-not-executable', 'start.sh', null],
    ['start.sh', 'script-not-on-path', 'start.sh', null],
    ['cd Src && python app.py', 'directory-missing', 'Src', 'src'],
    ['gunicorn shop:create_app()', 'unquoted-parenthesis', '()', null],
    ['gunicorn "shop:app', 'unterminated-quote', '"shop:app', null],
    ['bash dos.sh', 'carriage-return', '\r', null],
  ])('%s: %s', (text, kind, detail, nearest) => {
    expect(run(text, tree).problems).toMatchObject([{ kind, detail, nearest }])
  })

  test.each([
    'bin/start-pgbouncer gunicorn a:b',
    'bin/made-by-a-buildpack',
    'mkdir x && cd x && gunicorn a:b',
    'make run',
  ])('%s has no problem', (text) => {
    expect(run(text, tree).problems).toEqual([])
  })

  test('scripts that run themselves come to an end', () => {
    expect(programs('sh loop.sh', tree)).toEqual(['sh loop.sh', 'sh loop.sh'])
    expect(programs('./wide.sh', tree)).toEqual([])
  })

  test('pipenv run takes its name from the Pipfile', () => {
    const pipfile = memoryTree({ Pipfile: '[packages]\nstart = "*"\n[scripts]\nstart = "gunicorn a:b -b :$PORT"\n' })
    expect(programs('pipenv run start -w 2', pipfile)).toEqual(['gunicorn a:b -b :$PORT -w 2'])
  })
})

describe('honcho and its kin', () => {
  const tree = memoryTree({
    Procfile: 'web: honcho start -f Procfile.real\n',
    'Procfile.real': 'web: gunicorn a:b -b :$PORT\nworker: python w.py\n',
  })

  test('the named Procfile is expanded, each process with its type', () => {
    const { invocations: found } = run('honcho start -f Procfile.real', tree)
    expect(found.map((each) => [each.processType, words(each), each.path])).toEqual([
      ['web', 'gunicorn a:b -b :$PORT', 'Procfile.real'],
      ['worker', 'python w.py', 'Procfile.real'],
    ])
    expect(serving(found).map(words)).toEqual(['gunicorn a:b -b :$PORT'])
    // only the first gets the dyno's port
    expect(found[0]?.environment.has('PORT')).toBe(false)
    expect(found[1]?.environment.get('PORT')?.parts[0]?.kind).toBe('opaque')
  })

  test('only the named types, and no endless expansion', () => {
    expect(programs('honcho -f Procfile.real start worker', tree)).toEqual(['python w.py'])
    expect(programs('honcho start', memoryTree({ Procfile: 'web: honcho start\n' }))).toEqual(['honcho start'])
    expect(run('honcho start -f Nope', tree).problems).toMatchObject([{ kind: 'script-missing', detail: 'Nope' }])
  })
})

describe('which program serves', () => {
  test.each([
    ['gunicorn a:b', ['gunicorn a:b']],
    ['flask db upgrade && gunicorn a:b', ['gunicorn a:b']],
    ['python seed.py && python app.py', ['python app.py']],
    ['gunicorn a:b & python bot.py', ['gunicorn a:b']],
    ['python bot.py & gunicorn a:b', ['gunicorn a:b']],
    ['python bot.py & python app.py', ['python app.py']],
    ['bin/worker & bin/start-pgbouncer gunicorn a:b --log-file -', ['gunicorn a:b --log-file -']],
    ['if [ "$X" ]; then flask run; else gunicorn a:b; fi', ['flask run', 'gunicorn a:b']],
    ['if [ "$X" ]; then python a.py; else python b.py; fi', ['python a.py', 'python b.py']],
    ['flask db upgrade; if [ "$X" ]; then python a.py; else python b.py; fi', ['python a.py', 'python b.py']],
    ['gunicorn a:b && flask db upgrade', ['gunicorn a:b']],
    ['python app.py | tee log', ['python app.py']],
    ['echo nothing', []],
  ])('%s', (text, expected) => {
    expect(serving(run(text).invocations).map(words)).toEqual(expected)
  })
})

describe('containers', () => {
  const docker = (dockerfile: string, files: Readonly<Record<string, string>> = {}) => {
    const tree = memoryTree({ Dockerfile: dockerfile, 'app.py': '', ...files })
    const read = readDockerfile(tree)
    if (read === undefined) throw new Error('no Dockerfile')
    return dockerInvocations(tree, read)
  }

  test('an exec form expands nothing', () => {
    const found = docker('FROM python\nCMD ["gunicorn", "-b", "0.0.0.0:$PORT", "app:app"]\n')?.invocations
    expect(found?.map(words)).toEqual(['gunicorn -b 0.0.0.0:$PORT app:app'])
    expect(found?.[0]?.arguments[1]?.parts).toEqual([{ kind: 'literal', text: '0.0.0.0:$PORT' }])
  })

  test('an entry point gets the command as its arguments, and files of the image prove nothing', () => {
    const found = docker(
      'FROM python\nWORKDIR /srv\nCOPY . .\nENV MODE=prod PORT=5000\nENTRYPOINT ["./boot.sh"]\nCMD ["gunicorn", "app:app"]\n',
      { 'boot.sh': 'source venv/bin/activate\ncd /srv\nexec "$@"\n' },
    )
    expect(found?.invocations.map((each) => [words(each), each.cwd, variables(each)])).toEqual([
      ['gunicorn app:app', '', { MODE: 'prod' }],
    ])
    expect(found?.problems).toEqual([])
  })

  test('nothing is known of an image that says nothing itself', () => {
    expect(docker('FROM someone/flask\nCOPY . /app\n')).toBeNull()
  })
})
