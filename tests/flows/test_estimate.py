"""What a call would cost on the draft, from calls that took place and from test calls."""

from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest

from flows.engine.recording import NOTICE, OBJECTING, Recording
from flows.estimate import Played, of_calls, of_tests, planned, usual
from flows.seams import Spent
from tests.builders import flow_of

HELLO = "Welcome to Alder Clinic. How may we help you?"


def line(hello=HELLO, key_1="desk"):
    return flow_of(
        hello=("say", hello, "menu"),
        menu=("menu", "For the desk, press 1.", {"1": (key_1, "Desk", "desk"), ...: "bye"}),
        desk=("say", "The desk is closed.", "bye"),
        helper=("agent", {"greeting": "How can I help?"}, "bye"),
        bye=("hang_up", "Goodbye."),
    )


def price(seconds):
    return Decimal("0.003") * ceil(seconds / 60)


def a_call(seconds=50, ai="0", way=("hello", "menu", "desk", "bye")):
    """A call of so many seconds, five of them at each step, whose helper, if any, used engines for so much."""
    line_cost = price(seconds)
    engines = {"helper": Decimal(ai)} if Decimal(ai) else {}
    return Spent(
        call_pk=1,
        total=line_cost + Decimal(ai),
        billed=(seconds,),
        seconds=dict.fromkeys(way, 5.0),
        visits=dict.fromkeys(way, 1),
        line={way[0]: line_cost},
        engines=engines,
    )


WAY = ("hello", "menu", "desk", "bye")
BY_AI = ("hello", "menu", "helper", "bye")


def test_a_draft_that_changes_nothing_costs_what_calls_cost():
    spent = a_call()
    found = of_calls([Played(spent, line(), WAY, WAY)] * 3, line(), {}, price)
    assert (found.before, found.after, found.calls) == (Decimal("0.003"), Decimal("0.003"), 3)


def test_more_seconds_cost_the_minutes_of_the_call_as_well():
    longer = f"{HELLO} {'word ' * 30}"  # 12 seconds
    spent = replace(a_call(50), called=170)  # most of it with a person
    minutes = lambda seconds: Decimal("0.01") * ceil(seconds / 60)  # noqa: E731
    found = of_calls([Played(spent, line(), WAY, WAY)], line(longer), {}, price, minutes)
    assert found.after - found.before == Decimal("0.013")
    tried = of_tests({"after": [WAY]}, {"after": line()}, usual([]), {}, price, minutes)
    assert tried.after == Decimal("0.013")


def test_the_seconds_in_a_flow_inside_count_like_all_others():
    flow = flow_of(pay=("go_to_flow", {"flow": "payment"}, "bye"), bye=("hang_up", "Goodbye."))
    way = ("pay", "pay/menu", "pay/card", "bye")
    found = of_calls([Played(a_call(65, way=way), flow, way, way)], flow, {}, price)
    assert (found.before, found.after) == (Decimal("0.006"), Decimal("0.006"))


def test_a_longer_text_counts_with_the_seconds_it_takes_to_speak():
    longer = f"{HELLO} {'word ' * 30}"  # 12 seconds
    found = of_calls([Played(a_call(50), line(), WAY, WAY)], line(longer), {}, price)
    assert (found.before, found.after) == (Decimal("0.003"), Decimal("0.006"))
    made = {HELLO: 3.0, longer: 4.0}  # as they were read in truth
    assert of_calls([Played(a_call(50), line(), WAY, WAY)], line(longer), made, price).after == Decimal("0.003")


def test_an_ai_step_is_added_with_what_it_usually_uses_and_taken_off_where_nobody_comes_any_more():
    talked = Played(a_call(50, ai="0.02", way=BY_AI), line(key_1="helper"), BY_AI, BY_AI)
    now_by_ai = of_calls([Played(a_call(), line(), WAY, BY_AI), talked], line(key_1="helper"), {}, price)
    assert now_by_ai.after - now_by_ai.before == Decimal("0.01")  # one of the two
    no_more = of_calls([replace(talked, after=WAY)], line(), {}, price)
    assert (no_more.before, no_more.after) == (Decimal("0.023"), Decimal("0.003"))


def test_an_ai_step_that_nobody_used_yet_is_named_instead_of_guessed():
    found = of_calls([Played(a_call(), line(), WAY, BY_AI)], line(key_1="helper"), {}, price)
    assert found.unknown == (line().name_of("helper"),)


def test_test_calls_take_as_long_as_their_texts_and_four_seconds_for_each_question():
    assert planned(line(), "menu", {}) == pytest.approx(5 / 2.5 + 4)
    assert planned(line(), "desk", {"The desk is closed.": 1.5}) == 1.5
    assert planned(line(), "gone", {}) == 0
    known = usual([a_call(50, ai="0.02", way=BY_AI)])
    ways = {"before": [WAY], "after": [BY_AI]}
    found = of_tests(ways, {"before": line(), "after": line(key_1="helper")}, known, {}, price)
    assert (found.before, found.after, found.unknown) == (Decimal("0.003"), Decimal("0.023"), ())
    assert of_tests({"after": [WAY]}, {"after": line()}, known, {}, price).before is None


def test_the_notice_that_calls_are_recorded_takes_its_seconds_of_each_call():
    records = replace(line(), recording=Recording())
    lengths = {NOTICE: 7.0, OBJECTING: 4.0}
    for before, after, costs in ((line(), records, "0.006"), (records, line(), "0.003"), (records, records, "0.003")):
        found = of_calls([Played(a_call(50), before, WAY, WAY)], after, lengths, price)
        assert found.after == Decimal(costs)
