// How long a lint of a large repository takes, and how much memory: a Flask project of N Python files that production reaches all of.
// Usage: node bench/large.mjs [--files N] [--rounds N] [--program FILE] [--max-seconds S] [--max-megabytes M]     exit status 1 above S or M
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const here = dirname(fileURLToPath(import.meta.url))
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '5' },
    program: { type: 'string', default: join(dirname(here), 'cli/dist/main.cjs') },
    'max-seconds': { type: 'string' },
    'max-megabytes': { type: 'string' },
  },
})
/** Modules of one part of the shop: __init__, models, views, services, and as many more of services. */
const IN_A_PART = 10

const models = (part) => `"""What part ${part} keeps."""
from datetime import datetime

from shop.extensions import db


class Item${part}(db.Model):
    __tablename__ = "items_${part}"

    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), nullable=False, index=True)
    price = db.Column(db.Numeric(10, 2), default=0)
    created = db.Column(db.DateTime, default=datetime.utcnow)

    def to_dict(self):
        return {"id": self.id, "name": self.name, "price": float(self.price), "created": self.created.isoformat()}

    @classmethod
    def named(cls, name):
        return cls.query.filter_by(name=name).order_by(cls.created.desc()).first()
`

const views = (part) => `"""What part ${part} answers."""
import os

from flask import Blueprint, abort, current_app, jsonify, request

from .models import Item${part}
from .service_0 import total as total_of

bp = Blueprint("part_${part}", __name__, url_prefix="/part_${part}")


@bp.route("/", methods=["GET"])
def index():
    page = request.args.get("page", 1, type=int)
    items = Item${part}.query.paginate(page=page, per_page=current_app.config.get("PER_PAGE", 20))
    return jsonify([item.to_dict() for item in items.items])


@bp.route("/<int:item_id>")
def show(item_id):
    item = Item${part}.query.get(item_id)
    if item is None:
        abort(404)
    if os.environ.get("SHOW_TOTALS") and item.price > 0:
        return jsonify(item=item.to_dict(), total=total_of([item]))
    return jsonify(item.to_dict())


@bp.route("/", methods=["POST"])
def create():
    try:
        item = Item${part}(name=request.json["name"], price=request.json.get("price", 0))
    except (KeyError, TypeError) as error:
        return {"error": str(error)}, 400
    current_app.logger.info(f"part ${part}: {item.name!r} for {item.price:.2f}")
    return item.to_dict(), 201
`

const service = (part, index) => `"""Service ${index} of part ${part}."""
import json
import logging
from collections import defaultdict

log = logging.getLogger(__name__)
RATES = {${Array.from({ length: 20 }, (_, i) => `"rate_${i}": ${(i * 7 + part) % 100}`).join(', ')}}


class Ledger:
    def __init__(self, name="part ${part}", rates=None):
        self.name = name
        self.rates = dict(rates or RATES)
        self.lines = defaultdict(list)

    def add(self, key, *amounts, **notes):
        for position, amount in enumerate(amounts):
            if amount is None or (amount < 0 and not notes.get("refund")):
                log.warning("%s: line %d of %s left out", self.name, position, key)
                continue
            self.lines[key].append(round(amount * (1 + self.rates.get(key, 0) / 100), 2))
        return self

    def summary(self):
        sums = {key: sum(lines) for key, lines in self.lines.items() if lines}
        return json.dumps({"name": self.name, "sums": sums}, indent=2, sort_keys=True)


def total(items, ledger=None):
    ledger = ledger or Ledger()
    for item in items:
        ledger.add("rate_${index}", float(item.price), refund=item.price < 0)
    while ledger.lines and len(ledger.lines) > 100:
        ledger.lines.popitem()
    return ledger.summary() if items else "{}"
`

function project(count) {
  const parts = Math.ceil((count - 4) / IN_A_PART)
  const files = new Map([
    ['Procfile', 'web: gunicorn wsgi:app\n'],
    ['requirements.txt', 'Flask==3.1.3\nFlask-SQLAlchemy==3.1.1\ngunicorn==23.0.0\npsycopg[binary]==3.2.9\n'],
    ['.python-version', '3.13\n'],
    ['wsgi.py', 'from shop import create_app\n\napp = create_app()\n'],
    [
      'config.py',
      'import os\n\n\nclass Config:\n    SECRET_KEY = os.environ["SECRET_KEY"]\n    SQLALCHEMY_DATABASE_URI = os.environ["DATABASE_URL"]\n',
    ],
    ['shop/extensions.py', 'from flask_sqlalchemy import SQLAlchemy\n\ndb = SQLAlchemy()\n'],
  ])
  const imports = Array.from({ length: parts }, (_, part) => `    from .part_${part}.views import bp as part_${part}\n`)
  const registered = Array.from({ length: parts }, (_, part) => `    app.register_blueprint(part_${part})\n`)
  files.set(
    'shop/__init__.py',
    `from flask import Flask\n\nfrom config import Config\n\nfrom .extensions import db\n\n\ndef create_app():\n    app = Flask(__name__)\n    app.config.from_object(Config)\n    db.init_app(app)\n${imports.join('')}${registered.join('')}    return app\n`,
  )
  for (let part = 0; part < parts; part++) {
    const folder = `shop/part_${part}`
    const services = Array.from({ length: IN_A_PART - 3 }, (_, index) => index)
    files.set(`${folder}/__init__.py`, services.map((index) => `from . import service_${index}\n`).join(''))
    files.set(`${folder}/models.py`, models(part))
    files.set(`${folder}/views.py`, views(part))
    for (const index of services) files.set(`${folder}/service_${index}.py`, service(part, index))
  }
  return files
}

const folder = mkdtempSync(join(tmpdir(), 'flask-dyno-large-'))
try {
  let bytes = 0
  let python = 0
  for (const [path, text] of project(Number(values.files))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
    bytes += text.length
    if (path.endsWith('.py')) python++
  }
  execFileSync('git', ['init', '--quiet'], { cwd: folder })
  execFileSync('git', ['add', '--all'], { cwd: folder })

  // Node 20 reads this file of certificates at every start, which makes short runs look longer.
  const env = { ...process.env }
  delete env.NODE_EXTRA_CA_CERTS
  const runs = Array.from({ length: Number(values.rounds) }, () => {
    const start = process.hrtime.bigint()
    const args = ['--require', join(here, 'peak-memory.cjs'), values.program, 'lint', '--format', 'json', folder]
    const { status, output } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit', 'pipe'] })
    if (status !== 0 && status !== 1) throw new Error(`exit status ${status}`)
    return { seconds: Number(process.hrtime.bigint() - start) / 1e9, bytes: Number(String(output[3])) }
  })
  const seconds = Math.min(...runs.map((run) => run.seconds))
  const megabytes = Math.max(...runs.map((run) => run.bytes)) / 1e6
  console.log(
    `${python} Python files, ${(bytes / 1e6).toFixed(1)} MB: ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB`,
  )
  if (seconds > Number(values['max-seconds'] ?? Number.POSITIVE_INFINITY)) process.exitCode = 1
  if (megabytes > Number(values['max-megabytes'] ?? Number.POSITIVE_INFINITY)) process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
