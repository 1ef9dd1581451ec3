"""How `flask db` reaches the database: through the app, so that <%- settingsFile %> alone knows where it is.

https://alembic.sqlalchemy.org/en/latest/tutorial.html#the-migration-environment
"""

from alembic import context
from flask import current_app

migrate = current_app.extensions["migrate"]
database = migrate.db

if context.is_offline_mode():
    # `flask db upgrade --sql` prints what it would run.
    context.configure(
        url=database.engine.url.render_as_string(hide_password=False),
        target_metadata=database.metadata,
        literal_binds=True,
    )
    with context.begin_transaction():
        context.run_migrations()
else:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=database.metadata, **migrate.configure_args
        )
        with context.begin_transaction():
            context.run_migrations()
