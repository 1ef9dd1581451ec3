"""The tables. <% if (answers.migrations) { %>After a change here: `flask db migrate -m "what changed"`, then `flask db upgrade`.<% } else { %>`flask init-db` creates those that are missing; it never changes one that exists.<% } %>"""

from datetime import UTC, datetime

from sqlalchemy import DateTime, String
from sqlalchemy.orm import Mapped, mapped_column

from <%- from('extensions') %> import db


class Note(db.Model):
    """A line of text that somebody left."""

    LONGEST = 500

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(String(LONGEST))
    created_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), default=lambda: datetime.now(UTC)
    )
