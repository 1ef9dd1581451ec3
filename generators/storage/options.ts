import { partCommand } from '../_shared/part-command.ts'
import { storage } from './part.ts'

/** What `storage` takes. */
export const STORAGE = partCommand({
  name: 'storage',
  summary: "adds uploads to S3-compatible storage, never to the dyno's disk",
  wants: { uploads: true },
  part: storage,
  has: ['boto3'],
})
