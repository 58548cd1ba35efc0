"""The database itself keeps the books append-only: triggers on PostgreSQL and on SQLite, and grants on PostgreSQL.

They are made after every migrate, for SQLite forgets them whenever a table is altered. On PostgreSQL nobody but a
superuser (`session_replication_role`) or the tables' owner gets round them, and `manage.py protect_ledger ROLE` takes
the rights as well, so the role that the program runs as cannot even empty a table.
"""

from typing import Any

from django.apps import apps
from django.db import connection

APPEND_ONLY = ("StreamEvent", "LegEvent", "Charge", "Settlement", "LedgerEntry")
REFUSED = "The books are append-only: a better figure is a new row."
CLOSED = "This month of the books is closed; book in the first open one."

POSTGRESQL_FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION callwright_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION callwright_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE OR REPLACE FUNCTION callwright_open_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM {{period}} WHERE id = NEW.period_id AND closed_at IS NOT NULL) THEN
    RAISE EXCEPTION '{CLOSED}' USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN NEW;
END $$;
"""
# name: (table, what happens, statement). `{table}` and `{period}` are the tables' names.
POSTGRESQL = {
    "append_only": "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION callwright_append_only()",
    "never_emptied": "BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION callwright_append_only()",
}
POSTGRESQL_PERIODS = {
    ("Period", "closed_stays"): "BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) "
    "EXECUTE FUNCTION callwright_closed_period()",
    ("Period", "never_emptied"): POSTGRESQL["never_emptied"],
    ("LedgerEntry", "open_period"): "BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION callwright_open_period()",
}
SQLITE = {
    "no_update": f"BEFORE UPDATE ON {{table}} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    "no_delete": f"BEFORE DELETE ON {{table}} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
}
SQLITE_PERIODS = {
    ("Period", act): f"BEFORE {act.upper()} ON {{table}} WHEN OLD.closed_at IS NOT NULL "
    f"BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
    for act in ("update", "delete")
} | {
    ("LedgerEntry", "open_period"): "BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {period} "
    f"WHERE id = NEW.period_id AND closed_at IS NOT NULL) BEGIN SELECT RAISE(ABORT, '{CLOSED}'); END"
}


def install(**_: Any) -> None:
    """Make every guard anew. Follows every `migrate`; before the tables are there, it does nothing."""
    if table_of("LedgerEntry") not in connection.introspection.table_names():
        return
    is_postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if is_postgresql:
            cursor.execute(POSTGRESQL_FUNCTIONS.format(period=table_of("Period")))
        for (model, name), statement in guards().items():
            table = table_of(model)
            filled = statement.format(table=table, period=table_of("Period"))
            if is_postgresql:
                cursor.execute(f"CREATE OR REPLACE TRIGGER {name} {filled}")
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}")
                cursor.execute(f"CREATE TRIGGER {table}_{name} {filled}")


def guards() -> dict[tuple[str, str], str]:
    """Every trigger for the database in use: (model, name) and its statement."""
    every, periods = (POSTGRESQL, POSTGRESQL_PERIODS) if connection.vendor == "postgresql" else (SQLITE, SQLITE_PERIODS)
    return {(model, name): sql for model in APPEND_ONLY for name, sql in every.items()} | periods


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
