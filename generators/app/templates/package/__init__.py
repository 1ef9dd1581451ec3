"""<%- title %>: a Flask app for Heroku, made by `create_app()`."""

<%- imports('factory.imports',
  'import logging',
  'import sys',
  'from collections.abc import Mapping',
  'from flask import Flask',
  'from werkzeug.middleware.proxy_fix import ProxyFix',
  imported('errors', 'health', ...(answers.database === 'none' ? ['greetings'] : [])),
) %>

def create_app(overrides: Mapping[str, object] | None = None) -> Flask:
    """Build the app. Its settings come from settings.py; `overrides` is for the tests."""
<%- include('../bodies/factory.py') -%>
