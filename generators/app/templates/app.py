<%_ const pages = answers.frontend === 'pages' _%>
<%_ const withNotes = answers.database === 'postgres' _%>
"""<%- title %>: a Flask app for Heroku. First its settings, then what it answers, then `create_app()`.

Every setting comes from the environment: https://devcenter.heroku.com/articles/config-vars
"""

<%- imports(
  ['settings.imports', 'health.imports', 'factory.imports'],
  'import logging',
  'import os',
  'import sys',
  'from collections.abc import Mapping',
  'from flask import Blueprint, Flask, json',
  'from werkzeug.exceptions import HTTPException',
  'from werkzeug.middleware.proxy_fix import ProxyFix',
  'from werkzeug.wrappers import Response',
  ...(pages ? ['from flask import render_template, request'] : []),
  ...(withNotes ? ['from flask import abort, request', 'from extensions import db', 'from models import Note'] : []),
  ...(withNotes && pages ? ['from flask import redirect, url_for'] : []),
) %>
<%- include('bodies/settings.py') -%>

blueprint = Blueprint("<%- withNotes ? 'notes' : 'greetings' %>", __name__)


# <%- withNotes ? 'Notes' : 'Greetings' %>, <% if (pages) { %>as a page and <% } %>as JSON. An example to replace<% if (withNotes) { %>: anybody may write here<% } %>.
<%_ if (withNotes) { _%>
<%- include('../../database/templates/bodies/notes.py') -%>
<%_ } else { _%>
<%- include('bodies/greetings.py') -%>
<%_ } _%>


# Whether this process can do its work, for uptime monitors and for `curl` after a deploy.
<%- include('bodies/health.py') -%>


# Errors as JSON<% if (pages) { %> for programs and as a page for people<% } %>. Crashes come here too, as a 500, once logged.
<%- include('bodies/errors.py') -%>


def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """Build the app, for gunicorn and the `flask` command. `overrides` is for the tests."""
<%- include('bodies/factory.py') -%>
