import type { Part } from '../_shared/part.ts'
import { cache } from '../cache/part.ts'
import { ci } from '../ci/part.ts'
import { compose } from '../compose/part.ts'
import { container } from '../container/part.ts'
import { database } from '../database/part.ts'
import { fir } from '../fir/part.ts'
import { gunicorn } from '../gunicorn/part.ts'
import { hook } from '../hook/part.ts'
import { keyvalue } from '../keyvalue/part.ts'
import { provision } from '../provision/part.ts'
import { reviewApps } from '../review-apps/part.ts'
import { sessions } from '../sessions/part.ts'
import { storage } from '../storage/part.ts'
import { websockets } from '../websockets/part.ts'
import { worker } from '../worker/part.ts'

/** All parts, in the order in which their lines stand in shared files. */
export const PARTS: readonly Part[] = [
  gunicorn,
  database,
  keyvalue,
  worker,
  cache,
  sessions,
  storage,
  websockets,
  provision,
  reviewApps,
  ci,
  container,
  fir,
  compose,
  hook,
]
