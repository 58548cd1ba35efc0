"""Who saw what is kept by the database itself, whoever asks it to change or delete that."""

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction

from flows.models import Flow
from streams.desk import audit
from streams.guards import table_of
from streams.models import DeskAct, LinkOpening, SharedLink, Unmasking
from streams.sharing.links import Shown, opened, revoke, share
from streams.sharing.unmasking import unmask
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db
REASON = "The caller asked which number we have."
CHANGES = {
    "LinkOpening": ("address = 'elsewhere'", "link_id = link_id + 1"),
    "Unmasking": ("reason = 'none'", "seen_by = 'nobody'", "call_named = ''", "until = at", "id = id + 1",
                  "call_id = NULL, reason = 'none'"),
    "DeskAct": ("act = 'nothing'", "done_by = 'nobody'", "flow_named = ''", "flow_id = NULL, act = 'nothing'"),
    "SharedLink": ("digest = 'another'", "expires_at = made_at", "made_by = ''", "with_words = NOT with_words",
                   "revoked_at = made_at, note = 'another'"),
}  # fmt: skip


@pytest.fixture
def ann():
    return User.objects.create_user("ann", first_name="Ann", last_name="Other")


@pytest.fixture
def link(ann):
    """A link that was opened, of a call that was unmasked."""
    call = a_call()
    unmask(call, ann, REASON, digits=True)
    audit.note(ann, call, audit.LISTENS, flow=Flow.objects.create(name="Main line", slug="main-line"))
    link, _token = share(call, ann, Shown())
    opened(link, "203.0.113.9")
    return link


def refused(statement):
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        cursor.execute(statement)


@pytest.mark.parametrize(("model", "change"), [(model, one) for model, many in CHANGES.items() for one in many])
def test_the_database_refuses_to_change_who_saw_what(link, model, change):
    refused(f"UPDATE {table_of(model)} SET {change}")


@pytest.mark.parametrize("model", CHANGES)
def test_the_database_refuses_to_delete_who_saw_what(link, model):
    refused(f"DELETE FROM {table_of(model)}")


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has no TRUNCATE; deleting is refused row by row")
@pytest.mark.parametrize("model", CHANGES)
def test_the_database_refuses_to_empty_who_saw_what(model):
    refused(f"TRUNCATE {table_of(model)} CASCADE")


def test_a_call_and_an_account_may_go_and_leave_what_they_did(link, ann):
    link.call.delete()
    ann.delete()
    Flow.objects.all().delete()
    noted, shared, acted = Unmasking.objects.get(), SharedLink.objects.get(), DeskAct.objects.get()
    assert (acted.call, acted.by, acted.done_by, acted.flow, acted.flow_named) == (
        None,
        None,
        "Ann Other",
        None,
        "Main line",
    )
    assert (noted.call, noted.by, noted.seen_by, noted.reason) == (None, None, "Ann Other", REASON)
    assert (shared.call, shared.by, shared.made_by) == (None, None, "Ann Other")
    assert LinkOpening.objects.count() == 1


def test_a_call_or_a_person_that_is_there_is_never_put_in_another_s_place(link):
    for model in ("Unmasking", "SharedLink"):
        refused(f"UPDATE {table_of(model)} SET call_id = {a_call().pk}")
        refused(f"UPDATE {table_of(model)} SET by_id = {User.objects.create_user(model).pk}")


def test_a_link_is_revoked_once_and_for_good(link, ann):
    assert revoke(link, ann)
    table = table_of("SharedLink")
    for change in ("revoked_at = NULL", "revoked_by = ''", "revoked_by = 'somebody else'", "revoked_at = made_at"):
        refused(f"UPDATE {table} SET {change}")
    assert not revoke(link, ann)
    assert SharedLink.objects.get().revoked_by == "Ann Other"
