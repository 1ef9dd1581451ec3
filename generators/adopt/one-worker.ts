import { Draft, type Finding, type Fix } from 'flask-dyno'
import type { Around } from './remedies.ts'

/**
 * A process line for Flask-SocketIO, whose clients have to meet the same worker each time: one, with threads, where the plain
 * line would start several. https://flask-socketio.readthedocs.io/en/latest/deployment.html
 */
export async function oneWorker({ fix }: Finding, { facts, lint }: Around): Promise<Fix | undefined> {
  if (fix === null) return undefined
  const draft = Draft.of(facts.tree)
  if (draft.obstacle(fix) !== null) return undefined
  const after = await lint(draft.with(fix.edits).tree())
  if (!after.some(({ rule }) => rule === 'socketio-many-workers')) return undefined
  const single = (text: string): string => text.replace('web: gunicorn ', 'web: gunicorn --workers 1 --threads 40 ')
  const edits = fix.edits.map((edit) =>
    edit.kind === 'create' || edit.kind === 'text' ? { ...edit, text: single(edit.text) } : edit,
  )
  return { ...fix, description: single(fix.description), edits }
}
