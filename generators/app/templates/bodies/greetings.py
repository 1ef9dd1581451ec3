<%_ if (answers.frontend === 'pages') { _%>
@blueprint.get("/")
def page() -> str:
    return render_template("greeting.html", name=request.args.get("name", "world"))


<%_ } _%>
@blueprint.get("/api/greetings/<name>")
def as_json(name: str) -> dict[str, str]:
    return {"greeting": f"Hello, {name}!"}
