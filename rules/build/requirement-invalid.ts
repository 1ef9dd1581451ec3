import type { BrokenRequirement } from '../../engine/facts/dependencies.ts'
import { usesPythonBuildpack } from '../../engine/facts/python-buildpack.ts'
import { unreadableRequirements } from '../../engine/facts/requirement-readable.ts'
import type { Fix } from '../../engine/finding.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

type Cause = 'conflict' | 'conda' | 'command' | 'encoding' | 'missing' | 'variable' | 'operator' | 'other'

function causeOf({ kind, line, why }: BrokenRequirement): Cause {
  if (kind === 'encoding') return 'encoding'
  if (kind === 'missing-file') return 'missing'
  if (kind === 'variable') return 'variable'
  if (/^(?:<{7}|={7}|>{7}|\|{7})(?:\s|$)/.test(line)) return 'conflict'
  if (/^[\w.-]+=[^=\s]+=[\w.]+$/.test(line) || /^(?:@EXPLICIT|name:|channels:|dependencies:|- )/.test(line))
    return 'conda'
  if (/^\$?\s*(?:(?:python3?\s+-m\s+)?pip3?|uv|conda|poetry|pipenv|apt(?:-get)?|sudo)\s/.test(line)) return 'command'
  return /= is no operator/.test(why) ? 'operator' : 'other'
}

/** A line may hold the user and password of an index. */
function quoted(line: string): string {
  const shown = line.replace(/\/\/[^/@\s]*@/g, '//…@')
  return `"${shown.length > 50 ? `${shown.slice(0, 49)}…` : shown}"`
}

function messageFor(cause: Cause, { line, why }: BrokenRequirement, path: string): string {
  switch (cause) {
    case 'conflict':
      return 'A merge was committed with its conflict markers, and pip stops at the first of them. Keep one side and remove the markers.'
    case 'conda':
      return 'This is a list for Conda, which pip cannot read. Write name==version lines, as pip list --format=freeze prints them.'
    case 'command':
      return `${quoted(line)} is a command, and pip reads requirements only. Keep the names alone.`
    case 'encoding':
      return `${path} is not encoded as UTF-8, so that pip cannot read it. Save it as UTF-8.`
    case 'missing':
      return `${why}, so that pip stops here. Commit the file, or remove the line.`
    case 'variable':
      return `${why}: Heroku passes no config vars to pip, and the text is taken as it stands. Write the value, or an index in PIP_EXTRA_INDEX_URL.`
    case 'operator':
      return `pip cannot read ${quoted(line)}: ${why}. Write two equals signs.`
    case 'other':
      return `pip cannot read ${quoted(line)}: ${why}. Correct or remove the line.`
  }
}

function fixFor(tree: Tree, cause: Cause, { at }: BrokenRequirement): Fix | undefined {
  if (at.start === undefined || at.end === undefined) return undefined
  const line = tree.read(at.path)?.text.slice(at.start, at.end) ?? ''
  if (cause === 'operator') {
    const equals = /^[A-Za-z0-9._-]+(?:\[[^\]]*\])?\s*(=)\s*v?\d[\w.]*\s*$/d.exec(line)?.indices?.[1]
    if (equals === undefined) return undefined
    const start = at.start + equals[0]
    return {
      safety: 'unsafe',
      description: 'write == for =',
      uncovers: true,
      edits: [{ kind: 'text', path: at.path, start, end: start + 1, text: '==' }],
    }
  }
  if (cause !== 'command') return undefined
  const prefix = /^\$?\s*(?:python3?\s+-m\s+)?pip3?\s+install\s+/.exec(line)
  const names = prefix === null ? [] : line.slice(prefix[0].length).trim().split(/\s+/)
  if (names.length === 0 || !names.every((name) => /^[A-Za-z0-9][\w.[\]=<>~!,-]*$/.test(name))) return undefined
  return {
    safety: 'unsafe',
    description: 'keep the names alone',
    uncovers: true,
    edits: [{ kind: 'text', path: at.path, start: at.start, end: at.end, text: names.join('\n') }],
  }
}

export const requirementInvalid = defineRule({
  id: 'requirement-invalid',
  stage: 'build',
  level: 'error',
  summary: 'A line of the requirements that pip cannot read',
  why: 'pip reads the whole of `requirements.txt`, and of every file that it includes, before it installs anything. One line that is no requirement stops it: a conflict marker of git, a list exported by Conda, a command pasted from a tutorial, a single `=`, an included file that was not committed, or a variable that is not set while Heroku builds.',
  consequence: 'The build stops before anything is installed (install-dependencies::pip).',
  instead: 'One requirement a line, as `pip freeze` writes it:\n\n```\nFlask==3.1.3\ngunicorn==26.2.0\n```',
  fix: {
    safety: 'unsafe',
    note: 'A single = becomes ==, and a pasted pip install leaves its names. The rest needs a decision of yours.',
  },
  sources: [
    {
      title: 'pip: requirements file format',
      url: 'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
    },
    {
      title: 'heroku-buildpack-python: lib/pip.sh',
      url: 'https://github.com/heroku/heroku-buildpack-python/blob/b4e7e721dc39a097feb68305bbd7551578782992/lib/pip.sh',
    },
  ],
  since: '0.1.0',
  predicts: ['install-dependencies::pip'],
  needs: ['plan', 'tree', 'dependencies'],
  *check({ plan, tree, dependencies }) {
    // An image of its own, or another buildpack: nobody knows what these files are used for.
    if (plan.container || !usesPythonBuildpack(tree)) return
    const groups = new Map<string, { readonly cause: Cause; readonly lines: BrokenRequirement[] }>()
    for (const broken of unreadableRequirements(dependencies.broken, plan.generation)) {
      const cause = causeOf(broken)
      // One merge, or one list of Conda, is one fault however many lines it spoils.
      const alone = cause === 'conflict' || cause === 'conda' ? '' : `:${broken.at.start ?? 0}`
      const key = `${broken.at.path}:${cause}${alone}`
      const group = groups.get(key) ?? { cause, lines: [] }
      group.lines.push(broken)
      groups.set(key, group)
    }
    for (const { cause, lines } of inOneFile(groups.values())) {
      const [first, ...others] = lines
      if (first === undefined) continue
      const fix = fixFor(tree, cause, first)
      yield {
        at: first.at,
        message: messageFor(cause, first, first.at.path),
        related: others.slice(0, 5).map(({ at }) => ({ ...at, message: 'cannot be read either' })),
        ...(fix === undefined ? {} : { fix }),
      }
    }
  },
})

/** A text that is no list of requirements at all, such as a README, is one fault. */
function inOneFile<T extends { readonly cause: Cause; readonly lines: BrokenRequirement[] }>(groups: Iterable<T>): T[] {
  const kept: T[] = []
  const prose = new Map<string, T>()
  for (const group of groups) {
    const path = group.lines[0]?.at.path ?? ''
    const first = group.cause === 'other' ? prose.get(path) : undefined
    if (first !== undefined) {
      first.lines.push(...group.lines)
      continue
    }
    if (group.cause === 'other') prose.set(path, group)
    kept.push(group)
  }
  return kept
}
