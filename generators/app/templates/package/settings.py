"""What differs between a laptop and a dyno. Every value comes from the environment.

https://devcenter.heroku.com/articles/config-vars
"""

import os

# Heroku sets DYNO on every dyno. On Heroku CI it sets CI too, where the app's config vars are absent.
# https://devcenter.heroku.com/articles/heroku-ci#immutable-environment-variables
ON_DYNO = "DYNO" in os.environ and "CI" not in os.environ


def require(name: str, remedy: str) -> str:
    """Read a config var that a dyno cannot do without, or stop the start in one line."""
    value = os.environ.get(name)
    if not value:
        raise SystemExit(f"{name} is not set on this app. Run: {remedy}")
    return value


<%_ if (database) { _%>
def for_psycopg(url: str) -> str:
    """Name the driver in a database address.

    Heroku's addresses begin with postgres://, which SQLAlchemy has refused since 1.4.
    https://docs.sqlalchemy.org/en/21/dialects/postgresql.html
    """
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else url


<%_ } _%>
if ON_DYNO:
    # Without these the app must not start: each worker would sign sessions with a key of its own<% if (!database) { %>.<% } %>
<%_ if (database) { _%>
    # and data would go to a disk that is wiped at least once a day.
    # https://devcenter.heroku.com/articles/dyno-restarts
<%_ } _%>
    SECRET_KEY = require("SECRET_KEY", "heroku config:set SECRET_KEY=$(openssl rand -hex 32)")
<%_ if (database) { _%>
    SQLALCHEMY_DATABASE_URI = for_psycopg(
        require("DATABASE_URL", "heroku addons:create heroku-postgresql:essential-0 --wait")
    )
    SQLALCHEMY_ENGINE_OPTIONS = {
        # One connection for each thread of a worker (gunicorn.conf.py), and no more: the smallest
        # plan allows 20, and a Basic dyno runs 2 workers with 4 threads, which makes 8.
        # https://devcenter.heroku.com/articles/python-concurrency-and-database-connections
        "pool_size": 4,
        "max_overflow": 0,
        # Heroku may move or restart the database: a dead connection is replaced, not handed out.
        # https://docs.sqlalchemy.org/en/21/core/pooling.html#disconnect-handling-pessimistic
        "pool_pre_ping": True,
    }
<%_ } _%>
    # Browsers reach the router by HTTPS, so the session cookie never has to travel in the open.
    SESSION_COOKIE_SECURE = True
else:
    SECRET_KEY = os.environ.get("SECRET_KEY", "for this computer only")
<%_ if (database) { _%>
    # Without DATABASE_URL, a file in the folder instance/.
    SQLALCHEMY_DATABASE_URI = for_psycopg(os.environ.get("DATABASE_URL", "sqlite:///app.db"))
<%_ } _%>

SESSION_COOKIE_SAMESITE = "Lax"

# Larger requests are answered with 413, before they fill a dyno's 512 MB.
MAX_CONTENT_LENGTH = 1_000_000
