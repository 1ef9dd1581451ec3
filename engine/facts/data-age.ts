/** How old is what is known of the platform and of packages? */
import credentials from '../../data/credentials.json' with { type: 'json' }
import gunicorn from '../../data/gunicorn.json' with { type: 'json' }
import heroku from '../../data/heroku.json' with { type: 'json' }
import modules from '../../data/modules.json' with { type: 'json' }
import notInstallable from '../../data/not-installable.json' with { type: 'json' }
import oldestReleases from '../../data/oldest-releases.json' with { type: 'json' }
import packages from '../../data/packages.json' with { type: 'json' }
import postgres from '../../data/postgres.json' with { type: 'json' }
import python from '../../data/python.json' with { type: 'json' }
import slugSizes from '../../data/slug-sizes.json' with { type: 'json' }
import standardLibrary from '../../data/standard-library.json' with { type: 'json' }
import systemLibraries from '../../data/system-libraries.json' with { type: 'json' }
import uwsgi from '../../data/uwsgi.json' with { type: 'json' }

/** The day on which each file of data/ was checked against its source, as YYYY-MM-DD. */
export const dataDates: Readonly<Record<string, string>> = {
  'credentials.json': credentials.checked,
  'gunicorn.json': gunicorn.checked,
  'heroku.json': heroku.checked,
  'modules.json': modules.checked,
  'not-installable.json': notInstallable.checked,
  'oldest-releases.json': oldestReleases.checked,
  'packages.json': packages.checked,
  'postgres.json': postgres.checked,
  'python.json': python.checked,
  'slug-sizes.json': slugSizes.checked,
  'standard-library.json': standardLibrary.checked,
  'system-libraries.json': systemLibraries.checked,
  'uwsgi.json': uwsgi.checked,
}

const DAY = 24 * 60 * 60 * 1000
const YEAR = 365

/** One sentence where the oldest data is over a year old on the day `now`; else null. */
export function dataAgeNote(now: Date, dates: Readonly<Record<string, string>> = dataDates): string | null {
  const [oldest = ''] = Object.values(dates).sort()
  const age = Math.floor((now.getTime() - Date.parse(`${oldest}T00:00:00Z`)) / DAY)
  if (!(age > YEAR)) return null
  return `what this flask-dyno knows of Heroku and of packages was checked on ${oldest}, over a year ago; a newer one knows more (npm install flask-dyno@latest)`
}
