<%_ if (answers.jobs === 'rq') { _%>
"""The clock process: puts jobs into the queue at fixed times, by the dyno's time, which is UTC.

Let exactly one dyno run it: two would ask for every job twice. What was due while it restarted is
left out until the next time. https://devcenter.heroku.com/articles/clock-processes-python
"""

from rq.cron import CronScheduler

<%_ if (answers.layout === 'package') { _%>
from . import create_app, jobs
<%_ } else { _%>
import jobs
from app import create_app
<%_ } _%>


def main() -> None:
    store = create_app().extensions["keyvalue"]
    if store is None:
        raise SystemExit("REDIS_URL is not set, so there is no queue to put jobs into.")
    scheduler = CronScheduler(connection=store)
    # RQ's schedule cannot say that a job is to be tried again; jobs.start can.
    scheduler.register(jobs.start, "default", args=(jobs.tidy_up,), cron="0 3 * * *")
    scheduler.start()


if __name__ == "__main__":
    main()
<%_ } else { _%>
"""The clock process, for `celery --app <%- absolute('clock') %> beat`: puts jobs into the queue at fixed times.

Let exactly one dyno run it: two would ask for every job twice. What was due while it restarted is
left out until the next time. https://devcenter.heroku.com/articles/clock-processes-python
"""

from celery.schedules import crontab

<%_ if (answers.layout === 'package') { _%>
from . import create_app, jobs
<%_ } else { _%>
import jobs
from app import create_app
<%_ } _%>

flask_app = create_app()
if not flask_app.config["REDIS_URL"]:
    raise SystemExit("REDIS_URL is not set, so there is no queue to put jobs into.")

celery = flask_app.extensions["celery"]
celery.conf.update(
    # Keeps its times in memory: a file would be gone with the dyno's disk.
    beat_scheduler="celery.beat:Scheduler",
    timezone="UTC",
    beat_schedule={
        "tidy-up": {"task": jobs.tidy_up.name, "schedule": crontab(hour=3, minute=0)},
    },
)
<%_ } _%>
