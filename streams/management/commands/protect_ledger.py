"""Take from a database role what nobody may do to the books, and to who saw what: `manage.py protect_ledger ROLE`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from streams.guards import MAY_CHANGE, install, missing, table_of

TAKEN = "UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES"
OWNS = (
    "“{0}” owns {1}, so it could give itself back what is taken. "
    "Let another role own the tables: run migrate as that one."
)
SUPERUSER = "“{0}” is a superuser, for whom nothing holds. Let the program run as another role."


class Command(BaseCommand):
    """PostgreSQL alone: SQLite knows no roles. Run it as the tables' owner, again after each migrate."""

    help = (
        "Let a role of PostgreSQL add to the books and to who saw what, and neither change nor delete what is in them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", help="The role that the program runs as.")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has roles. On SQLite triggers alone guard these tables.")
        role = options["role"]
        tables = {table_of(model): ", ".join(columns) for model, columns in MAY_CHANGE.items()}
        with connection.cursor() as cursor:
            _must_be_harmless(cursor, role, list(tables))
            named = connection.ops.quote_name(role)
            for table, columns in tables.items():
                for whom in (named, "PUBLIC"):
                    cursor.execute(f"REVOKE {TAKEN} ON {table} FROM {whom}")
                cursor.execute(f"GRANT SELECT, INSERT ON {table} TO {named}")
                if columns:
                    cursor.execute(f"GRANT UPDATE ({columns}) ON {table} TO {named}")
        install()
        if missing():
            raise CommandError(f"These guards are not there: {', '.join(missing())}. Run migrate.")
        self.stdout.write(f"{role} can read and add to {', '.join(tables)}, and nothing else.")
        self.stdout.write("It can still revoke shared links, and let go of calls and accounts that are gone.")


def _must_be_harmless(cursor: Any, role: str, tables: list[str]) -> None:
    """Raises `CommandError` for a role from which nothing can be taken."""
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = %s", [role])
    found = cursor.fetchone()
    if found is None:
        raise CommandError(f"There is no role “{role}”.")
    if found[0]:
        raise CommandError(SUPERUSER.format(role))
    cursor.execute("SELECT tablename FROM pg_tables WHERE tableowner = %s AND tablename = ANY(%s)", [role, tables])
    owned = sorted(row[0] for row in cursor.fetchall())
    if owned:
        raise CommandError(OWNS.format(role, ", ".join(owned)))
