"""An app for each test<% if (database) { %>, with a database of its own in memory<% } %>."""

<%_ if (database) { _%>
from collections.abc import Iterator

<%_ } _%>
import pytest
from flask import Flask
from flask.testing import FlaskClient

from <%- packageName %> import create_app
<%_ if (database) { _%>
from <%- packageName %>.extensions import db
<%_ } _%>


<%_ if (database) { _%>
@pytest.fixture
def app() -> Iterator[Flask]:
    app = create_app({"TESTING": True, "SQLALCHEMY_DATABASE_URI": "sqlite:///:memory:"})
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()
<%_ } else { _%>
@pytest.fixture
def app() -> Flask:
    return create_app({"TESTING": True})
<%_ } _%>


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
