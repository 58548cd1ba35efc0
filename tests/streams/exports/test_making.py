"""Large exports: made once, by whoever comes, kept for a day."""

import csv
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from streams import sweeper, tasks
from streams.exports import making
from streams.models import Export, ExportState

pytestmark = pytest.mark.django_db
ASKED = {"first": "2090-11-22", "last": "2090-11-22", "flow": None, "version": None, "number": "", "language": ""}


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path / "exports"


@pytest.fixture
def export(counted):
    call = counted()
    person = User.objects.create_user("olga", is_staff=True)
    person.user_permissions.set(Permission.objects.filter(codename__in=["view_call", "add_export"]))
    made = Export.objects.create(by=person, table="calls", asked=ASKED, format="csv", bom=True)
    made.call = call
    return made


def test_the_task_writes_the_file_and_may_be_delivered_twice(export):
    tasks.make_export(export.pk)
    tasks.make_export(export.pk)
    export.refresh_from_db()
    assert (export.state, export.rows, export.rows_done, export.tries) == ("ready", 1, 1, 1)
    assert timedelta(hours=23) < export.expires_at - timezone.now() <= timedelta(hours=24)
    said = making.path_of(export).read_bytes()
    assert said.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(said.decode("utf-8-sig").splitlines())
    assert row["carrier’s name"] == export.call.call_uuid
    assert row["caller"].startswith("•")
    assert "cost" not in row


def test_what_the_person_may_see_is_looked_up_when_the_file_is_written(export):
    export.by.user_permissions.add(Permission.objects.get(codename="view_number"))
    making.make(export.pk)
    assert export.call.caller.removeprefix("+") in making.path_of(export).read_text()


def test_a_person_who_lost_the_right_gets_no_file(export, files):
    Export.objects.filter(pk=export.pk).update(table="charges")
    making.make(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.FAILED
    assert not list(files.iterdir())


def test_an_export_that_fails_is_tried_three_times_and_leaves_nothing_half_done(export, files, monkeypatch):
    def breaks(*_, **__):
        yield b"half"
        raise OSError("disk full: +14155550142")

    monkeypatch.setattr("streams.exports.csv_file.chunks", breaks)
    for _ in range(5):
        making.make(export.pk)
    export.refresh_from_db()
    assert (export.state, export.tries) == (ExportState.FAILED, 3)
    assert export.error == "It could not be written (OSError)."
    assert not list(files.iterdir())


def test_a_dead_workers_export_is_taken_over_and_a_live_ones_is_not(export):
    now = timezone.now()
    Export.objects.filter(pk=export.pk).update(state=ExportState.WORKING, seen_at=now, tries=1)
    assert not making.make(export.pk)
    Export.objects.filter(pk=export.pk).update(seen_at=now - making.SILENCE - timedelta(seconds=1))
    assert making.make(export.pk)


def test_a_worker_that_was_given_up_does_not_overwrite_its_successors_file(export, monkeypatch):
    monkeypatch.setattr(making, "SIGN_EVERY", 1)

    def taken_over(columns, rows, **_):
        Export.objects.filter(pk=export.pk).update(tries=2)
        for _row in rows:
            yield b"x"

    monkeypatch.setattr("streams.exports.csv_file.chunks", taken_over)
    assert not making.make(export.pk)
    export.refresh_from_db()
    assert export.state == ExportState.WORKING
    assert not making.path_of(export).exists()


def test_the_sweeper_rings_for_what_waits_and_clears_away_what_is_over(export, monkeypatch):
    rung = []
    monkeypatch.setattr(making, "ring", rung.append)
    later = timezone.now() + timedelta(minutes=1)
    assert sweeper.PARTS["make exports"](later) == 1
    assert rung == [export.pk]
    making.make(export.pk)
    assert sweeper.PARTS["make exports"](later) == 0
    path = making.path_of(export)
    sweeper.PARTS["clear exports away"](later)
    assert path.exists()
    sweeper.PARTS["clear exports away"](later + timedelta(hours=24))
    assert not path.exists()
    assert Export.objects.get().state == ExportState.GONE
    sweeper.PARTS["clear exports away"](later + timedelta(days=31))
    assert not Export.objects.exists()


def test_an_xlsx_is_made_too(export):
    from openpyxl import load_workbook

    Export.objects.filter(pk=export.pk).update(format="xlsx")
    making.make(export.pk)
    export.refresh_from_db()
    assert load_workbook(making.path_of(export)).active.max_row == 2
