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
        # One for each thread of a gunicorn worker; a further thread waits for its turn. The plan
        # mini allows 20 connections, and a Basic dyno runs 2 workers, which makes 8<%- {
  rq: ';\n        # a worker dyno takes 3 and a clock dyno 1.',
  celery: '.\n        # Celery has connections of its own (jobs.py).',
  none: '.',
}[answers.jobs] %>
        max_connections=4,
        timeout=5,
        # A request must not hang on a store that does not answer.
        socket_connect_timeout=5,
        socket_timeout=5,
    )
    return Redis.from_pool(pool)
