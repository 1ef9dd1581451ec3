import { describe, expect, test } from 'vitest'
import { run, shown } from './running.ts'

/** What `app.config` holds at the end, or `…` where reading cannot tell all of it. */
function config(files: Readonly<Record<string, string>>): string {
  const [app] = run(files).allApps
  if (app === undefined) return 'no app'
  const entries = [...app.config.entries].map(([key, value]) => `${key}: ${shown(value)}`)
  return [...entries, ...(app.config.open ? ['…'] : [])].join(', ')
}

const HEAD = 'import os\nfrom flask import Flask\napp = Flask(__name__)\n'

describe('one file', () => {
  test.each([
    ['app.config["A"] = 1', 'A: 1'],
    ['app.config.update(A=1, B=2)', 'A: 1, B: 2'],
    ['app.config.update({"A": 1}, B=2)', 'B: 2, A: 1'],
    ['app.config.update(unknown())', '…'],
    ['app.config |= {"A": 1}', 'A: 1'],
    ['app.config.from_mapping({"A": 1, "b": 2}, C=3)', 'A: 1, C: 3'],
    ['app.config.from_object(__name__)\nB = 2', ''],
    ['B = 2\napp.config.from_object(__name__)', 'B: 2'],
    ['app.config.from_object(unknown())', '…'],
    ['app.config.setdefault("A", 1)', 'A: 1'],
    ['app.config.setdefault("SECRET_KEY", "a")', ''],
    ['app.secret_key = "a"\napp.debug = True', 'SECRET_KEY: "a", DEBUG: True'],
    ['app.config["A"] = app.config["DEBUG"]', 'A: False'],
    ['app.config["A"] = app.testing', 'A: False'],
    ['app.config["A"] = app.instance_path', 'A: "/app/instance"'],
    ['app.config["A"] = 1\napp.config.from_envvar("FILE", silent=True)', 'A: 1 if not FILE | <unknown> if FILE'],
    ['app.config["A"] = 1\napp.config.from_envvar("FILE")', 'A: 1, …'],
    ['app.config["A"] = "a"\napp.config.from_prefixed_env()', 'A: <unknown> if FLASK_A | "a" if not FLASK_A'],
    ['app.config.from_pyfile("missing.py", silent=True)', ''],
    ['app.config.from_pyfile("missing.py")', '…'],
    ['app.config.from_json("a.json")', '…'],
    ['if foo():\n    app.config["A"] = 1', 'A: 1 if ?'],
    ['from flask import current_app\nwith app.app_context():\n    current_app.config["A"] = 1', 'A: 1'],
    ['@app.route("/")\ndef view():\n    app.config["A"] = 1\n    app.config.update(unknown())', ''],
    ['os.environ["FLASK_DEBUG"] = "1"\nother = Flask("other")\napp.config["A"] = other.debug', 'A: True'],
  ])('%s', (source, wanted) => {
    expect(config({ 'app.py': `${HEAD}${source}\n` })).toBe(wanted)
  })
})

const CONFIG = `import os

class Config:
    A = "base"
    b = "no setting"
    @staticmethod
    def init_app(app):
        app.config["C"] = 1

class DevelopmentConfig(Config):
    A = "dev"

class ProductionConfig(Config):
    @classmethod
    def init_app(cls, app):
        super().init_app(app)
        app.config["D"] = cls.A

config = {"development": DevelopmentConfig, "production": ProductionConfig, "default": DevelopmentConfig}
`

describe('a module of configurations', () => {
  test.each([
    ['app.config.from_object("config.ProductionConfig")', 'A: "base"'],
    ['app.config.from_object("config:ProductionConfig")', 'A: "base"'],
    ['import config\napp.config.from_object(config.ProductionConfig())', 'A: "base"'],
    ['import config\napp.config.from_object(config)', ''],
    [
      'from config import config\napp.config.from_object(config[os.getenv("STAGE") or "default"])',
      'A: "base" if STAGE | "dev" if not STAGE',
    ],
    ['from config import config\napp.config.from_object(config[os.environ["STAGE"]])', 'A: "base"'],
    [
      'from config import config\napp.config.from_object(config.get(os.getenv("STAGE"), config["default"]))',
      'A: "base" if STAGE | "dev" if not STAGE',
    ],
    ['app.config.from_object(os.environ["APP_SETTINGS"])', 'A: "base"'],
    [
      'app.config.from_object(os.environ.get("APP_SETTINGS", "config.DevelopmentConfig"))',
      'A: "base" if APP_SETTINGS | "dev" if not APP_SETTINGS',
    ],
    ['app.config.from_object("config.%sConfig" % "Production")', 'A: "base"'],
    ['from config import ProductionConfig as P\nP.init_app(app)', 'C: 1, D: "base"'],
    ['from config import *\napp.config.from_object(DevelopmentConfig)', 'A: "dev"'],
    ['import importlib\napp.config.from_object(importlib.import_module("config").DevelopmentConfig)', 'A: "dev"'],
    ['app.config.from_object("config.Missing")', '…'],
    ['app.config.from_pyfile("settings.cfg")', 'A: "file"'],
  ])('%s', (source, wanted) => {
    expect(config({ 'app.py': `${HEAD}${source}\n`, 'config.py': CONFIG, 'settings.cfg': 'A = "file"\n' })).toBe(wanted)
  })
})

test('a subclass of Flask sets its own config', () => {
  const source = `from flask import Flask
class Shop(Flask):
    def __init__(self, *args):
        super().__init__(*args)
        self.config["A"] = 1
app = Shop(__name__)
`
  expect(config({ 'app.py': source })).toBe('A: 1')
})

test('the server of a Dash app is a Flask app', () => {
  expect(
    config({ 'app.py': 'import dash\napp = dash.Dash(__name__)\nserver = app.server\nserver.config["A"] = 1\n' }),
  ).toBe('A: 1')
})
