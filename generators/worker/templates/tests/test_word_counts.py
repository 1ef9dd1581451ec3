from flask.testing import FlaskClient


<%_ if (answers.database === 'postgres') { _%>
def test_words_are_counted_in_the_background(client: FlaskClient) -> None:
    for text in ("water the plants", "and the dog"):
        client.post("/api/notes", json={"text": text})
    asked = client.post("/api/word-counts")
    assert asked.status_code == 202
    answer = client.get(asked.headers["Location"]).get_json()
    assert answer["state"] == "<%- answers.jobs === 'rq' ? 'finished' : 'success' %>"
    assert answer["words"] == 6
<%_ } else { _%>
def test_words_are_counted_in_the_background(client: FlaskClient) -> None:
    asked = client.post("/api/word-counts", json={"text": "water the plants"})
    assert asked.status_code == 202
    answer = client.get(asked.headers["Location"]).get_json()
    assert answer["state"] == "<%- answers.jobs === 'rq' ? 'finished' : 'success' %>"
    assert answer["words"] == 3


def test_only_a_text_has_words(client: FlaskClient) -> None:
    for body in ({}, {"text": 1}, []):
        assert client.post("/api/word-counts", json=body).status_code == 422
<%_ } _%>
<%_ if (answers.jobs === 'rq') { _%>


def test_a_job_that_nobody_asked_for_is_not_found(client: FlaskClient) -> None:
    assert client.get("/api/word-counts/nothing").status_code == 404
<%_ } _%>
