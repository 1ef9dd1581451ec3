<%_ if (answers.frontend === 'api') { _%>
"""Errors as JSON. Crashes come here too, as a 500, once logged."""

from flask import json
<%_ } else { _%>
"""Errors as JSON for programs and as a page for people. Crashes come here too, as a 500, once logged."""

from flask import json, render_template, request
<%_ } _%>
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response


def respond(error: HTTPException) -> Response:
    # The error's own response keeps its headers, such as Allow on a 405.
    response = error.get_response()
<%_ if (answers.frontend === 'api') { _%>
    response.content_type = "application/json"
    response.data = json.dumps({"error": error.name, "message": error.description})
<%_ } else { _%>
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        response.content_type = "application/json"
        response.data = json.dumps({"error": error.name, "message": error.description})
    else:
        response.data = render_template("error.html", error=error)
<%_ } _%>
    return response
