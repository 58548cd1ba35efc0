"""What reports are told: every number by its definition, for what was asked and nothing else."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from flows.models import Flow, FlowVersion
from streams.figures import answers
from streams.figures.asked import AnswerTimes, Asked, Tiles
from tests.streams.figures.rows import MORNING, counted

pytestmark = pytest.mark.django_db
THAT_DAY = Asked(date(2026, 11, 23), date(2026, 11, 23))


def a_version(name="Main line", number=1):
    flow, _ = Flow.objects.get_or_create(name=name, slug=name.lower().replace(" ", "-"))
    return FlowVersion.objects.create(flow=flow, number=number, spec=1, snapshot={"steps": {}})


def test_nothing_happened():
    assert answers.tiles(THAT_DAY) == Tiles()
    assert answers.by_day(THAT_DAY) == {THAT_DAY.first: Tiles()}
    assert answers.steps(THAT_DAY) == []
    assert answers.latency(THAT_DAY) == AnswerTimes()


def test_the_tiles_count_by_their_definitions():
    counted(goal=True, cost=Decimal("0.1"), ai_cost=Decimal("0.07"), stream_cost=Decimal("0.03"))
    counted(goal=True, repeat_week=True, repeat_day=True)
    counted(goal=True, transferred=True, seconds_to_person=47)
    counted(asked_person=True, transferred=True, seconds_to_person=123, cost=Decimal("0.000001"))
    counted(gave_up=True)
    counted(short=True, entered=False)
    counted(answered=False, entered=False)
    found = answers.tiles(THAT_DAY)
    assert found == Tiles(
        offered=7,
        answered=6,
        short=1,
        entered=5,
        goals=3,
        contained=3,
        truly_contained=1,
        asked_person=1,
        transferred=2,
        gave_up=1,
        repeats_day=1,
        repeats_week=1,
        median_to_person=47,
        p90_to_person=120,
        stream_cost=Decimal("0.03"),
        ai_cost=Decimal("0.07"),
        cost=Decimal("0.100001"),
    )


def test_a_report_can_be_narrowed_down_and_broken_down():
    first, second = a_version(), a_version(number=2)
    counted(version=first, number="+1", language="en-US", seconds_to_person=5)
    counted(version=second, number="+1", language="de-DE", seconds_to_person=9)
    counted(version=a_version("Other"), number="+2", language="en-US", began_at=MORNING + timedelta(days=1))
    counted()
    whole = Asked(THAT_DAY.first, date(2026, 11, 24))
    assert {key: one.offered for key, one in answers.by_version(THAT_DAY).items()} == {first.pk: 1, second.pk: 1, 0: 1}
    assert answers.by_version(THAT_DAY)[second.pk].median_to_person == 9
    assert answers.by_flow(whole)[first.flow_id].offered == 2
    assert {key: one.offered for key, one in answers.by_number(whole).items()} == {"+1": 2, "+2": 1, "": 1}
    assert {key: one.offered for key, one in answers.by_language(whole).items()} == {"en-US": 2, "de-DE": 1, "": 1}
    assert {key: one.offered for key, one in answers.by_day(whole).items()} == {THAT_DAY.first: 3, whole.last: 1}
    assert answers.tiles(Asked(whole.first, whole.last, flow=first.flow_id, language="en-US")).offered == 1
    assert answers.tiles(Asked(whole.first, whole.last, version=second.pk, number="+1")).offered == 1
    assert answers.tiles(Asked(whole.first, whole.last, number="+2")).offered == 1


def test_the_waterfall_counts_visits_callers_and_ways_out():
    menu = {"step": "menu", "exit": "1", "seconds": 2.5, "cost": Decimal("0.001")}
    counted(visits=[{**menu, "no_inputs": 2}, {"step": "pay", "hung_up": True}])
    counted(visits=[menu, {"step": "pay", "exit": "done"}, {"step": "menu", "exit": "2", "no_matches": 1}])
    menu, pay = answers.steps(THAT_DAY)
    assert (menu.step, menu.visits, menu.callers, menu.no_inputs, menu.no_matches) == ("menu", 3, 2, 2, 1)
    assert (menu.exits, menu.seconds, menu.cost) == ({"1": 2, "2": 1}, pytest.approx(5.0), Decimal("0.002"))
    assert (pay.visits, pay.hung_up, pay.exits) == (2, 1, {"done": 1})


def test_when_people_call_goes_by_the_clocks_of_the_site(settings):
    settings.TIME_ZONE = "Asia/Kolkata"
    counted(began_at=MORNING)  # 15:00 there
    counted(began_at=MORNING.replace(hour=18, minute=45))  # 00:15 on Tuesday
    whole = Asked(THAT_DAY.first, date(2026, 11, 24))
    assert answers.when(whole) == {(0, 15): 1, (1, 0): 1}
    assert answers.tiles(THAT_DAY).offered == 1


def test_waits_for_answers_and_moods():
    counted(answers=[640, 1249, 2000], mood_start="negative", mood_end="positive")
    counted(answers=[650], mood_end="neutral")
    assert answers.latency(THAT_DAY) == AnswerTimes(4, 650, 2000, 2000)
    assert answers.moods(THAT_DAY) == {("negative", "positive"): 1, ("", "neutral"): 1}


def test_calls_that_need_ears_come_latest_first():
    early = counted(ears=["It failed."], cost=Decimal("0.5"))
    late = counted(ears=["They left angry."], began_at=MORNING + timedelta(hours=1))
    counted()
    assert [one.call for one in answers.ears(THAT_DAY, 5)] == [late.pk, early.pk]
    assert answers.ears(THAT_DAY, 5)[1].reasons == ("It failed.",)
    assert len(answers.ears(THAT_DAY, 1)) == 1


def test_behind_each_number_stand_its_calls():
    gone = counted(gave_up=True, visits=[{"step": "menu", "hung_up": True}])
    done = counted(goal=True, visits=[{"step": "menu", "exit": "1", "no_inputs": 1}, {"step": "pay", "exit": "ok"}])

    def behind(what, step="", exit=""):
        return [call.pk for call in answers.calls(THAT_DAY, what, step, exit)]

    assert behind("offered") == [done.pk, gone.pk]
    assert behind("gave_up") == behind("hung_up", "menu") == [gone.pk]
    assert behind("truly_contained") == behind("exits", "menu", "1") == behind("no_inputs", "menu") == [done.pk]
    assert behind("callers", "menu") == [done.pk, gone.pk]
    with pytest.raises(KeyError):
        behind("sunshine")
