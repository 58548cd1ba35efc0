"""The triggers of both databases: all there after a migrate, and noticed when one is not."""

import pytest
from django.db import connection

from streams import guards

pytestmark = pytest.mark.django_db


def test_every_guard_is_there_and_a_missing_one_is_noticed():
    assert guards.missing() == []
    with connection.cursor() as cursor:
        table = guards.table_of("Charge")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP TRIGGER append_only ON {table}")
            assert guards.missing() == [f"{table}: append_only"]
        else:
            cursor.execute(f"DROP TRIGGER {table}_no_update")
            assert guards.missing() == [f"{table}: no_update"]
    guards.install()
    assert guards.missing() == []


def test_a_database_that_was_migrated_in_part_gets_the_guards_of_the_tables_that_it_has(monkeypatch):
    names = connection.introspection.table_names()
    table = guards.table_of("Unmasking")
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [name for name in names if name != table])
    made = []
    monkeypatch.setattr(guards, "_make", lambda cursor, model, *rest: made.append(model))
    guards.install()
    assert set(made) == {model for model, _ in guards.guards()} - {"Unmasking"}
