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
