"""The database, kept apart from the app that uses it so that models can import it."""

<%- imports('extensions.imports',
  ...(answers.migrations ? ['from flask_migrate import Migrate'] : []),
  'from flask_sqlalchemy import SQLAlchemy',
  'from sqlalchemy import MetaData',
  'from sqlalchemy.orm import DeclarativeBase',
) %>

class Base(DeclarativeBase):
    """What all models share."""

    # A constraint without a name cannot be changed by a later migration.
    # https://alembic.sqlalchemy.org/en/latest/naming.html
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Base)
<%_ if (answers.migrations) { _%>
migrate = Migrate()
<%_ } _%>
<%- slot('extensions.body', 0, '') -%>
