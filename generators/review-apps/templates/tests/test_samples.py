from flask import Flask
from flask.testing import FlaskClient

from <%- absolute('samples') %> import SAMPLES


def test_samples_are_added_once(app: Flask, client: FlaskClient) -> None:
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["add-samples"]).exit_code == 0
    notes = client.get("/api/notes").get_json()
    assert sorted(note["text"] for note in notes) == sorted(SAMPLES)


def test_an_app_that_has_data_gets_no_samples(app: Flask, client: FlaskClient) -> None:
    client.post("/api/notes", json={"text": "mine"})
    assert app.test_cli_runner().invoke(args=["add-samples"]).exit_code == 0
    assert [note["text"] for note in client.get("/api/notes").get_json()] == ["mine"]
