"""What stands in for the bucket where S3_BUCKET is not set: a folder, as strict as the bucket.

For a laptop and for tests. A dyno never has it, since <%- settingsFile %> insists on S3_BUCKET there.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, abort, current_app, request, send_from_directory, url_for
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from <%- from('storage') %> import DOWNLOAD_SECONDS, UPLOAD_SECONDS, StoredFile

blueprint = Blueprint("local_storage", __name__, url_prefix="/local-storage")


class Folder:
    """The same as a bucket, for one computer."""

    @property
    def path(self) -> Path:
        path = Path(current_app.config["UPLOAD_FOLDER"])
        path.mkdir(parents=True, exist_ok=True)
        return path

    def upload_url(self, name: str, content_type: str, size: int) -> str:
        token = signer("upload").dumps([name, content_type, size])
        return url_for("local_storage.receive", token=token, _external=True)

    def download_url(self, name: str) -> str:
        return url_for("local_storage.send", token=signer("download").dumps(name), _external=True)

    def put(self, name: str, content_type: str, data: bytes) -> None:
        # The extension of the name keeps the type.
        (self.path / name).write_bytes(data)

    def newest(self, limit: int) -> list[StoredFile]:
        files = [
            StoredFile(
                each.name, each.stat().st_size, datetime.fromtimestamp(each.stat().st_mtime, UTC)
            )
            for each in self.path.iterdir()
        ]
        return sorted(files, key=lambda file: file.stored_at, reverse=True)[:limit]

    def allow(self, origins: Sequence[str]) -> None:
        """Nothing to do: the folder has the origin of the app."""


@blueprint.put("/<token>")
def receive(token: str) -> tuple[str, int]:
    try:
        name, content_type, size = signer("upload").loads(token, max_age=UPLOAD_SECONDS)
    except BadData:
        abort(403, "this address is not good, or no longer")
    if (request.content_type, request.content_length) != (content_type, size):
        abort(403, "this is another type or size than was signed")
    # The bucket takes more than MAX_CONTENT_LENGTH, too.
    request.max_content_length = size
    Folder().put(name, content_type, request.get_data())
    return "", 200


@blueprint.get("/<token>")
def send(token: str) -> Response:
    try:
        name = signer("download").loads(token, max_age=DOWNLOAD_SECONDS)
    except BadData:
        abort(403, "this address is not good, or no longer")
    return send_from_directory(Folder().path, name, as_attachment=True)


def signer(purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key, salt=f"local storage: {purpose}")
