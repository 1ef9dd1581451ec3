"""Sessions on the server: the browser holds a random name alone, and signing out ends a session everywhere.

https://flask-session.readthedocs.io
"""

from datetime import timedelta
from pathlib import Path

from cachelib import FileSystemCache
from flask import Flask
from flask_session import Session


def init_app(app: Flask) -> None:
    # Each request renews it. What nobody comes back to makes room after this time.
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(days=14)
    store = app.extensions["keyvalue"]
    if store is None:
        # On a computer, so that they outlive the restart after each change of the code. Never on a
        # dyno: its disk is wiped at least once a day, and no other dyno sees it.
        app.config["SESSION_TYPE"] = "cachelib"
        if "SESSION_CACHELIB" not in app.config:
            app.config["SESSION_CACHELIB"] = FileSystemCache(Path(app.instance_path) / "sessions")
    else:
        app.config["SESSION_TYPE"] = "redis"
        app.config["SESSION_REDIS"] = store
    Session(app)
