"""An app for each test<% if (answers.database === 'postgres') { %>, with a database of its own in memory<% } %>."""

<%- imports('conftest.imports',
  ...(answers.database === 'postgres' ? ['from collections.abc import Iterator'] : []),
  'import pytest',
  'from flask import Flask',
  'from flask.testing import FlaskClient',
  `from ${factory} import create_app`,
) %>

@pytest.fixture
<%_ if (answers.database === 'postgres') { _%>
def app() -> Iterator[Flask]:
    app = create_app(
        {
            "TESTING": True,
<%- slot('conftest.overrides', 12, '') -%>
        }
    )
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()
<%_ } else if (slot('conftest.overrides') !== '') { _%>
def app() -> Flask:
    return create_app(
        {
            "TESTING": True,
<%- slot('conftest.overrides', 12, '') -%>
        }
    )
<%_ } else { _%>
def app() -> Flask:
    return create_app({"TESTING": True})
<%_ } _%>


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
<%_ if (slot('conftest.fixtures') !== '') { _%>


<%- slot('conftest.fixtures', 0, '\n\n') -%>
<%_ } _%>
