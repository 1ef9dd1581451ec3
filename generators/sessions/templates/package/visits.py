"""How often this browser was here. An example to replace."""

from flask import Blueprint, session

blueprint = Blueprint("visits", __name__)


@blueprint.get("/api/visits")
def count() -> dict[str, int]:
    return {"visits": session.get("visits", 0)}


@blueprint.post("/api/visits")
def add() -> dict[str, int]:
    session["visits"] = session.get("visits", 0) + 1
    return count()


@blueprint.delete("/api/visits")
def forget() -> tuple[str, int]:
    """End the session, as signing out would."""
    session.clear()
    return "", 204
