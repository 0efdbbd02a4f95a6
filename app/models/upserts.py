"""The only writes outside the ORM: rows that two processes may create at the same moment.

A write on a tenant's table takes `service_id` from the loaded parent and repeats it in the conflict's WHERE.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models.content import ContentVersion
from app.models.tenancy import OUTSIDE_ORM


def keep_content(session: Session, *, theme: str, version: str, sha256: str, source: str, at: datetime) -> UUID:
    """Keeps the text of a theme, once for all, and returns its identity; two processes may do it at once."""
    same = select(ContentVersion.id).where(ContentVersion.theme == theme, ContentVersion.sha256 == sha256)
    known = session.scalar(same)
    if known is not None:
        return known
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    values = {
        "id": uuid4(),
        "theme": theme,
        "version": version,
        "sha256": sha256,
        "source": source,
        "first_used_at": at,
    }
    statement = make(ContentVersion).values(values).on_conflict_do_nothing(index_elements=["theme", "sha256"])
    session.execute(statement, execution_options={OUTSIDE_ORM: True})
    return session.scalars(same).one()
