from flask import Flask
from sqlalchemy import inspect

from <%- absolute('extensions') %> import db


def test_init_db_may_run_at_every_release(app: Flask) -> None:
    with app.app_context():
        db.drop_all()
    for _ in range(2):
        assert app.test_cli_runner().invoke(args=["init-db"]).exit_code == 0
    with app.app_context():
        assert inspect(db.engine).get_table_names() == ["note"]
