"""What every asking does alike, seen through a menu and a question for digits."""

import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.asking import LONGEST_SENTENCE_SECONDS, TOLD_CHARACTERS, Asking, quoted
from flows.engine.problems import setting_problems
from flows.steps import REGISTRY
from tests.builders import flow_of, step_of
from tests.scripted_call import Caller

KINDS = sorted(kind for kind, cls in REGISTRY.items() if issubclass(cls, Asking))
OPTIONS = {"menu": {"1": "bye", "23": "bye"}}
SETTINGS = {"ask": {"wants": "number"}}  # a kind of answer that takes more than one key


def asking(kind: str, **settings: object) -> Caller:
    given = {"prompt": "Tell me.", "first_key_seconds": 7.0, "between_keys_seconds": 2.0}
    given |= {**SETTINGS.get(kind, {}), **settings}
    return Caller(flow_of(ask=(kind, given, {**OPTIONS.get(kind, {}), ...: "bye"}), bye=("hang_up", "Bye.")))


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


def test_it_plays_the_prompt_and_listens(kind):
    call = asking(kind)
    assert call.played == ("Tell me.",)
    assert call.last(do.Play).barge_in
    assert "operator" in call.last(do.Listen).phrases


def test_without_speech_it_listens_to_nobody(kind):
    call = asking(kind, speech=False)
    assert call.last(do.Listen) is None
    assert call.says("operator").commands == []


def test_the_wait_for_the_first_key_begins_when_the_prompt_was_heard(kind):
    assert asking(kind).hears().last(do.StartTimer) == do.StartTimer(seconds=7.0, timer="wait", turn=1)


def test_a_key_cuts_the_prompt_at_once_and_the_next_key_has_its_own_wait(kind):
    call = asking(kind).presses("2")
    assert [type(command) for command in call.commands] == [do.StopPlaying, do.StartTimer]
    assert call.last(do.StartTimer).seconds == 2.0


def test_a_key_cuts_the_prompt_even_where_speech_may_not(kind):
    assert asking(kind, barge_in=False).presses("2").last(do.StopPlaying)


def test_a_prompt_that_finishes_after_a_key_does_not_lengthen_the_wait(kind):
    assert asking(kind).presses("2").hears().commands == []


def test_speech_cuts_the_prompt_and_gets_time_to_finish(kind):
    call = asking(kind).feed(on.SpeechStarted())
    assert call.last(do.StopPlaying)
    assert call.last(do.StartTimer).seconds == LONGEST_SENTENCE_SECONDS


def test_without_barge_in_speech_counts_only_after_the_prompt(kind):
    call = asking(kind, barge_in=False)
    assert call.says("operator").commands == []
    assert call.hears().says("operator").way == [("ask", "person")]


def test_hesitation_is_no_answer_yet(kind):
    call = asking(kind).hears().says("uh, um")
    assert call.state.turn == 1
    assert call.last(do.StartTimer).seconds == 7.0


def test_speech_that_was_not_understood_is_no_match(kind):
    assert asking(kind, attempts=1).hears().says("", 0.0).hears().way == [("ask", "no-match")]


def test_silence_asks_again_as_often_as_was_set_then_says_so_and_leaves(kind):
    call = asking(kind, attempts=2).is_silent()
    assert call.played == ("Sorry, I did not hear you.", "Tell me.")
    call.is_silent()
    assert call.played == ("Sorry, I could not hear you.",)
    assert call.hears().way == [("ask", "no-input")]
    assert call.state.tried == ("Asked “Tell me.”, the caller gave no answer (2 times).",)


def test_no_closing_text_leaves_at_once(kind):
    assert asking(kind, attempts=1, no_input_last="").is_silent().way == [("ask", "no-input")]


def test_during_the_closing_text_nothing_but_its_end_counts(kind):
    call = asking(kind, attempts=1).is_silent()
    for event in (on.SpeechStarted(), on.UtteranceHeard(text="operator"), on.DigitPressed(digit="9")):
        assert call.feed(event).commands == []
    assert call.waits().commands == []
    assert call.hears().way == [("ask", "no-input")]


def test_the_end_key_alone_is_the_tail_of_an_earlier_entry(kind):
    call = asking(kind)
    assert call.presses("#").commands == []
    assert call.hears().presses("#").commands == []


def test_a_person_is_one_word_away_when_offered(kind):
    call = asking(kind).says("Operator, please!")
    assert call.way == [("ask", "person")]
    assert call.last(do.StopListening)


def test_nobody_is_a_person_when_none_is_offered(kind):
    call = asking(kind, offer_person=False, attempts=1, no_match_last="")
    assert "person" not in {outcome.name for outcome in call.flow.steps["ask"].outcomes()}
    assert call.says("operator").way == [("ask", "no-match")]


@pytest.mark.parametrize("key", ["", "A", "D", "12", "x", "٣", "\x00"])
def test_a_key_that_is_none_does_no_harm(kind, key):
    assert asking(kind).feed(on.DigitPressed(digit=key)).step == "ask"


def test_a_timer_of_another_name_is_of_no_interest(kind):
    assert asking(kind).hears().waits("agent").commands == []


def test_the_wait_between_keys_must_be_shorter_than_the_first(kind):
    step = step_of(kind, {"prompt": "Tell me.", "first_key_seconds": 3.0, "between_keys_seconds": 3.0})
    assert "between_keys_seconds" in {problem.field for problem in setting_problems(step)}


def test_a_long_text_is_cut_for_the_sentence_about_it():
    told = quoted("word " * 100)
    assert len(told) == TOLD_CHARACTERS + 2
    assert told.endswith("…”")


def test_a_text_of_many_lines_is_told_on_one():
    assert quoted("For billing,\n  press 1.") == "“For billing, press 1.”"
