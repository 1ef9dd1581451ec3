from flask.testing import FlaskClient


<%_ if (answers.frontend === 'pages') { _%>
def test_the_page_greets_by_name(client: FlaskClient) -> None:
    assert "Hello, world!" in client.get("/").text
    assert "Hello, Ada!" in client.get("/?name=Ada").text


def test_markup_in_a_name_is_shown_as_text(client: FlaskClient) -> None:
    assert "&lt;b&gt;" in client.get("/?name=<b>").text


<%_ } _%>
def test_programs_get_json(client: FlaskClient) -> None:
    assert client.get("/api/greetings/Ada").get_json() == {"greeting": "Hello, Ada!"}
