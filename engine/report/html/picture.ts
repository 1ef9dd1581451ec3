/** The plan as cards and lines between them, before anything is laid out. */
import type { Finding } from '../../finding.ts'
import type { PlanJson } from '../../plan/plan-json.ts'
import { oneLine } from '../report.ts'
import type { Card, Line } from './card.ts'
import { type Chains, chainsOf } from './chains.ts'
import { dataOf } from './data-cards.ts'
import type { Deploy } from './deploy.ts'
import { type FileGroup, groupFiles } from './groups.ts'
import { type Places, placesOf } from './places.ts'

export interface Picture {
  readonly cards: readonly Card[]
  readonly lines: readonly Line[]
  /** The card that each finding belongs to. */
  readonly cardOf: ReadonlyMap<Finding, string>
}

/** `isOfBuild` tells which rules judge the build. */
export function pictureOf(deploy: Deploy, findings: readonly Finding[], isOfBuild: (rule: string) => boolean): Picture {
  const { plan } = deploy
  const groups = groupFiles(plan.reachable)
  const groupIds = new Map(groups.flatMap(({ files }, index) => files.map((file) => [file, `files-${index}`])))
  const chains = chainsOf(deploy)
  const { cards: data, lines: toData } = dataOf(plan, groupIds)
  const places = placesOf(deploy, { groupIds, apps: chains.apps })
  const cardOf = new Map(findings.map((finding) => [finding, cardFor(finding, places, isOfBuild)]))
  const loose = [...new Set(findings.filter((finding) => cardOf.get(finding) === OTHER).map(({ path }) => path))]
  return {
    cards: [
      buildCard(plan),
      ...chains.cards,
      ...groups.map(groupCard(findings)),
      ...data,
      ...(loose.length === 0 ? [] : [otherCard(loose)]),
    ],
    lines: [...chains.lines, ...toGroups(chains.runs, groupIds), ...toData],
    cardOf,
  }
}

const OTHER = 'other'
/** Files that say what the build installs. */
const BUILD_FILES =
  /^(?:requirements[^/]*\.txt|runtime\.txt|\.python-version|Pipfile(?:\.lock)?|pyproject\.toml|uv\.lock|poetry\.lock|setup\.(?:py|cfg)|Dockerfile)$/

function cardFor(finding: Finding, places: Places, isOfBuild: (rule: string) => boolean): string {
  const exact = places.lines.get(`${finding.path}:${finding.line}`)
  const known = exact ?? places.files.get(finding.path)
  return known ?? (isOfBuild(finding.rule) || BUILD_FILES.test(finding.path) ? 'build' : OTHER)
}

function buildCard({ buildpack, build }: PlanJson): Card {
  const isImage = buildpack === 'container'
  const lines = isImage
    ? ['your own Dockerfile']
    : [`Python ${build.pythonVersion}`, build.packageManager === null ? 'no package list' : build.packageManager]
  if (build.failure !== null) lines.push('stops at', build.failure)
  const title = isImage ? 'Docker image' : buildpack
  return { id: 'build', lane: 0, kind: 'build', title, lines: lines.map(oneLine), absent: false }
}

const otherCard = (paths: readonly string[]): Card => ({
  id: OTHER,
  lane: 0,
  kind: 'beside it',
  title: 'Other files',
  lines: [...paths.slice(0, 3).map(oneLine), ...(paths.length > 3 ? [`and ${paths.length - 3} more`] : [])],
  absent: false,
})

const groupCard =
  (findings: readonly Finding[]) =>
  ({ name, files }: FileGroup, index: number): Card => {
    const one = files.length === 1
    const inIt = new Set(files)
    const faulty = one ? [] : [...new Set(findings.flatMap(({ path }) => (inIt.has(path) ? [path] : [])))]
    const named = faulty.slice(0, 2).map((path) => path.slice(path.lastIndexOf('/') + 1))
    return {
      id: `files-${index}`,
      lane: 3,
      kind: one ? 'module' : `${files.length} files`,
      title: oneLine(name),
      lines: named.map(oneLine),
      absent: false,
    }
  }

function toGroups(runs: Chains['runs'], groupIds: ReadonlyMap<string, string>): Line[] {
  const lines = new Map<string, Line>()
  for (const [from, files, absent] of runs) {
    for (const file of files) {
      const to = groupIds.get(file)
      if (to === undefined || lines.has(`${from} ${to}`)) continue
      lines.set(`${from} ${to}`, { from, to, absent })
    }
  }
  return [...lines.values()]
}
