"""What keeps figures true: the command, the sweeper's parts and the check of every night."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from streams import tasks
from streams.figures import answers, rollups, upkeep
from streams.figures.asked import Asked
from streams.figures.noting import note_figures
from streams.models import CallFigures, ChangedDay, Charge, DayFigures, RollUps, StepVisit
from tests.streams.figures.rows import MORNING, counted
from tests.streams.made import NOON, a_call, log

pytestmark = pytest.mark.django_db
THAT_DAY = Asked(NOON.date(), NOON.date())
LOG = ((0.0, "answered", "", {}), (0.0, "entered", "menu", {}), (20.0, "left", "menu", {"outcome": "caller-hung-up"}))


@pytest.fixture
def call():
    """A finished call that cost 0.003, without its figures."""
    made = a_call(ended=30, outcome_kind="caller")
    type(made).objects.filter(pk=made.pk).update(status="finished")
    log(made, *LOG)
    charged(made, "0.003")
    return made


def charged(call, amount, **fields):
    given = {"source_key": f"stream:{call.pk}", "kind": "stream", "quantity": 1, "unit": "minute"}
    return Charge.objects.create(call=call, amount=amount, **given | fields)


def said(*options) -> str:
    out = StringIO()
    call_command("figures", *options, stdout=out)
    return out.getvalue()


def test_a_rebuild_makes_everything_from_logs_and_charges(call):
    assert "1 calls noted" in said("--rebuild")
    assert answers.tiles(THAT_DAY).cost == Decimal("0.003")
    assert "Reports say what logs and charges say" in said("--check")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda: CallFigures.objects.update(cost="0.003001"), "charged 0.003000"),
        (lambda: StepVisit.objects.all().delete(), "came to menu 1 times by its log, 0 by its figures"),
        (lambda: DayFigures.objects.update(gave_up=2), "rows of the figures of days"),
        (lambda: CallFigures.objects.all().delete(), "1 calls are over and have no figures"),
    ],
)
def test_the_check_says_what_differs_and_mending_mends_it(call, spoil, told):
    said("--rebuild")
    spoil()
    with pytest.raises(CommandError, match="differences"):
        said("--check")
    assert any(told in sentence for sentence in RollUps.objects.get().differences)
    assert "Reports say" in said("--mend")
    assert answers.tiles(THAT_DAY).gave_up == 1
    assert RollUps.objects.get().differences == []


def test_the_sweeper_notes_calls_again_that_were_charged_since(call):
    note_figures(call.pk)
    before = Charge.objects.get()
    charged(call, "0.006", version=2, supersedes=before)
    CallFigures.objects.update(made_at=timezone.now() - timedelta(minutes=1))
    assert upkeep.note_what_was_charged(timezone.now()) == 1
    assert answers.tiles(THAT_DAY).cost == Decimal("0.006")
    assert upkeep.note_what_was_charged(timezone.now()) == 0


def test_every_night_the_last_days_are_checked_and_made_anew():
    figures = counted(began_at=timezone.now() - timedelta(days=2), cost=Decimal("0.5"))
    rollups.roll_up()
    tasks.check_figures()
    assert "charged 0.000000" in RollUps.objects.get().differences[0]
    figures.call.refresh_from_db()
    assert CallFigures.objects.get().cost == 0


def test_a_change_while_a_day_is_counted_is_not_lost(monkeypatch):
    counted()
    made = rollups.made

    def with_another(day):
        found = made(day)
        counted()
        return found

    monkeypatch.setattr(rollups, "made", with_another)
    assert rollups._make_one()
    monkeypatch.undo()
    assert ChangedDay.objects.count() == 1
    assert answers.tiles(Asked(MORNING.date(), MORNING.date())).offered == 2


def test_other_clocks_make_other_days(settings):
    counted(began_at=MORNING.replace(hour=23))
    assert answers.tiles(Asked(MORNING.date(), MORNING.date())).offered == 1
    settings.TIME_ZONE = "Europe/Berlin"
    assert answers.tiles(Asked(MORNING.date(), MORNING.date())).offered == 0
    assert RollUps.objects.get().zone == "Europe/Berlin"


def test_reports_do_not_look_at_calls_one_by_one():
    for _ in range(3):
        counted()
    rollups.roll_up()
    with connection.execute_wrapper(_refuse_calls):
        answers.tiles(THAT_DAY), answers.steps(THAT_DAY), answers.by_version(THAT_DAY), answers.when(THAT_DAY)


def _refuse_calls(execute, sql, params, many, context):
    assert '"streams_callfigures"' not in sql, sql
    assert '"streams_call"' not in sql, sql
    return execute(sql, params, many, context)
