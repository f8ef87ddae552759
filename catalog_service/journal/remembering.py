"""What a home remembers: single values under a name, such as its base IRI."""

from sqlalchemy import select
from sqlalchemy.engine import Connection

from catalog_service.journal.tables import settings


def remembered(connection: Connection, name: str) -> str:
    """The value under `name`; empty where there is none."""
    found = connection.execute(select(settings.c.value).where(settings.c.name == name)).scalar()
    return found or ""


def remember(connection: Connection, name: str, value: str) -> None:
    """Put a value under `name`."""
    connection.execute(settings.delete().where(settings.c.name == name))
    connection.execute(settings.insert().values(name=name, value=value))
