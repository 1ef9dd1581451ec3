<%_ const pages = answers.frontend === 'pages' _%>
"""Uploads<% if (pages) { %>, as a page and<% } %> as JSON. An example to replace: anybody may upload and download here.

A file of any size goes from the browser to the storage in one PUT, for which the app only signs an
address: Heroku's router ends a request after 30 seconds, and each holds a thread for as long.
https://devcenter.heroku.com/articles/s3-upload-python
"""

import re
from uuid import uuid4

import click
from flask import Blueprint, Flask, abort, current_app, redirect, <% if (pages) { %>render_template, <% } %>request, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

<%_ if (answers.layout === 'package') { _%>
from . import local_storage
from .local_storage import Folder
from .storage import Bucket, StoredFile
<%_ } else { _%>
import local_storage
from local_storage import Folder
from storage import Bucket, StoredFile
<%_ } _%>

blueprint = Blueprint("uploads", __name__, cli_group="uploads")

# What may be uploaded: its extension, and the bytes that every such file begins with.
KINDS = {
    "application/pdf": ("pdf", b"%PDF-"),
    "image/jpeg": ("jpg", b"\xff\xd8\xff"),
    "image/png": ("png", b"\x89PNG\r\n\x1a\n"),
}


def init_app(app: Flask) -> None:
    if app.config["S3_BUCKET"]:
        app.extensions["storage"] = Bucket(app.config)
    else:
        app.config.setdefault("UPLOAD_FOLDER", f"{app.instance_path}/uploads")
        app.extensions["storage"] = Folder()
        app.register_blueprint(local_storage.blueprint)
    app.register_blueprint(blueprint)


<%_ if (pages) { _%>
@blueprint.get("/uploads")
def page() -> str:
    return render_template("uploads.html", files=storage().newest(50), kinds=list(KINDS))


@blueprint.post("/uploads")
def add_from_page() -> Response:
    keep(request.files.get("file"))
    return redirect(url_for(".page"), code=303)


<%_ } _%>
@blueprint.get("/api/uploads")
def list_as_json() -> list[dict[str, object]]:
    return [as_json(file) for file in storage().newest(50)]


@blueprint.post("/api/uploads")
def begin() -> tuple[dict[str, object], int]:
    """Answer where and how to PUT a file of this type and size."""
    body = request.get_json()
    content_type, size = (body.get("type"), body.get("size")) if isinstance(body, dict) else ("", 0)
    if not isinstance(content_type, str) or content_type not in KINDS:
        abort(422, f"type must be one of {', '.join(KINDS)}")
    largest = current_app.config["UPLOAD_MAX_BYTES"]
    if type(size) is not int or not 0 < size <= largest:
        abort(422, f"size must be a number of bytes from 1 to {largest}")
    name = new_name(content_type)
    upload = {
        "method": "PUT",
        "url": storage().upload_url(name, content_type, size),
        "headers": {"Content-Type": content_type},
    }
    return {"name": name, "url": url_for(".fetch", name=name), "upload": upload}, 201


@blueprint.post("/api/uploads/small")
def add_small() -> tuple[dict[str, object], int]:
    """Take a small file as a form sends it: no larger than MAX_CONTENT_LENGTH."""
    name = keep(request.files.get("file"))
    return {"name": name, "url": url_for(".fetch", name=name)}, 201


@blueprint.get("/api/uploads/<name>")
def fetch(name: str) -> Response:
    # Nothing else in the bucket can be had by its name.
    if not re.fullmatch(rf"[0-9a-f]{{32}}\.({'|'.join(kind for kind, _ in KINDS.values())})", name):
        abort(404)
    return redirect(storage().download_url(name))


@blueprint.cli.command("allow")
@click.argument("origins", nargs=-1, required=True)
def allow(origins: tuple[str, ...]) -> None:
    """Let pages of ORIGINS (such as https://www.example.com) and no others upload to the bucket."""
    storage().allow(origins)
    click.echo(f"Pages of {', '.join(origins)} may upload.")


def storage() -> Bucket | Folder:
    return current_app.extensions["storage"]


def keep(file: FileStorage | None) -> str:
    """Store a small file under a new name, or answer 422 when it is none that may be uploaded."""
    data = file.read() if file else b""
    # What it is called and what it says that it is come from the client: its bytes decide.
    for content_type, (_, beginning) in KINDS.items():
        if data.startswith(beginning):
            name = new_name(content_type)
            storage().put(name, content_type, data)
            return name
    abort(422, f"file must be one of {', '.join(KINDS)}")


def new_name(content_type: str) -> str:
    return f"{uuid4().hex}.{KINDS[content_type][0]}"


def as_json(file: StoredFile) -> dict[str, object]:
    return {
        "name": file.name,
        "size": file.size,
        "stored_at": file.stored_at.isoformat(),
        "url": url_for(".fetch", name=file.name),
    }
