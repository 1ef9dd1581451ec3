/**
 * The versions of the tools with which Heroku's Python buildpack installs packages. Images and CI take the same ones, so that
 * a lock file reads the same everywhere.
 * https://github.com/heroku/heroku-buildpack-python/tree/b4e7e721dc39a097feb68305bbd7551578782992/requirements
 */
export const BUILD_TOOLS = { uv: '0.12.5', poetry: '2.4.1', pipenv: '2026.7.1' } as const
