"""The books without their guards, within one test's transaction: to see a checker notice what the guards prevent."""

from contextlib import contextmanager

from django.db import connection

from streams import guards


@contextmanager
def unguarded():
    """Rows of the books may be changed and deleted in here. Only a superuser of PostgreSQL may do this."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
        else:
            for statement in without_triggers():
                cursor.execute(statement)
    yield
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = origin")
    guards.install()


def without_triggers() -> list[str]:
    """The statements that take the guards from a SQLite database."""
    return [f"DROP TRIGGER IF EXISTS {guards.table_of(model)}_{name}" for model, name in guards.guards()]
