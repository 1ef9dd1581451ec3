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
