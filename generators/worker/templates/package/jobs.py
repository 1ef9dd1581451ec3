<%_ if (answers.jobs === 'rq') { _%>
"""What takes too long for a request: a web process puts it into a queue, the worker process does it.

https://python-rq.org/docs/
"""

<%_ if (answers.schedule) { _%>
import logging
<%_ } _%>
from collections.abc import Callable

from flask import Flask, current_app
from rq import Queue, Retry
from rq.job import Job
<%_ if (answers.database === 'postgres') { _%>

from <%- from('extensions') %> import db
from <%- from('models') %> import Note
<%_ } _%>
<%_ if (answers.schedule) { _%>

log = logging.getLogger(__name__)
<%_ } _%>


def init_app(app: Flask) -> None:
    store = app.extensions["keyvalue"]
    if store is None:
        # On a computer without Key-Value Store a job runs as soon as somebody asks for it.
        from fakeredis import FakeRedis

        app.extensions["jobs"] = Queue(connection=FakeRedis(), is_async=False)
    else:
        app.extensions["jobs"] = Queue(connection=store)


def queue() -> Queue:
    return current_app.extensions["jobs"]


def start(work: Callable[..., object], *args: object) -> Job:
    """Put a job into the queue."""
    job = queue().enqueue(
        work,
        args=args,
        # In seconds. A job that takes longer has failed.
        job_timeout=300,
        # A job that its dyno left unfinished begins anew, as does one that failed.
        # https://python-rq.org/docs/exceptions/#retrying-failed-jobs
        retry=Retry(max=3),
        # Key-Value Store is small (25 MB on the plan mini): results stay an hour, failures a week.
        result_ttl=3600,
        failure_ttl=604_800,
    )
    # What ran at once had no worker that would have logged why it failed.
    result = None if queue().is_async else job.latest_result()
    if result is not None and result.exc_string:
        current_app.logger.error("%s failed: %s", job.func_name, result.exc_string)
    return job
<%_ } else { _%>
"""What takes too long for a request: a web process puts it into a queue, the worker process does it.

https://docs.celeryq.dev
"""

<%_ if (answers.schedule) { _%>
import logging
<%_ } _%>
import os

from celery import Celery, Task, shared_task
from celery.backends.redis import RedisBackend
from flask import Flask
from redis import BlockingConnectionPool
<%_ if (answers.database === 'postgres') { _%>

from <%- from('extensions') %> import db
from <%- from('models') %> import Note
<%_ } _%>
<%_ if (answers.schedule) { _%>

log = logging.getLogger(__name__)
<%_ } _%>


def init_app(app: Flask) -> None:
    class TaskInApp(Task):
        """A task within the app's context. https://flask.palletsprojects.com/patterns/celery/"""

        def __call__(self, *args: object, **kwargs: object) -> object:
            with app.app_context():
                return self.run(*args, **kwargs)

    celery = Celery(app.name, task_cls=TaskInApp)
    celery.conf.update(COMMON)
    url = app.config["REDIS_URL"]
    if url:
        celery.conf.update(broker_url=url, result_backend=f"{__name__}:Results+{url}")
    else:
        # On a computer without Key-Value Store a job runs as soon as somebody asks for it.
        celery.conf.update(
            task_always_eager=True, task_store_eager_result=True, result_backend="cache+memory://"
        )
    celery.set_default()
    app.extensions["celery"] = celery


class Results(RedisBackend):
    """Celery's own, but a thread waits for a connection where it would fail when all are taken."""

    ConnectionPool = BlockingConnectionPool


# https://docs.celeryq.dev/en/stable/userguide/configuration.html
COMMON = {
    # Celery would start as many processes as the dyno's host has cores.
<%_ if (answers.generation === 'fir') { _%>
    # On Fir nobody sets WEB_CONCURRENCY; a larger dyno may have a config var of this name.
<%_ } else if (answers.container) { _%>
    # The Dockerfile sets this number; a larger dyno may have a config var of this name.
<%_ } else { _%>
    # The buildpack fits this number to the memory of the dyno.
    # https://devcenter.heroku.com/articles/python-concurrency
<%_ } _%>
    "worker_concurrency": int(os.environ.get("WEB_CONCURRENCY", "2")),
    # In kilobytes. A process that grew beyond is replaced after its job: two of them and their
    # parent fit into the 512 MB of a Basic dyno.
    "worker_max_memory_per_child": 200_000,
    # A job leaves the queue when it is done, not when it begins: one that its dyno left unfinished
    # begins anew on another. One that crashes its process has failed, or it would do so for ever.
    "task_acks_late": True,
    # So that no dyno holds jobs that another could begin.
    "worker_prefetch_multiplier": 1,
    # Of the 30 seconds between SIGTERM and SIGKILL: jobs may finish for so long, and what is then
    # left is put back. https://devcenter.heroku.com/articles/dyno-shutdown-behavior
    "worker_soft_shutdown_timeout": 20,
    # In seconds. A job that takes longer has failed.
    "task_time_limit": 300,
    # A job that nobody reported on for so long begins anew; longer than any job may take.
    "broker_transport_options": {"visibility_timeout": 600},
    # Key-Value Store is small (25 MB on the plan mini): results stay an hour.
    "result_expires": 3600,
<%_ if (answers.websockets) { _%>
    # The plan mini allows 20 connections in all. A gunicorn worker takes 2 to ask for jobs, 2 to hear
    # of results and 4 for all else (keyvalue.py, sockets.py). A worker dyno takes 4, and 2 more where
    # jobs use keyvalue.py themselves; a clock dyno takes 2. Remote control, which is what
    # `celery inspect` speaks to, would take 2 more.
<%_ } else { _%>
    # The plan mini allows 20 connections in all. Each of the 2 gunicorn workers on a Basic dyno takes
    # 2 to ask for jobs, 2 to hear of results and 2 for all else (keyvalue.py), which makes 12. A
    # worker dyno takes 4, and 2 more where jobs use keyvalue.py themselves; a clock dyno takes 2.
    # Remote control, which is what `celery inspect` speaks to, would take 2 more.
<%_ } _%>
    "broker_pool_limit": 1,
    "result_backend_thread_safe": True,
    "redis_max_connections": 2,
    "worker_enable_remote_control": False,
    # Somebody who waits for a result is told that the job has begun.
    "task_track_started": True,
    # The app's way to log (see create_app) is the worker's too.
    "worker_hijack_root_logger": False,
    "broker_connection_retry_on_startup": True,
}
<%_ } _%>


<%_ const task = answers.jobs === 'celery' ? '@shared_task\n' : '' _%>
<%_ const quietTask = answers.jobs === 'celery' ? '@shared_task(ignore_result=True)\n' : '' _%>
<%_ if (answers.database === 'postgres') { _%>
<%- task %>def count_words() -> int:
    """Count the words of all notes. An example to replace."""
    return sum(len(text.split()) for text in db.session.scalars(db.select(Note.text)))
<%_ } else { _%>
<%- task %>def count_words(text: str) -> int:
    """Count the words of a text. An example to replace."""
    return len(text.split())
<%_ } _%>
<%_ if (answers.schedule) { _%>


<%- quietTask %>def tidy_up() -> None:
    """Do what is to be done each night (clock.py). An example to replace."""
<%_ if (answers.database === 'postgres') { _%>
    log.info("Good night. %d notes", db.session.query(Note).count())
<%_ } else { _%>
    log.info("Good night")
<%_ } _%>
<%_ } _%>
