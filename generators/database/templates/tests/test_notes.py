from flask.testing import FlaskClient


<%_ if (answers.frontend === 'pages') { _%>
def test_a_note_from_the_page_is_shown_there(client: FlaskClient) -> None:
    answer = client.post("/", data={"text": "water the plants"}, follow_redirects=True)
    assert answer.status_code == 200
    assert "water the plants" in answer.text


def test_markup_in_a_note_is_shown_as_text(client: FlaskClient) -> None:
    answer = client.post("/", data={"text": "<b>bold</b>"}, follow_redirects=True)
    assert "&lt;b&gt;bold&lt;/b&gt;" in answer.text


<%_ } _%>
def test_notes_are_listed_newest_first(client: FlaskClient) -> None:
    for text in ("first", "second"):
        assert client.post("/api/notes", json={"text": text}).status_code == 201
    notes = client.get("/api/notes").get_json()
    assert [note["text"] for note in notes] == ["second", "first"]


def test_a_note_without_a_proper_text_is_refused(client: FlaskClient) -> None:
    for body in ({}, {"text": "  "}, {"text": 1}, {"text": "\0"}, {"text": "x" * 501}, []):
        answer = client.post("/api/notes", json=body)
        assert answer.status_code == 422
        assert "1 to 500 characters" in answer.get_json()["message"]
    assert client.get("/api/notes").get_json() == []
