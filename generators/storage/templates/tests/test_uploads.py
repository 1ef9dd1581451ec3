import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture(autouse=True)
def folder(app: Flask, tmp_path: Path) -> Path:
    """A folder of each test's own takes the place of the storage."""
    app.config["UPLOAD_FOLDER"] = tmp_path
    return tmp_path


def test_a_large_file_goes_past_the_app_and_comes_back(app: Flask, client: FlaskClient) -> None:
    data = PNG + bytes(app.config["MAX_CONTENT_LENGTH"])
    begun = client.post("/api/uploads", json={"type": "image/png", "size": len(data)})
    assert begun.status_code == 201
    upload = begun.get_json()["upload"]
    assert client.put(upload["url"], data=data, headers=upload["headers"]).status_code == 200

    (listed,) = client.get("/api/uploads").get_json()
    assert listed["name"] == begun.get_json()["name"]
    assert listed["size"] == len(data)
    with client.get(begun.get_json()["url"], follow_redirects=True) as answer:
        assert answer.data == data
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_upload_of_another_type_or_size_than_was_signed_is_refused(client: FlaskClient) -> None:
    begun = client.post("/api/uploads", json={"type": "image/png", "size": len(PNG)})
    url = begun.get_json()["upload"]["url"]
    for data, content_type in ((PNG + b"!", "image/png"), (PNG, "text/html")):
        assert client.put(url, data=data, content_type=content_type).status_code == 403
    assert client.put(f"{url}x", data=PNG, content_type="image/png").status_code == 403
    assert client.get("/api/uploads").get_json() == []


def test_what_may_not_be_uploaded_gets_no_address(app: Flask, client: FlaskClient) -> None:
    largest = app.config["UPLOAD_MAX_BYTES"]
    for body in (
        {"type": "text/html", "size": 1},
        {"type": ["image/png"], "size": 1},
        {"type": "image/png"},
        {"type": "image/png", "size": 0},
        {"type": "image/png", "size": True},
        {"type": "image/png", "size": largest + 1},
        [],
    ):
        assert client.post("/api/uploads", json=body).status_code == 422
    largest_file = {"type": "image/png", "size": largest}
    assert client.post("/api/uploads", json=largest_file).status_code == 201


def test_a_small_file_may_come_through_the_app(client: FlaskClient, folder: Path) -> None:
    # Neither the name nor the type that a client claims is believed.
    file = (io.BytesIO(PNG), "../../evil.html", "text/html")
    answer = client.post("/api/uploads/small", data={"file": file})
    assert answer.status_code == 201
    (stored,) = folder.iterdir()
    assert stored.name == answer.get_json()["name"]
    assert stored.suffix == ".png"
    with client.get(answer.get_json()["url"], follow_redirects=True) as sent:
        assert sent.data == PNG


def test_a_small_file_that_is_of_another_kind_or_not_small_is_refused(
    app: Flask, client: FlaskClient, folder: Path
) -> None:
    for data in ({}, {"file": (io.BytesIO(b"<script>"), "cat.png", "image/png")}):
        assert client.post("/api/uploads/small", data=data).status_code == 422
    app.config["MAX_CONTENT_LENGTH"] = 1000
    too_large = {"file": (io.BytesIO(PNG + bytes(1000)), "cat.png")}
    assert client.post("/api/uploads/small", data=too_large).status_code == 413
    assert list(folder.iterdir()) == []


def test_nothing_but_uploads_can_be_fetched(client: FlaskClient) -> None:
    for name in ("passwords.txt", "..%2Fapp.db", "0" * 32, f"{'0' * 32}.png%0A", ".png"):
        assert client.get(f"/api/uploads/{name}").status_code == 404


def test_the_origins_of_uploads_are_set_by_a_command(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["uploads", "allow", "https://www.example.com"])
    assert result.exit_code == 0
    assert "https://www.example.com" in result.output
<%_ if (answers.frontend === 'pages') { _%>


def test_the_page_takes_a_file_without_javascript_and_lists_it(client: FlaskClient) -> None:
    file = (io.BytesIO(PNG), "cat.png")
    answer = client.post("/uploads", data={"file": file}, follow_redirects=True)
    assert answer.status_code == 200
    assert ".png</a>" in answer.text
<%_ } _%>
