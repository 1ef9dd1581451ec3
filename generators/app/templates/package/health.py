"""Whether this process can do its work, for uptime monitors and for `curl` after a deploy."""

<%_ if (database) { _%>
from flask import Blueprint, current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from .extensions import db
<%_ } else { _%>
from flask import Blueprint
<%_ } _%>

blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
<%_ if (database) { _%>
def health() -> tuple[dict[str, str], int]:
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        current_app.logger.exception("The database does not answer")
        return {"status": "error", "database": "unreachable"}, 503
    return {"status": "ok", "database": "ok"}, 200
<%_ } else { _%>
def health() -> dict[str, str]:
    return {"status": "ok"}
<%_ } _%>
