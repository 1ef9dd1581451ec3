from pathlib import Path

import flask_migrate
from sqlalchemy import inspect

from <%- factory %> import create_app
from <%- absolute('extensions') %> import db


def test_the_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    app = create_app({"SQLALCHEMY_DATABASE_URI": f"sqlite:///{tmp_path / 'test.db'}"})
    with app.app_context():
        flask_migrate.upgrade()
        # Ends the test with the difference when a model has changed and no migration says so.
        flask_migrate.check()
        flask_migrate.downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        db.engine.dispose()
