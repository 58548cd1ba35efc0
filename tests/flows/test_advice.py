"""What builders are told though it stops nothing: what callers hear first, and what is not set up here."""

import pytest

from flows import seams
from flows.advice import before_exit, before_publishing
from tests.builders import flow_of, step_of

HELPER = {"failed_text": "Hold on.", "limit_text": ""}


@pytest.fixture
def on_offer(monkeypatch):
    offered = {"agent": [("house", "House assistant")], "transcriber": [("ears", "Ears")]}
    monkeypatch.setattr(seams, "engines", lambda ability: offered[ability])


def told(flow):
    return [(p.step, p.field, p.sentence) for p in before_publishing(flow)]


def line(settings, **about):
    return flow_of(helper=("agent", settings, "bye"), bye=("hang_up", "Goodbye."), **about)


def test_an_exit_says_what_callers_hear_first():
    helper = step_of("agent", HELPER)
    assert before_exit(helper, "failed") == "Callers first hear “Hold on.”"
    assert before_exit(helper, "limit") == "Callers hear nothing before. The text is left empty."
    assert before_exit(helper, "person") == ""
    assert before_exit(step_of("menu", {"no_match_last": "No."}), "no-match") == "Callers first hear “No.”"
    assert before_exit(step_of("transfer", {}), "failed") == ""


def test_an_assistant_that_is_not_set_up_is_told_with_what_callers_hear(on_offer):
    ((step, field, sentence),) = told(line(HELPER | {"engine": "lost"}))
    assert (step, field) == ("helper", "engine")
    assert sentence == (
        "Its assistant (lost) is not set up here. Another one stands in for it; when none can be reached, callers hear "
        "“Hold on.” and go on to “Bye”."
    )


def test_the_assistant_and_the_recogniser_of_the_whole_line_count_too(on_offer):
    from dataclasses import replace

    flow = replace(line(HELPER), agent="gone", transcriber="deaf")
    assert [(step, field) for step, field, _ in told(flow)] == [("", "transcriber"), ("helper", "engine")]


@pytest.mark.parametrize("engine", ["", "house"])
def test_what_is_set_up_or_usual_needs_no_word(on_offer, engine):
    assert told(line(HELPER | {"engine": engine})) == []
