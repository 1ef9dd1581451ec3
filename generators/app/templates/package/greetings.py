<%_ if (answers.frontend === 'api') { _%>
"""Greetings, as JSON. An example to replace."""

from flask import Blueprint

blueprint = Blueprint("greetings", __name__)
<%_ } else { _%>
"""Greetings, as a page and as JSON. An example to replace."""

from flask import Blueprint, render_template, request

blueprint = Blueprint("greetings", __name__)


@blueprint.get("/")
def page() -> str:
    return render_template("greeting.html", name=request.args.get("name", "world"))
<%_ } _%>


@blueprint.get("/api/greetings/<name>")
def as_json(name: str) -> dict[str, str]:
    return {"greeting": f"Hello, {name}!"}
