"""Whether this process can do its work, for uptime monitors and for `curl` after a deploy."""

<%- imports('health.imports', 'from flask import Blueprint') %>
blueprint = Blueprint("health", __name__)


@blueprint.get("/health")
<%_ if (slot('health.checks') === '') { _%>
def health() -> dict[str, str]:
    return {"status": "ok"}
<%_ } else { _%>
def health() -> tuple[dict[str, str], int]:
    checks = {}
<%- slot('health.checks', 4) -%>
    well = all(answer == "ok" for answer in checks.values())
    return {"status": "ok" if well else "error", **checks}, 200 if well else 503
<%_ } _%>
