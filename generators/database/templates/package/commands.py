"""Commands of this app's own, for `flask <name>`."""

import click
from flask.cli import with_appcontext

<%- imported('models') %>  # noqa: F401, since a table is known once its model is imported
from <%- from('extensions') %> import db


@click.command("init-db")
@with_appcontext
def init_db() -> None:
    """Create the tables that do not exist yet; those that do are left as they are."""
    db.create_all()
    click.echo("The tables are there.")
