import type { Part } from '../_shared/part.ts'
import { ci } from '../ci/part.ts'
import { database } from '../database/part.ts'
import { gunicorn } from '../gunicorn/part.ts'

/** All parts, in the order in which their lines stand in shared files. */
export const PARTS: readonly Part[] = [gunicorn, database, ci]
