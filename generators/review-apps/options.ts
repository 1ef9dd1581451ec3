import { partCommand } from '../_shared/part-command.ts'
import { reviewApps } from './part.ts'

/** What `review-apps` takes. */
export const REVIEW_APPS = partCommand({
  name: 'review-apps',
  summary: 'adds an app for each pull request',
  wants: { reviewApps: true },
  part: reviewApps,
})
