import type { Finding } from '../engine/finding.ts'

/** What starts the app decides about the rest: what `app.run()` is told is for a laptop, once gunicorn serves the app. */
const DECIDES = /^(?:procfile-.*|web-process-missing|dev-server|server-not-installed|app-target-missing)$/

/** Findings that are mended before all others, for which there may be no reason afterwards. */
export const isMendedFirst = ({ rule }: Pick<Finding, 'rule'>): boolean => DECIDES.test(rule)
