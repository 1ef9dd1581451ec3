"""A chat over WebSockets. An example to replace: anybody may say anything here, and nothing is kept.

https://flask-socketio.readthedocs.io
"""

<%_ const pages = answers.frontend === 'pages' _%>
<%_ const threads = answers.dynoSize === 'standard-2x' ? 80 : 40 _%>
<%_ const keyValue = addons.some(({ service }) => service === 'heroku-redis') _%>
<%_ if (pages) { _%>
from flask import Blueprint, Flask, render_template
<%_ } else { _%>
from flask import Flask
<%_ } _%>
from flask_socketio import SocketIO, emit

LONGEST = 500

# An open socket holds a thread, and some have to be left for requests: gunicorn.conf.py has <%- threads %>.
MOST_SOCKETS = <%- threads - 8 %>

socketio = SocketIO()
<%_ if (pages) { _%>
blueprint = Blueprint("sockets", __name__)
<%_ } _%>


def init_app(app: Flask) -> None:
    socketio.init_app(
        app,
        # gunicorn's own threads: no worker class of another package, no patched standard library.
        # https://flask-socketio.readthedocs.io/en/latest/deployment.html#gunicorn-web-server
        async_mode="threading",
        # Events of one client one after the other, in its thread: a thread for each event could
        # pass the number that a dyno may have (gunicorn.conf.py).
        async_handlers=False,
        # Polling would send each request of a client to any dyno, and hold a thread for each.
        # https://devcenter.heroku.com/articles/session-affinity
        transports=["websocket"],
        # The router ends what is silent for 55 seconds, in both directions; the answer to a ping
        # has to come back within ping_timeout.
        # https://devcenter.heroku.com/articles/websockets#timeouts
        ping_interval=25,
        ping_timeout=20,
<%_ if (!pages) { _%>
        cors_allowed_origins=app.config["SOCKET_ORIGINS"] or None,
<%_ } _%>
<%_ if (keyValue) { _%>
        # What one dyno says is heard by the clients of all; None on a computer without REDIS_URL.
        message_queue=app.config["REDIS_URL"],
<%_ } _%>
<%_ if (answers.sessions === 'server') { _%>
        # Flask's session itself, which is on the server, and not a copy of it for each socket.
        manage_session=False,
<%_ } _%>
    )
<%_ if (pages) { _%>
    app.register_blueprint(blueprint)


@blueprint.get("/chat")
def page() -> str:
    return render_template("chat.html", longest=LONGEST)
<%_ } _%>


@socketio.on("connect")
def may_enter(auth: object = None) -> bool:
    """Turn away who comes when it is full. Who somebody is would be asked here, too."""
    everybody = socketio.server.manager.get_participants("/", None)
    return len(list(everybody)) <= MOST_SOCKETS


@socketio.on("say")
def say(text: object = None) -> dict[str, object]:
    """Pass a text on to all; what is returned is the acknowledgement, to the speaker alone."""
    text = text.strip() if isinstance(text, str) else ""
    if not 0 < len(text) <= LONGEST:
        return {"error": f"text must have 1 to {LONGEST} characters"}
    emit("said", {"text": text}, broadcast=True)
    return {"error": None}


def close_all() -> None:
    """Tell every client that this process ends; gunicorn.conf.py calls it."""
    for client in list(socketio.server.eio.sockets.values()):
        # Waiting for one that does not listen any more would keep the others.
        client.close(wait=False)
