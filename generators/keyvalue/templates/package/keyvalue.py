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
<%_ const each = answers.jobs === 'rq' ? 4 : 2 _%>
<%_ const others = { rq: 'a worker dyno takes 4 and a clock dyno 1', celery: 'jobs.py counts the others', none: '' }[answers.jobs] _%>
        # The plan mini allows 20. Threads take turns, since each needs its connection for a moment
<%_ if (answers.websockets) { _%>
        # only: gunicorn has one worker, and sockets.py takes 2 more<%- others === '' ? '' : `; ${others}` %>.
<%_ } else { _%>
        # only. A Basic dyno runs 2 gunicorn workers, which makes <%- 2 * each %><%- others === '' ? '' : `; ${others}` %>.
<%_ } _%>
        max_connections=<%- each %>,
        timeout=5,
        # A request must not hang on a store that does not answer.
        socket_connect_timeout=5,
        socket_timeout=5,
    )
    return Redis.from_pool(pool)
