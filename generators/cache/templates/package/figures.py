"""Figures that take a while to work out, and so are kept for a while. An example to replace."""

from datetime import UTC, datetime

from flask import Blueprint

from <%- from('cache') %> import cache
<%_ if (answers.database === 'postgres') { _%>
from <%- from('extensions') %> import db
from <%- from('models') %> import Note
<%_ } _%>

blueprint = Blueprint("figures", __name__)


@blueprint.get("/api/figures")
@cache.cached(timeout=300, key_prefix="figures")
def show() -> dict[str, object]:
<%_ if (answers.database === 'postgres') { _%>
    notes = db.session.scalar(db.select(db.func.count()).select_from(Note))
    return {"notes": notes, "worked_out_at": datetime.now(UTC).isoformat()}
<%_ } else { _%>
    return {"worked_out_at": datetime.now(UTC).isoformat()}
<%_ } _%>


@blueprint.delete("/api/figures")
def forget() -> tuple[str, int]:
    """Have them worked out anew, as whatever changes them should."""
    cache.delete("figures")
    return "", 204
