"""Heroku Key-Value Store: Valkey, which speaks the protocol of Redis.

https://devcenter.heroku.com/articles/heroku-redis
"""

from flask import Flask
from redis import BlockingConnectionPool, Redis


def init_app(app: Flask) -> None:
    """Make the client that everything in this process shares. It connects when it is first used."""
    url = app.config["REDIS_URL"]
    app.extensions["keyvalue"] = connect(url) if url else None


def connect(url: str) -> Redis:
    pool = BlockingConnectionPool.from_url(
        url,
<%_ if (answers.jobs === 'rq') { _%>
        # The plan mini allows 20. One for each thread of a gunicorn worker, of which a Basic dyno runs
        # 2, makes 8; a worker dyno takes 4 and a clock dyno 1. A further thread waits for its turn.
        max_connections=4,
<%_ } else { _%>
        # The plan mini allows 20. Threads take turns, since each needs its connection for a moment
        # only: for the 2 gunicorn workers of a Basic dyno this makes 4<%- answers.jobs === 'celery' ? '; jobs.py counts the others' : '' %>.
        max_connections=2,
<%_ } _%>
        timeout=5,
        # A request must not hang on a store that does not answer.
        socket_connect_timeout=5,
        socket_timeout=5,
    )
    return Redis.from_pool(pool)
