/** Processes of an app that is deployed as a container: heroku.yml's, or a Dockerfile's own command. */
import { type Dockerfile, readDockerfile } from '../facts/dockerfile.ts'
import type { HerokuYml } from '../facts/heroku-yml.ts'
import type { Place } from '../finding.ts'
import type { Tree } from '../tree.ts'
import type { Invocations } from './command.ts'
import { dockerInvocations } from './command-docker.ts'

export interface ContainerProcess {
  readonly type: string
  readonly command: string
  readonly at: Place
  readonly cwd: string
  readonly found: Invocations
}

export interface ContainerProcesses {
  readonly kind: 'heroku.yml' | 'dockerfile'
  readonly path: string
  readonly processes: readonly ContainerProcess[]
}

/** Null when the tree is no container project. `run` of heroku.yml goes before an image's CMD (https://devcenter.heroku.com/articles/build-docker-images-heroku-yml#run). */
export function containerProcesses(tree: Tree, yml: HerokuYml | undefined): ContainerProcesses | null {
  if (yml !== undefined) {
    const processes = [...yml.run.values(), ...(yml.release ? [{ ...yml.release, type: 'release' }] : [])].flatMap(
      (run) => {
        const dockerfile = imageOf(tree, yml, run.image) ?? imageOf(tree, yml, 'web')
        return dockerfile === undefined ? [] : planned(tree, run.type, dockerfile, { text: run.command, at: run.at })
      },
    )
    const images = [...yml.docker.keys()].filter((type) => !yml.run.has(type) && (yml.run.size === 0 || type === 'web'))
    for (const type of images) {
      const dockerfile = imageOf(tree, yml, type)
      if (dockerfile !== undefined) processes.push(...planned(tree, type, dockerfile, null))
    }
    return { kind: 'heroku.yml', path: yml.path, processes }
  }
  const dockerfile = readDockerfile(tree)
  return dockerfile === undefined
    ? null
    : { kind: 'dockerfile', path: dockerfile.path, processes: planned(tree, 'web', dockerfile, null) }
}

function imageOf(tree: Tree, yml: HerokuYml, type: string): Dockerfile | undefined {
  const named = yml.docker.get(type)
  return named === undefined ? undefined : readDockerfile(tree, named.path)
}

function planned(
  tree: Tree,
  type: string,
  dockerfile: Dockerfile,
  run: { readonly text: string; readonly at: Place } | null,
): ContainerProcess[] {
  const found = dockerInvocations(tree, dockerfile, run)
  const source = run ?? dockerfile.cmd ?? dockerfile.entrypoint
  if (found === null || source === null) return []
  return [{ type, command: source.text, at: source.at, cwd: dockerfile.folder ?? '', found }]
}
