import type { Part } from '../_shared/part.ts'
import { ci } from '../ci/part.ts'
import { compose } from '../compose/part.ts'
import { container } from '../container/part.ts'
import { database } from '../database/part.ts'
import { fir } from '../fir/part.ts'
import { gunicorn } from '../gunicorn/part.ts'
import { hook } from '../hook/part.ts'
import { reviewApps } from '../review-apps/part.ts'

/** All parts, in the order in which their lines stand in shared files. */
export const PARTS: readonly Part[] = [gunicorn, database, reviewApps, ci, container, fir, compose, hook]
