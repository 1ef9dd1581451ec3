import type { Fix, Place } from '../../engine/finding.ts'
import { withLine } from '../../engine/fix-line.ts'
import { lineOfCall } from '../../engine/fix-python.ts'
import { textShown } from '../../engine/plan/bind.ts'
import type { Plan } from '../../engine/plan/plan.ts'
import { type CallInProduction, callsOf, trailTo } from '../../engine/plan/production.ts'
import { defineRule } from '../../engine/rule.ts'
import type { Tree } from '../../engine/tree.ts'

export const downloadAtBoot = defineRule({
  id: 'download-at-boot',
  stage: 'data',
  level: 'warning',
  summary: 'The web process downloads data each time that it starts',
  why: 'A dyno starts with what was deployed and nothing else. What a module downloads while it is imported is downloaded by every worker of every dyno at every start, at least once a day, and the app cannot start while the other side is down. Until it is there, requests wait, and a process that has not bound its port after 60 seconds is stopped.',
  consequence:
    'Slow starts that can end in R10 (Boot timeout) or H20, requests that wait into H12, and no start at all while the download fails.',
  instead:
    'Fetch it at build time, so that it is part of the slug. For NLTK, list the corpora in `nltk.txt` at the root. For others, a script `bin/post_compile`:\n\n```bash\n#!/usr/bin/env bash\npython -m spacy download en_core_web_sm\n```\n\nspaCy models can stand in requirements.txt by their address, too.',
  fix: {
    safety: 'unsafe',
    note: 'lists NLTK data in nltk.txt and takes the line that downloads it out, where it stands alone at the top level',
  },
  sources: [
    { title: 'Boot timeout', url: 'https://devcenter.heroku.com/articles/error-codes#r10-boot-timeout' },
    { title: 'NLTK corpora on Heroku', url: 'https://devcenter.heroku.com/articles/python-nltk' },
    { title: 'Python build hooks', url: 'https://devcenter.heroku.com/articles/python-support#build-hooks' },
  ],
  since: '0.1.0',
  needs: ['plan', 'tree'],
  check: ({ plan, tree }) =>
    DOWNLOADS.flatMap(({ name, what, isDownload, remedy }) =>
      callsOf(plan, name).flatMap((use) => {
        const isAtStart = (use.process === null || use.process.type === 'web') && use.call.phase === 'import'
        if (!isAtStart || use.certainty !== 'certain') return []
        const first = argument(use)
        if (isDownload !== undefined && !isDownload(first, (path) => tree.has(path) || tree.hasDirectory(path)))
          return []
        const fix = what === 'NLTK data' ? listed(plan, tree, use.call.at, first) : null
        return [
          {
            at: use.call.at,
            message: `Each start of the web process downloads ${what} here, in every worker. ${remedy ?? 'Fetch it at build time, in bin/post_compile.'}`,
            related: trailTo(use, use.call.at),
            ...(fix === null ? {} : { fix }),
          },
        ]
      }),
    ),
})

/** The buildpack downloads what nltk.txt lists where `nltk` is installed (heroku-buildpack-python, lib/nltk.sh). */
function listed(plan: Plan, tree: Tree, at: Place, name: string | null): Fix | null {
  const line = lineOfCall(plan, at)
  if (line === null || name === null || !/^[\w-]+$/.test(name)) return null
  const list = tree.read('nltk.txt')?.text
  if (list === undefined && tree.has('nltk.txt')) return null
  const isListed = list?.split(/\s+/).includes(name) === true
  return {
    safety: 'unsafe',
    description: `list ${name} in nltk.txt`,
    edits: [
      { kind: 'text', path: at.path, start: line.start, end: line.end, text: '' },
      ...(list === undefined
        ? [{ kind: 'create' as const, path: 'nltk.txt', text: `${name}\n` }]
        : isListed
          ? []
          : [withLine('nltk.txt', list, name)]),
    ],
  }
}

interface Download {
  readonly name: RegExp
  readonly what: string
  /** Of the first argument, where it is known: is it something far away? */
  readonly isDownload?: (first: string | null, isThere: (path: string) => boolean) => boolean
  readonly remedy?: string
}

/** A name such as `bert-base-uncased` or `org/model`, rather than a folder of the project. */
const isModelName = (first: string | null, isThere: (path: string) => boolean): boolean =>
  first !== null && /^[\w.-]+(?:\/[\w.-]+)?$/.test(first) && !isThere(first)

const DOWNLOADS: readonly Download[] = [
  { name: /^nltk\.(?:downloader\.)?download$/, what: 'NLTK data', remedy: 'List it in nltk.txt instead.' },
  { name: /^spacy\.cli\.(?:download\.)?download$/, what: 'a spaCy model' },
  {
    name: /^(?:transformers|diffusers|sentence_transformers)\.(?:\w+\.)*\w+\.from_pretrained$|^sentence_transformers\.SentenceTransformer$/,
    what: 'a model',
    isDownload: isModelName,
  },
  { name: /^huggingface_hub\.(?:\w+\.)*(?:snapshot_download|hf_hub_download)$/, what: 'a model' },
  {
    name: /^(?:torch\.hub\.(?:load|download_url_to_file)|tensorflow_hub\.(?:load|KerasLayer)|whisper\.load_model|gdown\.(?:download|cached_download))$/,
    what: 'a model',
  },
  {
    name: /^(?:urllib\.request\.urlretrieve|urllib\.urlretrieve|wget\.download)$/,
    what: 'a file',
    isDownload: (first) => first === null || /^https?:/.test(first),
  },
  {
    name: /^(?:os\.(?:system|popen)|subprocess\.(?:run|call|check_call|check_output|Popen))$/,
    what: 'data',
    isDownload: (first) =>
      first !== null &&
      /^\s*(?:wget|curl|gdown|aws s3 cp)\s|\bspacy download\b|\bnltk\.downloader\b|\bplaywright install\b/.test(first),
  },
]

/** The first argument as a text: that of `["curl", "-O", …]` joined by blanks; null where it is not known. */
function argument({ call }: CallInProduction): string | null {
  const [first] =
    call.args.positional[0] ?? call.args.named.get('model_name_or_path') ?? call.args.named.get('url') ?? []
  if (first?.atom.kind === 'text') return textShown(first.atom.parts)
  if (first?.atom.kind !== 'list') return null
  return first.atom.object.items
    .map(([word]) => (word?.atom.kind === 'text' ? textShown(word.atom.parts) : '?'))
    .join(' ')
}
