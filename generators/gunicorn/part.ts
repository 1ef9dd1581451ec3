import type { Part } from '../_shared/part.ts'

/** gunicorn, set up for a dyno. */
export const gunicorn: Part = {
  name: 'gunicorn',
  wanted: () => true,
  files: () => ['gunicorn.conf.py'],
  requirements: () => ({ runtime: ['gunicorn'] }),
}
