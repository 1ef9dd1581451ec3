"""Word counts, worked out in the background. An example to replace."""

<%_ if (answers.jobs === 'rq') { _%>
<%_ const request = answers.database === 'postgres' ? '' : ', request' _%>
from flask import Blueprint, abort<%- request %>, url_for
from rq.exceptions import NoSuchJobError
from rq.job import Job

<%- imported('jobs') %>

blueprint = Blueprint("word_counts", __name__)


@blueprint.post("/api/word-counts")
def ask() -> tuple[dict[str, object], int, dict[str, str]]:
<%_ if (answers.database === 'postgres') { _%>
    job = jobs.start(jobs.count_words)
<%_ } else { _%>
    job = jobs.start(jobs.count_words, text_of_request())
<%_ } _%>
    return as_json(job), 202, {"Location": url_for(".look", job_id=job.id)}


@blueprint.get("/api/word-counts/<job_id>")
def look(job_id: str) -> dict[str, object]:
    try:
        job = Job.fetch(job_id, connection=jobs.queue().connection)
    except NoSuchJobError:
        abort(404, "no such job, or it ended long ago")
    return as_json(job)


def as_json(job: Job) -> dict[str, object]:
    return {"id": job.id, "state": job.get_status(), "words": job.return_value()}
<%_ } else { _%>
from celery.result import AsyncResult
from flask import Blueprint, <% if (answers.database !== 'postgres') { %>abort, request, <% } %>url_for

<%- imported('jobs') %>

blueprint = Blueprint("word_counts", __name__)


@blueprint.post("/api/word-counts")
def ask() -> tuple[dict[str, object], int, dict[str, str]]:
<%_ if (answers.database === 'postgres') { _%>
    result = jobs.count_words.delay()
<%_ } else { _%>
    result = jobs.count_words.delay(text_of_request())
<%_ } _%>
    return as_json(result), 202, {"Location": url_for(".look", job_id=result.id)}


@blueprint.get("/api/word-counts/<uuid:job_id>")
def look(job_id: object) -> dict[str, object]:
    # Celery knows no jobs, only results: one that it never heard of is pending too.
    return as_json(jobs.count_words.AsyncResult(str(job_id)))


def as_json(result: AsyncResult) -> dict[str, object]:
    return {
        "id": result.id,
        "state": result.state.lower(),
        "words": result.result if result.successful() else None,
    }
<%_ } _%>
<%_ if (answers.database !== 'postgres') { _%>


def text_of_request() -> str:
    body = request.get_json()
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str):
        abort(422, "text must be a string")
    return text
<%_ } _%>
