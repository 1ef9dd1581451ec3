"""<%- title %>: a Flask app for Heroku, made by `create_app()`."""

import logging
import sys
from collections.abc import Mapping

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

<%_ if (database) { _%>
from . import <% if (!migrations) { %>commands, <% } %>errors, health, notes
from .extensions import db<% if (migrations) { %>, migrate<% } %>
<%_ } else { _%>
from . import errors, greetings, health
<%_ } _%>


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """Build the app. Its settings come from settings.py; `overrides` is for the tests."""
    # Heroku keeps what a dyno prints, and nothing that it writes to its disk. It adds the time itself.
    # https://devcenter.heroku.com/articles/logging
    logging.basicConfig(
        stream=sys.stdout, level=logging.INFO, format="%(levelname)s %(name)s: %(message)s"
    )

    app = Flask(__name__)
    app.config.from_object("<%- packageName %>.settings")
    app.config.update(overrides or {})

    if app.config["ON_DYNO"]:
        # A dyno is reached through Heroku's router alone. It sets X-Forwarded-Proto and -Port, and
        # appends the client's address to X-Forwarded-For, so only the last one there is true.
        # X-Forwarded-Host and -Prefix arrive as the client wrote them and must not be trusted.
        # https://devcenter.heroku.com/articles/http-routing#heroku-headers
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_port=1)

<%_ if (database) { _%>
    db.init_app(app)
<%_ if (migrations) { _%>
    migrate.init_app(app, db)
<%_ } else { _%>
    app.cli.add_command(commands.init_db)
<%_ } _%>
<%_ } _%>
    app.register_error_handler(errors.HTTPException, errors.respond)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(<% if (database) { %>notes<% } else { %>greetings<% } %>.blueprint)
    return app
