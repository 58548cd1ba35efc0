"""What every asking does alike, seen through a menu and a question for digits."""

import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.asking import LONGEST_SENTENCE_SECONDS, UNDERSTAND_SECONDS, Asking
from flows.engine.problems import setting_problems
from flows.steps import REGISTRY
from tests.builders import flow_of, step_of
from tests.scripted_call import NO_MODEL, Caller

KINDS = sorted(kind for kind, cls in REGISTRY.items() if issubclass(cls, Asking))
OPTIONS = {"menu": {"1": "bye", "23": "bye"}}
SETTINGS = {"ask": {"wants": "number"}, "rate_us": {"scale": "10"}}  # answers that take more than one key
FIRST = {"rate_us": "1"}  # a key that more may follow; 2 where none is named


def asking(kind: str, *, model=NO_MODEL, **settings: object) -> Caller:
    given = {"prompt": "Tell me.", "first_key_seconds": 7.0, "between_keys_seconds": 2.0}
    given |= {**SETTINGS.get(kind, {}), **settings}
    return Caller(
        flow_of(ask=(kind, given, {**OPTIONS.get(kind, {}), ...: "bye"}), bye=("hang_up", "Bye.")), model=model
    )


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
    call = asking(kind).presses(FIRST.get(kind, "2"))
    assert [type(command) for command in call.commands] == [do.StopPlaying, do.StartTimer]
    assert call.last(do.StartTimer).seconds == 2.0


def test_a_key_cuts_the_prompt_even_where_speech_may_not(kind):
    assert asking(kind, barge_in=False).presses(FIRST.get(kind, "2")).last(do.StopPlaying)


def test_a_prompt_that_finishes_after_a_key_does_not_lengthen_the_wait(kind):
    assert asking(kind).presses(FIRST.get(kind, "2")).hears().commands == []


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


# --- what a model understands ---------------------------------------------------------------------------------------

MEANT = {
    "rate_us": "4",
    "menu": "1",
    "collect_digits": "42",
    "ask": "42",
}  # as a model gives it
OUTCOME = {"menu": "1", "collect_digits": "ok", "ask": "answered", "rate_us": "good"}


def pondering(kind: str, **settings: object) -> Caller:
    """A caller whose words a model is pondering."""
    return asking(kind, model=None, **{**SURE_ENOUGH.get(kind, {}), **settings}).hears().says("that thing of mine")


SURE_ENOUGH = {"collect_digits": {"fewest": 2, "most": 2}}


def test_words_that_fit_nothing_are_given_to_a_model_as_a_new_turn(kind):
    call = pondering(kind)
    asked = call.last(do.Understand)
    assert (asked.asked, asked.said, asked.turn) == ("Tell me.", "that thing of mine", 2)
    assert call.last(do.StartTimer).seconds == UNDERSTAND_SECONDS


def test_what_a_model_is_sure_of_is_the_answer(kind):
    assert pondering(kind).model_answers(MEANT[kind], 0.7).way == [("ask", OUTCOME[kind])]


@pytest.mark.parametrize(("answer", "sure"), [("1", 0.69), ("", 1.0), ("made up", 1.0), ("42", float("nan"))])
def test_doubt_or_an_answer_that_was_not_asked_for_is_no_match(kind, answer, sure):
    call = pondering(kind).model_answers(answer, sure)
    assert call.state.scratch["heard"] == ("said “that thing of mine”",)
    assert call.played[-1] == "Tell me."


def test_how_sure_to_be_is_the_builders_choice(kind):
    assert pondering(kind, sureness=0.95).model_answers(MEANT[kind], 0.9).way == []
    assert pondering(kind, sureness=0.5).model_answers(MEANT[kind], 0.5).way == [("ask", OUTCOME[kind])]


def test_a_model_that_does_not_answer_in_time_is_no_match(kind):
    assert pondering(kind).waits().state.scratch["heard"] == ("said “that thing of mine”",)


def test_a_key_wins_over_what_a_model_is_pondering(kind):
    call = pondering(kind).presses(FIRST.get(kind, "2"))
    assert call.last(do.StopUnderstanding)
    assert call.model_answers(MEANT[kind]).commands == []
    assert call.state.scratch["keys"] == FIRST.get(kind, "2")


def test_further_words_belong_to_those_that_are_pondered_and_the_old_answer_is_stale(kind):
    call = pondering(kind).says("you know which")
    assert call.last(do.Understand).said == "that thing of mine you know which"
    assert call.feed(on.Understood(answer=MEANT[kind], confidence=1.0, turn=2)).commands == []
    assert call.model_answers(MEANT[kind]).way == [("ask", OUTCOME[kind])]


def test_words_that_are_understood_at_once_win_over_a_model(kind):
    call = pondering(kind).says("operator")
    assert call.way == [("ask", "person")]
    assert call.last(do.StopUnderstanding)


@pytest.mark.parametrize(("said", "sure"), [("", 0.0), ("that thing", 0.2), ("uh", 1.0)])
def test_a_cough_does_not_disturb_a_model(kind, said, sure):
    call = pondering(kind).says(said, sure)
    assert call.last(do.StopUnderstanding) is None
    assert call.model_answers(MEANT[kind]).way == [("ask", OUTCOME[kind])]


def test_words_of_little_confidence_are_never_given_to_a_model(kind):
    call = asking(kind, model=None).hears().says("that thing of mine", 0.3)
    assert [command for command in call.all_commands if isinstance(command, do.Understand)] == []
    assert call.state.scratch["heard"] == ("said “that thing of mine”",)


def test_an_answer_that_nobody_asked_for_is_of_no_interest(kind):
    assert asking(kind).model_answers(MEANT[kind]).commands == []


def test_an_answer_during_the_closing_text_is_of_no_interest(kind):
    assert pondering(kind, attempts=1).waits().model_answers(MEANT[kind]).commands == []
