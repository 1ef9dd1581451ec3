/** What the fixes make of code as people lay it out: nothing else moves, and it is still Python. */
import { describe, expect, test } from 'vitest'
import { APP, mended } from './mended.ts'

describe('an argument goes with its line, its comment and its comma', () => {
  const MAIN = `${APP}if __name__ == "__main__":\n`
  test.each([
    ['    app.run(\n        debug=True,\n    )\n', '    app.run()\n'],
    ['    app.run(  debug=True  )\n', '    app.run()\n'],
    [
      '    app.run(\n        port=80,\n        debug=True,  # for now\n        host="x",\n    )\n',
      '    app.run(\n        port=80,\n        host="x",\n    )\n',
    ],
    ['    app.run(\n        debug=True,\n        # host="x",\n    )\n', '    app.run(\n        # host="x",\n    )\n'],
    ['    app.run(port=80,  # why\n            debug=True)\n', '    app.run(port=80,  # why\n            )\n'],
    ['    app.run(debug=True, # for now\n            port=80)\n', '    app.run(port=80)\n'],
    ['    app.run(port=80, debug=True,\n            host="x")\n', '    app.run(port=80,\n            host="x")\n'],
    ['    app.run(\n        port=80\n        , debug=True\n    )\n', '    app.run(\n        port=80\n    )\n'],
    ['    app.run(port=80, \\\n        debug=True)\n', '    app.run(port=80)\n'],
  ])('%j', async (before, after) => {
    expect(await mended('debug-when-run-by-hand', `${MAIN}${before}`)).toBe(`${MAIN}${after}`)
  })

  test.each([
    [
      'proxy-headers-trusted',
      'from werkzeug.middleware.proxy_fix import ProxyFix\n',
      'app.wsgi_app = ProxyFix(\n    app.wsgi_app,\n    x_for=1,  # client\n    x_host=1,  # host\n    x_prefix=1,\n)\n',
      'app.wsgi_app = ProxyFix(\n    app.wsgi_app,\n    x_for=1,  # client\n)\n',
    ],
    [
      'log-to-file',
      'import logging\n',
      'logging.basicConfig(\n    level=10,  # all\n    filename="a.log",\n    filemode="w",\n    format="x",\n)\n',
      'logging.basicConfig(\n    level=10,  # all\n    format="x",\n)\n',
    ],
    [
      'log-to-file',
      'import logging\n',
      'logging.basicConfig(\n    filename="a.log",\n    encoding="utf-8",\n)\n',
      'logging.basicConfig()\n',
    ],
    [
      'log-to-file',
      'import logging\n',
      'logging.basicConfig(handlers=[logging.FileHandler("a.log"), logging.StreamHandler()])\n',
      'logging.basicConfig(handlers=[logging.StreamHandler()])\n',
    ],
  ])('%s: %j', async (rule, imports, before, after) => {
    expect(await mended(rule, `${imports}${APP}${before}`)).toBe(`${imports}${APP}${after}`)
  })
})

describe('an argument comes as the others are laid out', () => {
  const REDIS = `import os\nimport redis\n${APP}`
  test.each([
    [
      'r = redis.from_url(os.environ["REDIS_URL"])\n',
      'r = redis.from_url(os.environ["REDIS_URL"], ssl_cert_reqs=None)\n',
    ],
    [
      'r = redis.from_url(\n    os.environ["REDIS_URL"],\n    db=1,  # jobs\n)\n',
      'r = redis.from_url(\n    os.environ["REDIS_URL"],\n    db=1,  # jobs\n    ssl_cert_reqs=None,\n)\n',
    ],
    [
      'r = redis.from_url(\n    os.environ["REDIS_URL"]  # theirs\n)\n',
      'r = redis.from_url(\n    os.environ["REDIS_URL"],  # theirs\n    ssl_cert_reqs=None\n)\n',
    ],
    [
      'r = redis.from_url(\n    os.environ["REDIS_URL"]\n)\n',
      'r = redis.from_url(\n    os.environ["REDIS_URL"],\n    ssl_cert_reqs=None\n)\n',
    ],
  ])('%j', async (before, after) => {
    expect(await mended('redis-tls', `${REDIS}${before}`)).toBe(`${REDIS}${after}`)
    const crlf = (text: string): string => text.replace(/\n/g, '\r\n')
    expect(await mended('redis-tls', crlf(`${REDIS}${before}`))).toBe(crlf(`${REDIS}${after}`))
  })
})

describe('what is added is written as the file writes it', () => {
  const [KEY, GUARD] = ['secret-key-hardcoded', 'secret-key-fallback']
  const NOT_SET = '    raise RuntimeError("SECRET_KEY is not set")\n'
  test.each([
    [
      'in its quotes',
      KEY,
      "app.config['SECRET_KEY'] = 'abc'\n",
      "app.config['SECRET_KEY'] = os.environ['SECRET_KEY']\n",
    ],
    [
      'with its steps',
      GUARD,
      'def load():\n\tapp.secret_key = os.getenv("SECRET_KEY", "dev")\nload()\n',
      'def load():\n\tif "DYNO" in os.environ and "SECRET_KEY" not in os.environ:\n' +
        '\t\traise RuntimeError("SECRET_KEY is not set")\n\tapp.secret_key = os.getenv("SECRET_KEY", "dev")\nload()\n',
    ],
    [
      'above the comment of a class',
      GUARD,
      '\n\n# for all\nclass Config:\n    SECRET_KEY = os.getenv("SECRET_KEY", "dev")\n\n\napp.config.from_object(Config)\n',
      '\n\nif "DYNO" in os.environ and "SECRET_KEY" not in os.environ:\n' +
        `${NOT_SET}\n\n# for all\nclass Config:\n    SECRET_KEY = os.getenv("SECRET_KEY", "dev")\n\n\napp.config.from_object(Config)\n`,
    ],
    [
      'not at all where `os` is no module',
      KEY,
      'def name(os):\n    return os\napp.secret_key = "abc"\n',
      'def name(os):\n    return os\napp.secret_key = "abc"\n',
    ],
    [
      'not at all where a function imports `os` further down',
      KEY,
      'def load():\n    app.secret_key = "abc"\n    import os\nload()\n',
      'def load():\n    app.secret_key = "abc"\n    import os\nload()\n',
    ],
  ])('%s', async (_, rule, before, after) => {
    const head = `import os\n${APP}`
    expect(await mended(rule, `${head}${before}`)).toBe(`${head}${after}`)
  })

  test.each([
    [`from os import environ\n${APP}`, `from os import environ\n${APP}`, 'environ'],
    [`from os import environ as env\n${APP}`, `from os import environ as env\n${APP}`, 'env'],
    [APP, `import os\n${APP}`, 'os.environ'],
    [`"""Shop."""\n\n# web\n${APP}`, `"""Shop."""\n\n# web\nimport os\n${APP}`, 'os.environ'],
  ])('with the environment by its name there: %j', async (head, expected, environ) => {
    const text = await mended('secret-key-hardcoded', `${head}app.secret_key = "abc"\n`)
    expect(text).toBe(`${expected}app.secret_key = ${environ}["SECRET_KEY"]\n`)
  })

  test.each([
    ['class Config:\n    SECRET_KEY = "abc"\n', 'import os\n\n\nclass Config:\n'],
    [
      '"""Settings."""\n\n# for all\nclass Config:\n    SECRET_KEY = "abc"\n',
      '"""Settings."""\n\nimport os\n\n\n# for all\nclass Config:\n',
    ],
    [
      '# Settings\nDEBUG = False\n\nclass Config:\n    SECRET_KEY = "abc"\n',
      '# Settings\nimport os\n\nDEBUG = False\n\nclass Config:\n',
    ],
  ])('with the empty lines that an import has: %j', async (settings, head) => {
    const app = { 'app.py': `from settings import Config\n${APP}app.config.from_object(Config)\n` }
    const text = await mended('secret-key-hardcoded', settings, app, 'settings.py')
    expect(text).toBe(`${head}    SECRET_KEY = os.environ["SECRET_KEY"]\n`)
  })

  test('an address in the quotes of the name beside it', async () => {
    const db = (value: string): string =>
      `import os\nfrom flask_sqlalchemy import SQLAlchemy\n${APP}app.config["SQLALCHEMY_DATABASE_URI"] = ${value}\ndb = SQLAlchemy(app)\n`
    const replaced = ".replace('postgres://', 'postgresql+psycopg://', 1)"
    expect(await mended('database-url-scheme', db("os.environ['DATABASE_URL']"))).toBe(
      db(`os.environ['DATABASE_URL']${replaced}`),
    )
    expect(await mended('database-url-scheme', db("os.getenv('DATABASE_URL')"))).toBe(
      db(`os.getenv('DATABASE_URL', '')${replaced} or None`),
    )
    const keyword = db("os.getenv(key='DATABASE_URL')")
    expect(await mended('database-url-scheme', keyword)).toBe(keyword)
  })

  test('a server that is started by hand, over all its lines', async () => {
    const text = await mended('app-run-at-import', `${APP}app.run(\n    debug=True,\n)  # go\n`)
    expect(text).toBe(`${APP}if __name__ == "__main__":\n    app.run(\n        debug=True,\n    )  # go\n`)
    const kept = `${APP}app.run(host="""a\nb""")\n`
    expect(await mended('app-run-at-import', kept)).toBe(kept)
  })
})

describe('a line', () => {
  const REQUESTS = { 'app.py': `import requests\n${APP}` }
  test.each([
    ['flask\ngunicorn\n\n\n', 'flask\ngunicorn\nrequests\n\n\n'],
    ['flask\ngunicorn  \n\n', 'flask\ngunicorn  \nrequests\n\n'],
    ['flask\r\ngunicorn\r\n\r\n', 'flask\r\ngunicorn\r\nrequests\r\n\r\n'],
    ['flask\ngunicorn', 'flask\ngunicorn\nrequests\n'],
  ])('comes behind the last that says something: %j', async (before, after) => {
    expect(await mended('import-not-installed', before, REQUESTS, 'requirements.txt')).toBe(after)
  })

  test('comes first where there are empty ones only', async () => {
    const routes = { 'app.py': `${APP}@app.route("/")\ndef home():\n    return "x"\n` }
    expect(await mended('web-process-missing', '\n\n', routes, 'Procfile')).toBe('web: gunicorn app:app\n\n\n')
  })

  test('goes with the empty ones before it at the end of a file', async () => {
    const conf = await mended(
      'gunicorn-workers-fixed',
      'threads = 2\n\nworkers = 4\n',
      { 'app.py': APP },
      'gunicorn.conf.py',
    )
    expect(conf).toBe('threads = 2\n')
  })

  test('goes with those that it takes in by a backslash', async () => {
    const hash = `    --hash=sha256:${'a'.repeat(64)}`
    const text = `pkg-resources==0.0.0 \\\n${hash} \\\n${hash}\nflask==3.1.3 \\\n${hash}\n`
    const app = { 'app.py': APP }
    expect(await mended('requirement-not-installable', text, app, 'requirements.txt')).toBe(
      `flask==3.1.3 \\\n${hash}\n`,
    )
  })

  test('of a requirement is pinned behind its extras, and not where it has a hash', async () => {
    const app = { 'app.py': APP }
    const pinned = await mended('requirement-unpinned', 'flask [async]\n', app, 'requirements.txt')
    expect(pinned).toMatch(/^flask \[async\]==3\.[\d.]+\n$/)
    const hashed = `flask --hash=sha256:${'a'.repeat(64)}\n`
    expect(await mended('requirement-unpinned', hashed, app, 'requirements.txt')).toBe(hashed)
  })
})
