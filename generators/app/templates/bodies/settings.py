# Heroku sets DYNO on every dyno. On Heroku CI it sets CI too, where the app's config vars are absent.
# https://devcenter.heroku.com/articles/heroku-ci#immutable-environment-variables
ON_DYNO = "DYNO" in os.environ and "CI" not in os.environ


def require(name: str, remedy: str) -> str:
    """Read a config var that a dyno cannot do without, or stop the start in one line."""
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set on this app. Run: {remedy}")
    return value


<%_ if (slot('settings.functions') !== '') { _%>
<%- slot('settings.functions', 0, '\n\n') %>

<%_ } _%>
if ON_DYNO:
<%_ if (addons.length === 0) { _%>
    # Without this the app must not start: each worker would sign sessions with a key of its own.
<%_ } else { _%>
    # Without these the app must not start: each worker would sign sessions with a key of its own,
    # and data would go to a disk that is wiped at least once a day.
    # https://devcenter.heroku.com/articles/dyno-restarts
<%_ } _%>
    SECRET_KEY = require("SECRET_KEY", "heroku config:set SECRET_KEY=$(openssl rand -hex 32)")
<%- slot('settings.dyno', 4, '') -%>
    # Browsers reach the router by HTTPS, so the session cookie never has to travel in the open.
    SESSION_COOKIE_SECURE = True
else:
    SECRET_KEY = os.environ.get("SECRET_KEY", "for this computer only")
<%- slot('settings.local', 4, '') -%>

SESSION_COOKIE_SAMESITE = "Lax"

# Larger requests are answered with 413, before they fill a dyno's 512 MB.
MAX_CONTENT_LENGTH = 1_000_000
<%_ if (slot('settings.always') !== '') { _%>

<%- slot('settings.always') -%>
<%_ } _%>
