"""Reports equal a plain count over logs and charges to six decimals, for any calls, filters, clocks and order."""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from flows.models import Flow, FlowVersion
from streams.figures import answers, checking
from streams.figures.asked import Asked
from streams.figures.noting import note_figures
from streams.figures.rollups import day_of
from streams.figures.upkeep import roll_up_what_changed
from streams.models import Charge, StepVisit
from tests.properties import examples
from tests.streams.figures.rows import MORNING
from tests.streams.figures.stories import MARKED, PLAIN, in_question, rows_of, stories, tell, tiles_of

ZONES = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"]
FIRST = MORNING.date() - timedelta(days=1)


def two_versions():
    flow = Flow.objects.create(name="Line", slug="line")
    other = Flow.objects.create(name="Other", slug="other")
    return [
        FlowVersion.objects.create(flow=each, number=1, spec=1, snapshot=snapshot)
        for each, snapshot in ((flow, PLAIN), (other, MARKED))
    ]


@st.composite
def questions(draw):
    first = draw(st.sampled_from([0, 0, 1, 4, 9]))
    return {
        "first": FIRST + timedelta(days=first),
        "last": FIRST + timedelta(days=draw(st.sampled_from([15, 15, first, first + 3]))),
        "by": draw(st.sampled_from(["", "", "flow", "version"])),
        "number": draw(st.sampled_from(["", "", "+14155550199"])),
        "language": draw(st.sampled_from(["", "", "en-US", "de-DE"])),
    }


def asked_of(about, versions) -> Asked:
    by = {"flow": versions[0].flow_id, "version": versions[1].pk}
    narrowed = {about["by"]: by[about["by"]]} if about["by"] else {}
    return Asked(about["first"], about["last"], number=about["number"], language=about["language"], **narrowed)


@pytest.mark.django_db
@examples(15)
@given(
    told=st.lists(stories, min_size=2, max_size=6),
    about=questions(),
    zone=st.sampled_from(ZONES),
    order=st.randoms(use_true_random=False),
)
def test_every_number_is_what_a_plain_count_gives(told, about, zone, order):
    with transaction.atomic(), override_settings(TIME_ZONE=zone):
        versions = two_versions()
        pks = [tell(story, versions).pk for story in told]
        for pk in order.sample([*pks, *pks[:2]], k=len(pks) + len(pks[:2])):  # in any order, some of them twice
            note_figures(pk)
        roll_up_what_changed(MORNING)
        asked = asked_of(about, versions)
        calls = in_question(asked, zone)
        assert answers.tiles(asked) == tiles_of(calls)
        assert_the_steps_agree(asked, calls)
        here = [call.began_at.astimezone(ZoneInfo(zone)) for call in calls]
        assert answers.when(asked) == Counter((at.weekday(), at.hour) for at in here)
        days = {day: tiles.offered for day, tiles in answers.by_day(asked).items() if tiles.offered}
        assert days == Counter(at.date() for at in here)
        for name in ("offered", "entered", "goals", "truly_contained", "gave_up", "repeats_week", "asked_person"):
            assert answers.calls(asked, name).count() == getattr(answers.tiles(asked), name)
        assert list(checking.check({day_of(call.began_at) for call in calls})) == []
        transaction.set_rollback(True)


def assert_the_steps_agree(asked, calls):
    plain, found = rows_of(calls), {row.step: row for row in answers.steps(asked)}
    for row in found.values():
        costs = [visit.cost for visit in StepVisit.objects.filter(call__in=calls, step=row.step)]
        assert row.cost == sum(costs)
        row.cost, row.seconds = plain[row.step].cost, plain[row.step].seconds
    assert found == plain
    for visited in {visit.call_id for visit in StepVisit.objects.filter(call__in=calls)}:
        visits = StepVisit.objects.filter(call=visited)
        assert sum(visit.cost for visit in visits) <= sum(c.amount for c in Charge.objects.filter(call=visited))
