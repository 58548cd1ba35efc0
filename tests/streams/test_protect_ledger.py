"""`manage.py protect_ledger`: the program's own role cannot change the books, whatever it tries."""

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction

from streams.billing.charges import charge_call
from streams.models import Charge, SharedLink
from streams.sharing.links import Shown, opened, revoke, share
from tests.streams.made import a_call, a_stream

ROLE = "callwright_test_program"
pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor == "sqlite", reason="DATABASE_URL points at no PostgreSQL")


@pytest.fixture
def role():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {ROLE}")
        cursor.execute(f"GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {ROLE}")
    return ROLE


@on_postgresql
@pytest.mark.parametrize("act", ["UPDATE streams_charge SET id = id", "DELETE FROM streams_ledgerentry",
                                 "TRUNCATE streams_streamevent"])  # fmt: skip
def test_the_role_can_add_to_the_books_and_do_nothing_else(role, act):
    said = io.StringIO()
    call_command("protect_ledger", role, stdout=said)
    assert "can read and add to" in said.getvalue()
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        call = a_call(ended=70)
        a_stream(call, ended=61)
        charge_call(call.pk)
        assert Charge.objects.current().filter(call=call).count() == 1
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            cursor.execute(act)
        cursor.execute("RESET ROLE")


@on_postgresql
def test_the_role_can_revoke_a_link_and_let_an_account_go_and_change_nothing_else_of_who_saw_what(role):
    call_command("protect_ledger", role, stdout=io.StringIO())
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        ann = User.objects.create_user("ann")
        link, _token = share(a_call(), ann, Shown())
        opened(link, "203.0.113.9")
        assert revoke(link, ann)
        ann.delete()
        assert SharedLink.objects.get().by is None
        for act in ("UPDATE streams_sharedlink SET note = ''", "DELETE FROM streams_linkopening",
                    "UPDATE streams_unmasking SET reason = ''", "TRUNCATE streams_unmasking"):  # fmt: skip
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(act)
        cursor.execute("RESET ROLE")


@on_postgresql
@pytest.mark.parametrize(("name", "why"), [("postgres", "superuser"), ("nobody_at_all", "There is no role")])
def test_a_role_from_which_nothing_can_be_taken_is_refused(name, why):
    with pytest.raises(CommandError, match=why):
        call_command("protect_ledger", name)


@on_postgresql
def test_an_owner_is_told_to_let_another_role_own_the_tables(role):
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT ALL ON SCHEMA public TO {role}")
        cursor.execute(f"ALTER TABLE streams_settlement OWNER TO {role}")
    with pytest.raises(CommandError, match="owns streams_settlement"):
        call_command("protect_ledger", role)


@pytest.mark.skipif(connection.vendor == "postgresql", reason="DATABASE_URL points at PostgreSQL")
def test_on_sqlite_it_says_that_there_are_no_roles():
    with pytest.raises(CommandError, match="Only PostgreSQL has roles"):
        call_command("protect_ledger", "anybody")
