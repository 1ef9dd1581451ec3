<%_ const factory = answers.layout === 'package' ? '.' : 'app' _%>
<%_ if (answers.jobs === 'rq') { _%>
"""The worker process: does the jobs of the queue, one after the other.

https://python-rq.org/docs/workers/
"""

from rq import Queue
from rq.executions import Execution
from rq.job import Job
from rq.worker import HerokuWorker

from <%- factory %> import create_app

app = create_app()


class Worker(HerokuWorker):
    """Gives each job an app context, and time to finish when the dyno is to stop.

    Heroku sends SIGTERM to all processes of a dyno, perhaps more than once, and SIGKILL 30 seconds
    later. HerokuWorker keeps a first SIGTERM from the job, and interrupts it after the delay; a job
    with retries left (see jobs.start) is put back.
    https://devcenter.heroku.com/articles/dyno-shutdown-behavior
    """

    imminent_shutdown_delay = 20

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        with app.app_context():
            return super().perform_job(job, queue, execution)

    def request_force_stop(self, signum: int, frame: object) -> None:
        """Take a further signal for the first one: RQ would kill the job, and not put it back."""


def main() -> None:
    store = app.extensions["keyvalue"]
    if store is None:
        raise SystemExit("REDIS_URL is not set, so there is no queue: jobs run in the web process.")
    # The worker's own connection waits for a job for minutes; RQ raises its timeout by itself.
    Worker(["default"], connection=store).work()


if __name__ == "__main__":
    main()
<%_ } else { _%>
"""The worker process, for `celery --app <%- absolute('worker') %> worker`.

The line in the Procfile says two things that settings cannot:
- REMAP_SIGTERM=SIGQUIT: Heroku sends SIGTERM to all processes of a dyno and SIGKILL 30 seconds
  later. SIGTERM would end Celery's processes in the midst of their jobs. So they leave it to their
  parent, which lets them finish (worker_soft_shutdown_timeout) and puts back what is left.
  https://devcenter.heroku.com/articles/dyno-shutdown-behavior
  https://docs.celeryq.dev/en/stable/userguide/workers.html#soft-shutdown
- --without-gossip, -mingle and -heartbeat: by these, workers hear of each other, and nothing here
  asks for it. They cost connections to Key-Value Store, which are few.
"""

from <%- factory %> import create_app

flask_app = create_app()
if not flask_app.config["REDIS_URL"]:
    raise SystemExit("REDIS_URL is not set, so there is no queue: jobs run in the web process.")

celery = flask_app.extensions["celery"]
<%_ } _%>
