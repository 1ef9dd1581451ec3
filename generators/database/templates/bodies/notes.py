<%_ if (answers.frontend === 'pages') { _%>
@blueprint.get("/")
def page() -> str:
    return render_template("notes.html", notes=newest(), longest=Note.LONGEST)


@blueprint.post("/")
def add_from_page() -> Response:
    add(request.form.get("text"))
    return redirect(url_for(".page"), code=303)


<%_ } _%>
@blueprint.get("/api/notes")
def list_as_json() -> list[dict[str, object]]:
    return [as_json(note) for note in newest()]


@blueprint.post("/api/notes")
def add_from_json() -> tuple[dict[str, object], int]:
    body = request.get_json()
    return as_json(add(body.get("text") if isinstance(body, dict) else None)), 201


def newest(limit: int = 50) -> list[Note]:
    """Read the last notes, newest first."""
    return list(db.session.scalars(db.select(Note).order_by(Note.id.desc()).limit(limit)))


def add(text: object) -> Note:
    """Store a note, or answer 422 when the text is missing, empty or too long."""
    # PostgreSQL cannot store the character NUL, which SQLite would let through.
    text = text.replace("\0", "").strip() if isinstance(text, str) else ""
    if not 0 < len(text) <= Note.LONGEST:
        abort(422, f"text must have 1 to {Note.LONGEST} characters")
    note = Note(text=text)
    db.session.add(note)
    db.session.commit()
    return note


def as_json(note: Note) -> dict[str, object]:
    return {"id": note.id, "text": note.text, "created_at": note.created_at.isoformat()}
