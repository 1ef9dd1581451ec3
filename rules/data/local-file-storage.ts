import type { FindingDraft } from '../../engine/finding.ts'
import { type FileRead, type FileWrite, fileReads, fileWrites, isLogFile } from '../../engine/plan/file-writes.ts'
import { functionAround, isView } from '../../engine/plan/function-around.ts'
import { outlivedWrites } from '../../engine/plan/outlived-files.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'

export const localFileStorage = defineRule({
  id: 'local-file-storage',
  stage: 'data',
  level: 'warning',
  summary: "Uploads or results are kept on the dyno's disk",
  why: "A dyno's disk is a copy of what was deployed. Heroku throws it away at every restart, at least once a day and at every deploy, and each dyno and process type has a disk of its own: what one request wrote, the next may not find.",
  consequence:
    'The files are gone after the next dyno restart, and other dynos never see them: links to them answer 404.',
  instead:
    'Keep files that have to last in an object store such as S3, and data in Postgres:\n\n```python\nboto3.client("s3").upload_fileobj(request.files["photo"], os.environ["S3_BUCKET"], name)\n```\n\nWhat is needed within one request only belongs into `tempfile.TemporaryDirectory()`.',
  sources: [
    { title: 'The ephemeral filesystem', url: 'https://devcenter.heroku.com/articles/dynos#ephemeral-filesystem' },
    { title: 'Using AWS S3 to store static assets and file uploads', url: 'https://devcenter.heroku.com/articles/s3' },
    { title: 'Direct to S3 file uploads in Python', url: 'https://devcenter.heroku.com/articles/s3-upload-python' },
  ],
  since: '0.1.0',
  needs: ['plan'],
  check: ({ plan }) => {
    const reads = fileReads(plan)
    const outlived = new Set(outlivedWrites(plan).map(({ use }) => use.call))
    const folders = new Map<string, { readonly write: FileWrite; readonly others: FileWrite[] }>()
    for (const write of fileWrites(plan)) {
      if (write.use.certainty !== 'certain' || isPassing(plan, write) || !isKept(plan, write, reads)) continue
      // a log is another rule's
      if (isLogFile(write.path)) continue
      // that a cached page points there is the heavier half of the same fault
      if (outlived.has(write.use.call)) continue
      const folder = topFolder(write.path)
      const known = folders.get(folder)
      if (known === undefined) folders.set(folder, { write, others: [] })
      else known.others.push(write)
    }
    return [...folders].map(([folder, { write, others }]) => draft(folder, write, others))
  },
})

/** The first two known folders of a path: what is below them is one fault. */
const topFolder = (path: string): string =>
  path
    .split('/')
    .slice(0, -1)
    .filter((step) => step !== '' && step !== '?')
    .slice(0, 2)
    .join('/')

function draft(folder: string, write: FileWrite, others: readonly FileWrite[]): FindingDraft {
  const what = write.kind === 'upload' ? 'Uploads are kept' : 'Data is kept'
  const where = write.path.includes('?') ? (folder === '' ? "the app's folder" : `${folder}/`) : write.path
  const remedy =
    write.kind === 'upload' || write.path.includes('?')
      ? 'an object store such as S3'
      : 'Postgres, or in an object store such as S3'
  return {
    at: write.at,
    message: `${what} in ${where} on the dyno's disk, which a restart throws away. Keep ${write.kind === 'upload' ? 'them' : 'it'} in ${remedy}.`,
    related: [
      ...trailTo(write.use, write.at),
      ...others.slice(0, 3).map(({ at, path }) => ({ ...at, message: `${path} is written here` })),
    ],
  }
}

/** The same function removes the file again, sends it away, or makes only what is not there yet. */
function isPassing(plan: Plan, { use, kind }: FileWrite): boolean {
  const around = kind === 'move' ? null : functionAround(plan, use.call.at)
  if (around === null) return false
  if (REMOVED.test(around.source)) return true
  return kind !== 'upload' && /\b(?:exists|isfile|is_file)\s*\(/.test(around.source)
}

const REMOVED =
  /\b(?:os\.(?:remove|unlink)|shutil\.rmtree|rmtree|unlink|after_this_request|upload_file(?:obj)?|put_object|upload_from_file(?:name)?|cloudinary|send_file|TemporaryDirectory|NamedTemporaryFile)\b\s*[.(]/

/** Does anything count on the file after the request (or the job's turn) that wrote it? */
function isKept(plan: Plan, write: FileWrite, reads: readonly FileRead[]): boolean {
  const { use, path, kind, appends } = write
  // a module's top level makes its files anew at each start
  if (use.call.phase === 'import' && use.call.within === null) return false
  if (use.call.phase === 'import' && (use.process === null || use.process.type === 'web')) return false
  if (/(?:^|\/)(?:static|media)\//.test(path)) return true
  if (appends) return true
  if (kind === 'move') return STORES.test(path)
  const same = reads.filter((read) => read.path === path)
  const isWhole = !path.includes('?')
  if (isWhole)
    return same.some(({ call }) => call.within !== use.call.within || (call.at.start ?? 0) < (use.call.at.start ?? 0))
  if (kind !== 'upload') return DATA.test(path) && same.some(({ call }) => call.within !== use.call.within)
  // an upload whose file is opened again in the request that brought it may have served its purpose
  const elsewhere = reads.some(
    (read) =>
      sameFolder(read.path, path) &&
      read.call.within !== use.call.within &&
      isView(functionAround(plan, read.call.at)?.decorators ?? []),
  )
  return elsewhere || same.length === 0
}

/** Folders and formats in which data is kept, rather than what is made on the way to an answer. */
const STORES = /(?:^|\/)(?:uploads?|files|data|images?|photos|documents?|storage|attachments)\//i
const DATA = /\.(?:json|csv|pkl|pickle|txt|xml|ya?ml|xlsx)$/i

function sameFolder(read: string, written: string): boolean {
  const folder = written.includes('/') ? written.slice(0, written.lastIndexOf('/')) : ''
  return folder !== '' && (read === folder || read === `${folder}/` || read.startsWith(`${folder}/`))
}
