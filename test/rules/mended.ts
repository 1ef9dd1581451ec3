import { expect } from 'vitest'
import { mendProject } from '../../cli/api.ts'
import { memoryTree } from '../../engine/tree.ts'

export type Files = Readonly<Record<string, string>>

/** A file of a small project (app.py, if it has no other name), once all fixes of a rule are made. */
export async function mended(
  rule: string,
  text: string,
  others: Files = {},
  path = 'app.py',
): Promise<string | undefined> {
  const tree = memoryTree({
    Procfile: 'web: gunicorn app:app\n',
    'requirements.txt': 'flask\ngunicorn\nflask-sqlalchemy\npsycopg[binary]\nredis==5.2.1\n',
    '.python-version': '3.14\n',
    ...others,
    [path]: text,
  })
  const { tree: after, refused } = await mendProject(tree, { unsafe: true, select: [rule] })
  expect(refused).toEqual([])
  return after.read(path)?.text
}

export const APP = 'from flask import Flask\n\napp = Flask(__name__)\n'
