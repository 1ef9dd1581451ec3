import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FileChange } from 'flask-dyno'
import { type Answers, conflictIn, QUESTIONS } from '../app/options.ts'
import { inTheStyleOf } from './merge.ts'
import { type ProjectName, projectName } from './names.ts'
import { placeIn } from './project-file.ts'
import { fromFlags, type Question, unasked } from './questions.ts'
import { Refusal } from './refusal.ts'

/** Where Yeoman keeps what a generator was told: https://yeoman.io/authoring/storage */
export const RECORD = '.yo-rc.json'
const OWNER = 'generator-flask-dyno'

export type Given = Readonly<Record<string, string | boolean>>

/** What a project says of how it was made. */
export interface ProjectRecord {
  /** The version of the generator that wrote it last. */
  readonly version: string
  readonly project: ProjectName
  /** The answers as they stand there; an older version knew fewer of them. */
  readonly answers: Given
}

/** Whether a project was made by this generator. */
export function isOurs(root: string): boolean {
  if (!existsSync(join(root, RECORD))) return false
  return Object.hasOwn(contentsOf(root), OWNER)
}

/** Reads what a project says of how it was made. Throws a `Refusal` where it says nothing, or nothing that can be. */
export function readRecord(root: string): ProjectRecord {
  if (!isOurs(root)) {
    throw new Refusal(
      `no ${RECORD} in ${root} says that generator-flask-dyno made this project; "generator-flask-dyno adopt" is for other projects`,
    )
  }
  const record = contentsOf(root)[OWNER]
  if (!isObject(record)) throw new Refusal(`${RECORD}: "${OWNER}" must be an object`)
  const { version, name, ...rest } = record
  // It becomes the argument of an installation: nothing but a version may pass. https://semver.org
  if (typeof version !== 'string' || !/^\d{1,9}\.\d{1,9}\.\d{1,9}(?:-[0-9A-Za-z][0-9A-Za-z.-]*)?$/.test(version)) {
    throw new Refusal(`${RECORD}: ${JSON.stringify(version ?? null)} is no version of generator-flask-dyno`)
  }
  if (typeof name !== 'string') throw new Refusal(`${RECORD}: "name" must be a text`)
  const project = projectName(name)
  if (typeof project === 'string') throw new Refusal(`${RECORD}: the name "${name}" ${project}`)
  const answers: Record<string, string | boolean> = {}
  for (const [key, value] of Object.entries(rest)) {
    if (typeof value !== 'string' && typeof value !== 'boolean') {
      throw new Refusal(`${RECORD}: "${key}" must be a text or true or false`)
    }
    answers[key] = value
  }
  return { version, project, answers }
}

/** The change to .yo-rc.json that keeps these answers; what other generators keep there stays. */
export function recordChange(
  root: string,
  version: string,
  project: ProjectName,
  answers: Answers,
): FileChange | undefined {
  const place = placeIn(root, RECORD)
  const others = place.bytes === undefined ? {} : contentsOf(root)
  const { git: _, ...kept } = answers
  const record = { ...others, [OWNER]: { version, name: project.name, ...kept } }
  const written = (indent: string) => `${JSON.stringify(record, null, indent)}\n`
  if (place.bytes === undefined) {
    return { from: null, to: place.path, before: null, after: Buffer.from(written('  ')), executable: false }
  }
  if (JSON.stringify(others) === JSON.stringify(record)) return undefined
  const { path, bytes, text = '', executable } = place
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? '  '
  const after = Buffer.from(inTheStyleOf(text, written(indent)))
  return { from: path, to: path, before: bytes, after, executable, wasExecutable: executable }
}

/**
 * All answers of a project as this version asks for them: what a flag says, else what the project was made with; what did
 * not exist then takes its default, so that nothing appears unasked. Throws a `Refusal` for what this version cannot follow.
 */
export function answersFor(stored: Given, flags: Readonly<Record<string, unknown>>): Answers {
  const unknown = Object.keys(stored).find((key) => !QUESTIONS.some((question) => question.key === key))
  if (unknown !== undefined) throw new Refusal(`${RECORD}: this version of generator-flask-dyno knows no "${unknown}"`)
  const answers: Record<string, string | boolean> = {}
  for (const question of QUESTIONS) {
    answers[question.key] = fromFlags(question, flags, answers) ?? storedAnswer(question, stored, answers)
  }
  // Each has been checked against its question.
  const checked = answers as unknown as Answers
  const conflict = conflictIn(checked)
  if (conflict !== undefined) throw new Refusal(conflict)
  return checked
}

/** The answers in which two sets differ, as `jobs: none -> rq`. */
export function changedAnswers(before: Given, after: Answers): string[] {
  return Object.entries(after).flatMap(([key, value]) => {
    const old = before[key]
    return old === undefined || old === value ? [] : [`${key}: ${shown(old)} -> ${shown(value)}`]
  })
}

const shown = (value: string | boolean): string => (typeof value === 'string' ? value : value ? 'yes' : 'no')

/** The stored answer to a question that the answers before it leave open, checked as a flag is. */
function storedAnswer(question: Question, stored: Given, before: Given): string | boolean {
  const answer = stored[question.key]
  // What the answers of that time left no choice about was no answer: without a database there were no migrations.
  if (answer === undefined || question.when?.(stored) === false) return unasked(question)
  try {
    return fromFlags(question, { [question.key]: answer }, before) ?? unasked(question)
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(`${RECORD}: ${error.message}`)
    throw error
  }
}

function contentsOf(root: string): Readonly<Record<string, unknown>> {
  const place = placeIn(root, RECORD)
  if (place.bytes === undefined || place.text === undefined) throw new Refusal(`${RECORD} is no text`)
  let value: unknown
  try {
    value = JSON.parse(place.text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Refusal(`${RECORD} is no JSON: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  }
  if (!isObject(value)) throw new Refusal(`${RECORD} must hold an object`)
  return value
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
