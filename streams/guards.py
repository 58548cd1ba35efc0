"""The database itself keeps what is only ever added to: triggers on PostgreSQL and on SQLite, and grants on PostgreSQL.

They are made after every migrate, for SQLite forgets them whenever a table is altered. On PostgreSQL nobody but a
superuser (`session_replication_role`) or the tables' owner gets round them, and `manage.py protect_ledger ROLE` takes
the rights as well, so the role that the program runs as cannot even empty a table. What is guarded, and how, stand with
the rows: `billing.guards`, `sharing.guards`.
"""

from typing import Any

from django.apps import apps
from django.db import connection

from streams.billing import guards as books
from streams.sharing import guards as seen

# What a database role may still change of each guarded table: the names of columns.
MAY_CHANGE: dict[str, tuple[str, ...]] = dict.fromkeys(books.APPEND_ONLY, ()) | {
    model: tuple(columns) for model, columns in seen.MAY_CHANGE.items()
}


def install(**_: Any) -> None:
    """Make every guard anew. Follows every `migrate`; tables that are not there yet are passed over."""
    there = set(connection.introspection.table_names())
    period = table_of("Period")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and period in there:
            cursor.execute(books.POSTGRESQL_FUNCTIONS.format(period=period) + seen.POSTGRESQL_FUNCTIONS)
        for (model, name), statement in guards().items():
            if table_of(model) in there and period in there:
                _make(cursor, model, name, statement)


def _make(cursor: Any, model: str, name: str, statement: str) -> None:
    table = table_of(model)
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    columns = [column[0] for column in cursor.description]
    filled = statement.format(table=table, period=table_of("Period"), stays=seen.stays(model, columns))
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {filled}")
    else:
        cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
        cursor.execute(f"CREATE TRIGGER {table}_{name} {filled}")


def guards() -> dict[tuple[str, str], str]:
    """Every trigger for the database in use: (model, name) and its statement."""
    return books.triggers(connection.vendor) | seen.triggers(connection.vendor)


def missing() -> list[str]:
    """The guards that are not there, as `table: name`."""
    if connection.vendor == "postgresql":
        found = (
            "SELECT c.relname, t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled = 'O'"
        )
    else:
        found = "SELECT tbl_name, substr(name, length(tbl_name) + 2) FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(found)
        there = set(cursor.fetchall())
    wanted = [(table_of(model), name) for model, name in guards()]
    return [f"{table}: {name}" for table, name in wanted if (table, name) not in there]


def table_of(model: str) -> str:
    """The name of a model's table, which is safe to stand in a statement."""
    return apps.get_model("streams", model)._meta.db_table
