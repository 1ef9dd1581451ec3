"""First data, so that there is something to see in an app that starts empty, such as a review app."""

import click
from flask.cli import with_appcontext

from <%- from('extensions') %> import db
from <%- from('models') %> import Note

SAMPLES = ("Water the plants", "Read the pull request", "Ship it")


@click.command("add-samples")
@with_appcontext
def add_samples() -> None:
    """Add a few notes where there are none; what is there stays as it is."""
    if db.session.scalar(db.select(Note.id).limit(1)) is not None:
        click.echo("There are notes already: none was added.")
        return
    db.session.add_all(Note(text=text) for text in SAMPLES)
    db.session.commit()
    click.echo(f"Added {len(SAMPLES)} notes.")
