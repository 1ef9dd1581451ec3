import { partCommand } from '../_shared/part-command.ts'
import { container } from './part.ts'

/** What `container` takes. */
export const CONTAINER = partCommand({
  name: 'container',
  summary: 'deploys as a container: heroku.yml and a Dockerfile',
  wants: { container: true },
  part: container,
})
