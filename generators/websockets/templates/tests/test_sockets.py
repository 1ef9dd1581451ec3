import pytest
from flask import Flask
<%_ if (answers.frontend === 'pages') { _%>
from flask.testing import FlaskClient
<%_ } _%>
from flask_socketio import SocketIOTestClient

<%_ if (answers.layout === 'package') { _%>
from <%- packageName %> import sockets
<%_ } else { _%>
import sockets
<%_ } _%>


@pytest.fixture
def people(app: Flask) -> tuple[SocketIOTestClient, SocketIOTestClient]:
    return sockets.socketio.test_client(app), sockets.socketio.test_client(app)


def test_what_one_says_all_hear(people: tuple[SocketIOTestClient, SocketIOTestClient]) -> None:
    speaker, listener = people
    assert speaker.emit("say", " hello ", callback=True) == {"error": None}
    for person in (speaker, listener):
        (event,) = person.get_received()
        assert (event["name"], event["args"]) == ("said", [{"text": "hello"}])


def test_what_is_no_proper_text_nobody_hears(
    people: tuple[SocketIOTestClient, SocketIOTestClient],
) -> None:
    speaker, listener = people
    for text in ("", "  ", "x" * 501, 7, None, {"text": "hello"}):
        answer = speaker.emit("say", text, callback=True)
        assert "1 to 500 characters" in answer["error"]
    assert listener.get_received() == []


def test_who_comes_when_it_is_full_is_turned_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MOST_SOCKETS", -1)
    assert not sockets.socketio.test_client(app).is_connected()


def test_a_session_begins_as_a_websocket_and_never_by_polling(app: Flask) -> None:
    answer = app.test_client().get("/socket.io/?EIO=4&transport=polling")
    assert answer.status_code == 400
<%_ if (answers.frontend === 'pages') { _%>


def test_the_page_connects(client: FlaskClient) -> None:
    assert "chat.js" in client.get("/chat").text
<%_ } else { _%>


def test_pages_of_other_origins_are_refused(app: Flask) -> None:
    headers = {"Origin": "https://evil.example", "Host": "app.example"}
    answer = app.test_client().get("/socket.io/?EIO=4&transport=websocket", headers=headers)
    assert answer.status_code == 400
<%_ } _%>
