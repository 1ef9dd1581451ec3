/** The same faults of data in the forms in which people write them, one finding each; and what only looks like them. */
import { describe, expect, test } from 'vitest'
import { loadReaders, readProject } from '../../engine/facts/project.ts'
import { lintProject } from '../../engine/run.ts'
import { memoryTree } from '../../engine/tree.ts'
import { rules } from '../../rules/registry.ts'

type Files = Readonly<Record<string, string>>

const FLASK = 'import os\nfrom flask import Flask, request\n\napp = Flask(__name__)\n'
const UPLOAD = `${FLASK}from werkzeug.utils import secure_filename\n`
const POSTGRES =
  'from flask_sqlalchemy import SQLAlchemy\napp.config["SQLALCHEMY_DATABASE_URI"] = os.environ["DATABASE_URL"].replace("postgres://", "postgresql+psycopg://", 1)\ndb = SQLAlchemy(app)\n'

/** What the rules of the stage say of a small project, as `rule` or `rule:level` where it is no warning. */
async function found(app: string, others: Files = {}): Promise<string[]> {
  const tree = memoryTree({
    Procfile: 'web: gunicorn app:app\n',
    'requirements.txt': 'flask\ngunicorn\nflask-sqlalchemy\npsycopg[binary]\nredis\n',
    'app.py': app,
    ...others,
  })
  await loadReaders(tree)
  const ours = rules.filter(
    ({ stage, id }) => stage === 'data' && !/^(?:sqlite-(?:on|fallback)|database-url-scheme)/.test(id),
  )
  const { findings, faults } = lintProject(readProject(tree), ours)
  expect(faults).toEqual([])
  return findings.map(({ rule, level }) => (level === 'warning' ? rule : `${rule}:${level}`))
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`

describe('tables made at start', () => {
  test.each([
    [
      'with a declarative base',
      lines(
        'from sqlalchemy.orm import declarative_base',
        'Base = declarative_base()',
        'Base.metadata.create_all(os.environ["X"])',
      ),
    ],
    [
      'with a class of one',
      lines(
        'from sqlalchemy.orm import DeclarativeBase',
        'class Base(DeclarativeBase):',
        '    pass',
        'Base.metadata.create_all(None)',
      ),
    ],
    ['where the file is not there yet', lines(POSTGRES, 'if not os.path.exists("site.db"):', '    db.create_all()')],
    ['before each request', lines(POSTGRES, '@app.before_request', 'def tables():', '    db.create_all()')],
  ])('%s', async (_form, code) => {
    expect(await found(FLASK + code)).toEqual(['create-all-at-start'])
  })

  test('by a program that serves itself', async () => {
    const main =
      '\nif __name__ == "__main__":\n    with app.app_context():\n        db.create_all()\n    app.run(host="0.0.0.0", port=int(os.environ["PORT"]))\n'
    expect(await found(FLASK + POSTGRES + main, { Procfile: 'web: python app.py\n' })).toEqual(['create-all-at-start'])
    expect(await found(FLASK + POSTGRES + main)).toEqual([])
  })
})

describe('files that are kept', () => {
  const view = (...body: readonly string[]): string =>
    lines('@app.route("/", methods=["POST"])', 'def view():', ...body.map((line) => `    ${line}`), '    return ""')
  test.each([
    [
      'an upload, named by the client',
      UPLOAD +
        view('file = request.files["file"]', 'file.save(os.path.join("uploads", secure_filename(file.filename)))'),
    ],
    [
      'several uploads',
      UPLOAD + view('for file in request.files.getlist("files"):', '    file.save("uploads/" + file.filename)'),
    ],
    [
      'a picture made smaller',
      `${FLASK}from PIL import Image\n${view('picture = Image.open(request.files["picture"])', 'picture.save(os.path.join(app.root_path, "static/profiles", os.urandom(8).hex()))')}`,
    ],
    [
      'a table that grows',
      `${FLASK}import csv\n${view('with open("database.csv", newline="", mode="a") as file:', '    csv.writer(file).writerow([request.form["email"]])')}`,
    ],
    ['a chart', `${FLASK}from matplotlib import pyplot\n${view('pyplot.savefig("static/plot.png")')}`],
    [
      'a workbook that is read and written back',
      `${FLASK}import openpyxl\n${view('book = openpyxl.load_workbook("bookings.xlsx")', 'book.save("bookings.xlsx")')}`,
    ],
    ['a shelf', `${FLASK}import shelve\n${view('shelve.open("orders")["last"] = 1')}`],
    [
      'a set of Flask-Uploads',
      `${FLASK}from flask_uploads import IMAGES, UploadSet\nphotos = UploadSet("photos", IMAGES)\n${view('photos.save(request.files["photo"])')}`,
    ],
  ])('%s', async (_form, code) => {
    expect(await found(code)).toEqual(['local-file-storage'])
  })

  test.each([
    [
      'an upload that is read in its own request',
      UPLOAD +
        lines('def guess(path):', '    return len(open(path, "rb").read())') +
        view(
          'file = request.files["file"]',
          'path = os.path.join(os.path.dirname(__file__), "uploads", secure_filename(file.filename))',
          'file.save(path)',
          'return str(guess(path))',
        ),
    ],
    [
      'a report that is sent at once',
      `${FLASK}from flask import send_file\n${view('with open("static/report.csv", "w") as file:', '    file.write("1")', 'send_file("static/report.csv")')}`,
    ],
    [
      'a file that is made where it is missing',
      FLASK +
        view(
          'if not os.path.exists("static/site.webmanifest"):',
          '    open("static/site.webmanifest", "w").write("{}")',
        ),
    ],
    [
      'a buffer',
      `${FLASK}import io\nfrom PIL import Image\n${view('Image.open(request.files["a"]).save(io.BytesIO(), "PNG")')}`,
    ],
    ['a form', FLASK + view('user = request.user', 'user.save()')],
  ])('but not %s', async (_form, code) => {
    expect(await found(code)).toEqual([])
  })
})

describe('jobs in the web process', () => {
  test.each([
    [
      'Flask-APScheduler',
      lines(
        'from flask_apscheduler import APScheduler',
        'scheduler = APScheduler()',
        'scheduler.init_app(app)',
        'scheduler.start()',
      ),
    ],
    [
      'a thread that polls',
      lines(
        'import threading, telebot',
        'bot = telebot.TeleBot(os.environ["TOKEN"])',
        'threading.Thread(target=bot.infinity_polling).start()',
      ),
    ],
    [
      'a class that is a thread',
      lines(
        'import threading, time',
        'class Poller(threading.Thread):',
        '    def run(self):',
        '        while True:',
        '            time.sleep(5)',
        'Poller().start()',
      ),
    ],
    [
      'a timer that winds itself up',
      lines('import threading', 'def tick():', '    threading.Timer(60, tick).start()', 'tick()'),
    ],
    [
      'schedule in a thread',
      lines(
        'import schedule, threading, time',
        'def loop():',
        '    while True:',
        '        schedule.run_pending()',
        '        time.sleep(1)',
        'threading.Thread(target=loop).start()',
      ),
    ],
  ])('%s', async (_form, code) => {
    expect(await found(FLASK + code)).toEqual(['scheduler-in-web'])
  })

  test('a bot kept awake by a page', async () => {
    const bot = lines(
      'import threading, telebot',
      'bot = telebot.TeleBot(os.environ["TOKEN"])',
      'threading.Thread(target=app.run, kwargs={"host": "0.0.0.0", "port": int(os.environ["PORT"])}).start()',
      'bot.polling(none_stop=True)',
    )
    expect(await found(FLASK + bot, { Procfile: 'web: python app.py\n' })).toEqual(['scheduler-in-web'])
  })
})

describe('logs in files', () => {
  test.each([
    ['loguru', lines('from loguru import logger', 'logger.add("logs/app.log", rotation="1 MB")')],
    [
      'a function of the project',
      lines(
        'import logging',
        'def logger(name, file):',
        '    logging.getLogger(name).addHandler(logging.FileHandler(file))',
        'logger("shop", "shop.log")',
      ),
    ],
    [
      'outside debug mode',
      lines('import logging', 'if not app.debug:', '    app.logger.addHandler(logging.FileHandler("errors.log"))'),
    ],
  ])('%s', async (_form, code) => {
    expect(await found(FLASK + code)).toEqual(['log-to-file'])
  })

  test('an ini file', async () => {
    const ini =
      '[loggers]\nkeys=root\n[logger_root]\nhandlers=file\n[handler_file]\nclass=FileHandler\nargs=("shop.log", "a")\n[handler_other]\nclass=FileHandler\nargs=("other.log",)\n'
    const code = lines('import logging.config', 'logging.config.fileConfig("logging.ini")')
    expect(await found(FLASK + code, { 'logging.ini': ini })).toEqual(['log-to-file'])
  })

  test("gunicorn's access log gives way to the buildpack's setting on Cedar", async () => {
    expect(await found(FLASK, { 'gunicorn.conf.py': 'accesslog = "access.log"\n' })).toEqual([])
    expect(await found(FLASK, { 'gunicorn.conf.py': 'errorlog = "errors.log"\n' })).toEqual(['log-to-file'])
    expect(await found(FLASK, { Procfile: 'web: gunicorn app:app --access-logfile access.log\n' })).toEqual([
      'log-to-file',
    ])
  })
})

describe('drivers', () => {
  const uri = (address: string): string =>
    `${FLASK}from flask_sqlalchemy import SQLAlchemy\napp.config["SQLALCHEMY_DATABASE_URI"] = ${address}\nSQLAlchemy(app)\n`
  const POSTGRESQL = 'os.environ["DATABASE_URL"].replace("postgres://", "postgresql://", 1)'
  test.each([
    ['no driver for Postgres', uri(POSTGRESQL), '', ['database-driver-missing:error']],
    ['no driver for ClearDB', uri('os.environ["CLEARDB_DATABASE_URL"]'), '', ['database-driver-missing:error']],
    ['a driver of any kind', uri(POSTGRESQL), 'psycopg2-binary\n', []],
    [
      'one that stands in for another',
      `import pymysql\npymysql.install_as_MySQLdb()\n${uri('os.environ["JAWSDB_URL"]')}`,
      'pymysql\n',
      [],
    ],
    ['a requirements file that is not known whole', uri(POSTGRESQL), '-r https://example.com/more.txt\n', []],
  ])('%s', async (_form, code, requirements, expected) => {
    expect(await found(code, { 'requirements.txt': `flask\ngunicorn\nflask-sqlalchemy\n${requirements}` })).toEqual(
      expected,
    )
  })
})
