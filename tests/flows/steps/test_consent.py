"""Ask before listening: who is told or asked, what counts as a no, and that nobody agrees to what they did not hear."""

import pytest

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.consenting import LogConsent
from flows.engine.languages import Language
from flows.engine.machine import Exit
from flows.engine.problems import problems
from flows.engine.snapshot import make_flow
from tests.builders import flow_of, step_of
from tests.scripted_call import Caller

NOTICE = "To serve you well, we write down what is said on this call."
OBJECTING, ASKING = (
    "If you do not want that, press 9 or say no.",
    "If you agree, press 1 or say yes. If not, press 2 or say no.",
)
THANKS, SORRY = "Thank you. Nothing is written down.", "Sorry, I did not get that."
ASKED = {"mode": "asked"}


def line(**settings):
    return flow_of(
        ask=("consent", settings, {"agreed": "menu", "declined": "unheard"}),
        menu=("menu", "For sales, press 3.", {"3": "bye", ...: "unheard"}),
        unheard=("say", "Nobody listens.", "bye"),
        bye=("hang_up", "Goodbye."),
    )


def call(**settings):
    return Caller(line(**settings))


def told(call):
    """What the log says of the last event, as (what, by or why)."""
    return [(c.what, c.by or c.why) for c in call.commands if isinstance(c, LogConsent)]


def press(call, key, at=5.0, early=False):
    return call.feed(on.DigitPressed(digit=key, at=at, early=early))


def unconfirmed(call):
    return call.feed(on.PromptFinished(turn=call.state.turn, confirmed=False))


# --- told ---------------------------------------------------------------------------------------------------------


def test_callers_are_told_and_hear_how_to_say_no_and_nothing_cuts_it_short():
    began = call()
    assert began.last(do.Play) == do.Play(texts=(NOTICE, OBJECTING), barge_in=False, turn=1)
    assert "no" in began.last(do.Listen).phrases


def test_who_was_told_and_says_nothing_has_agreed_and_the_log_tells_by_what():
    silent = call().hears()
    assert silent.last(do.StartTimer).seconds == 3.0
    silent.waits()
    assert (silent.step, told(silent)) == ("menu", [("given", "notice")])
    assert next(c.step for c in silent.commands if isinstance(c, LogConsent)) == "ask"


def test_a_notice_that_the_carrier_never_confirmed_is_no_consent():
    lost = unconfirmed(call())
    assert lost.step == "unheard"
    assert told(lost) == [("unproven", "the carrier did not confirm that it was played to its end")]


@pytest.mark.parametrize("when", ["during the notice", "after it"])
def test_nine_is_a_no_whenever_it_is_pressed(when):
    objecting = call() if when == "during the notice" else call().hears()
    press(objecting, "9")
    assert (told(objecting), objecting.played) == ([("refused", "key")], (THANKS,))
    assert objecting.hears().step == "unheard"


@pytest.mark.parametrize("words", ["no", "No, I do not want that!", "please don't", "I'd rather not", "nine"])
def test_a_no_in_words_is_heard_even_during_the_notice(words):
    objecting = call().says(words)
    assert told(objecting) == [("refused", "word")]
    assert objecting.hears().step == "unheard"


def test_nothing_is_said_after_a_no_where_nothing_is_written():
    assert press(call(declined=""), "9").step == "unheard"


def test_a_yes_during_the_notice_counts_when_the_notice_was_heard():
    keen = call().says("yes, that's fine")
    assert (keen.step, told(keen)) == ("ask", [])
    assert (told(keen.hears()), keen.step) == ([("given", "word")], "menu")


def test_a_yes_during_a_notice_that_nobody_confirmed_is_none():
    assert told(unconfirmed(call().says("yes"))) == [
        ("unproven", "the carrier did not confirm that it was played to its end")
    ]


def test_keys_for_what_comes_next_are_kept_until_then():
    ahead = press(call(), "3")
    assert ahead.step == "ask"
    assert ahead.hears().waits().step == "bye"
    assert press(call().hears(), "3").step == "bye", "who goes on after the notice has not objected"


def test_a_nine_that_was_typed_before_the_notice_is_no_objection():
    flow = flow_of(
        welcome=("say", "Welcome.", "ask"),
        ask=("consent", {}, {"agreed": "menu", "declined": "bye"}),
        menu=("menu", "For sales, press 9.", {"9": "sales", ...: "bye"}),
        sales=("say", "Sales.", "bye"),
        bye=("hang_up", "Goodbye."),
    )
    hasty = press(Caller(flow), "9")
    assert (hasty.step, hasty.state.typed) == ("ask", "")
    assert hasty.hears().waits().step == "sales"


def test_who_is_still_speaking_when_the_notice_ends_is_heard_out():
    slow = call().feed(on.SpeechStarted()).hears()
    assert slow.last(do.StartTimer).seconds == 8.0
    assert told(slow.feed(on.UtteranceHeard(text="no"))) == [("refused", "word")]


def test_words_that_answer_nothing_are_no_objection():
    waiting = call().hears().says("hello, is anyone there")
    assert (waiting.step, waiting.last(do.StartTimer).seconds) == ("ask", 3.0)
    assert told(waiting.waits()) == [("given", "notice")]


def test_what_nobody_could_understand_is_asked_about_again_and_then_is_a_no():
    mumbling = call().hears().says("mm", confidence=0.2)
    assert (mumbling.played, told(mumbling)) == ((SORRY, NOTICE, OBJECTING), [])
    assert told(mumbling.hears().says("mm", confidence=0.2)) == [("refused", "silence")]


def test_who_began_to_speak_and_was_never_understood_is_asked_again():
    assert call().hears().feed(on.SpeechStarted()).waits().played == (SORRY, NOTICE, OBJECTING)


def test_what_nobody_could_understand_during_the_notice_is_asked_about_again_too():
    mumbling = call().says("mm", confidence=0.2).hears()
    assert (mumbling.last(do.StartTimer).seconds, told(mumbling)) == (3.0, [])
    assert mumbling.waits().played == (SORRY, NOTICE, OBJECTING)
    assert mumbling.last(do.Listen), "a recogniser that heard nothing is asked to listen anew"
    assert told(mumbling.hears().waits()) == [("given", "notice")]


def test_who_mumbles_after_a_yes_may_have_thought_better_of_it():
    wavering = call().says("yes").says("mm", confidence=0.2).hears()
    assert (wavering.step, told(wavering)) == ("ask", [])
    assert told(call().says("mm", confidence=0.2).says("yes").hears()) == [("given", "word")]


def test_a_key_for_later_is_no_answer_of_who_is_still_speaking():
    speaking = press(call().hears().feed(on.SpeechStarted()), "3")
    assert (speaking.step, told(speaking)) == ("ask", [])
    assert told(speaking.feed(on.UtteranceHeard(text="no"))) == [("refused", "word")]


def test_a_talk_in_the_room_does_not_go_on_for_ever():
    beside = call().hears()
    for _ in range(3):
        assert beside.says("shall we go to the lake").step == "ask"
        assert beside.last(do.StartTimer), "they are heard out"
    assert beside.says("shall we go to the lake").played == (SORRY, NOTICE, OBJECTING)


def test_a_noise_that_goes_on_does_not_lengthen_the_wait():
    noisy = call().hears().feed(on.SpeechStarted())
    assert noisy.feed(on.SpeechStarted()).last(do.StartTimer) is None


def test_a_later_assistant_is_not_told_of_a_no_that_nobody_said():
    assert unconfirmed(call()).state.tried[-1] == "May not have heard that the talk may be written down, so it is not."


@pytest.mark.parametrize("declined", [THANKS, ""])
def test_a_no_is_not_taken_back_by_silence_or_by_a_key_for_later(declined):
    flow = flow_of(
        ask=("consent", {"declined": declined}, {"agreed": "sales", "declined": "menu"}),
        menu=("menu", "For sales, press 3.", {"3": "ask", ...: "bye"}),
        sales=("say", "Sales.", "bye"),
        bye=("hang_up", "Goodbye."),
    )

    def once_more():
        refused = Caller(flow).says("no")
        return (refused.hears() if declined else refused).presses("3")

    assert once_more().step == "ask"
    assert told(press(once_more().hears(), "5", at=20.0).waits()) == [("refused", "silence")]
    assert told(once_more().says("yes").hears()) == [("given", "word")]


def test_a_stream_that_drops_after_a_no_makes_no_yes_of_it():
    assert told(press(call(), "9").feed(on.CallResumed()).hears().waits()) == [("refused", "silence")]


# --- asked --------------------------------------------------------------------------------------------------------


def test_who_is_asked_agrees_with_1_or_yes():
    assert call(**ASKED).played == (NOTICE, ASKING)
    assert told(press(call(**ASKED).hears(), "1")) == [("given", "key")]
    assert told(call(**ASKED).hears().says("yes please")) == [("given", "word")]


@pytest.mark.parametrize("key", ["2", "9"])
def test_who_is_asked_says_no_with_either_key(key):
    assert told(press(call(**ASKED).hears(), key)) == [("refused", "key")]


def test_silence_is_no_consent_where_it_is_asked_for():
    silent = call(**ASKED).is_silent()
    assert silent.played == (SORRY, NOTICE, ASKING)
    assert silent.last(do.LogMissed).what == "no-input"
    silent.is_silent()
    assert told(silent) == [("refused", "silence")]
    assert silent.hears().step == "unheard"


def test_words_that_are_no_answer_are_asked_about_again():
    assert call(**ASKED).hears().says("what is this about").last(do.LogMissed).what == "no-match"


def test_a_1_during_the_notice_counts_once_it_was_heard_to_its_end():
    keen = press(call(**ASKED), "1")
    assert (keen.step, told(keen)) == ("ask", [])
    assert told(keen.hears()) == [("given", "key")]


def test_a_1_is_a_plain_yes_whatever_was_mumbled_before_it():
    assert told(press(call(**ASKED).says("mm", confidence=0.2), "1").hears()) == [("given", "key")]


@pytest.mark.parametrize("hasty", [{"at": 0.0}, {"early": True}])
def test_a_1_before_anything_was_heard_is_no_yes(hasty):
    waiting = press(call(**ASKED), "1", **hasty).hears()
    assert (waiting.step, told(waiting)) == ("ask", [])


def test_a_key_that_is_no_answer_waits_for_one():
    assert press(call(**ASKED).hears(), "3").step == "ask"


def test_a_dropped_stream_begins_the_question_anew():
    assert press(call(**ASKED), "1").feed(on.CallResumed()).played == (NOTICE, ASKING)
    assert told(call(**ASKED).feed(on.CallResumed()).hears()) == []


# --- around it ----------------------------------------------------------------------------------------------------


def test_a_caller_of_another_language_is_told_and_understood_in_it():
    flow = make_flow(
        name="Line",
        start="ask",
        steps={"ask": ("consent", "Ask", {}), "bye": ("hang_up", "Bye", {"text": "Bye."})},
        exits=[Exit(step="ask", outcome=o, goes_to="bye") for o in ("agreed", "declined")],
        further=[Language(code="de-DE")],
    )
    german = flow.translated["de-DE"]["ask"]
    assert german.notice.startswith("Um Ihnen gut zu helfen")
    moved = german.handle(Caller(flow).state, on.UtteranceHeard(text="Nein danke, das möchte ich nicht"))
    assert any(isinstance(c, LogConsent) and c.what == "refused" for c in moved.commands)


def test_only_keys_that_answer_here_may_stand_in_the_log():
    assert [key for key in "123456789*#" if step_of("consent", {}).may_show(key)] == ["9"]
    assert [key for key in "123456789*#" if step_of("consent", ASKED).may_show(key)] == ["1", "2", "9"]


@pytest.mark.parametrize(
    ("settings", "field"), [({"objecting": " "}, "objecting"), ({**ASKED, "asking": ""}, "asking")]
)
def test_callers_must_be_told_how_to_say_no(settings, field):
    assert [problem.field for problem in problems(line(**settings))] == [field]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"objecting": "To object, press 3."}, "Name the key 9"),
        ({"objecting": "You may say no."}, "Name the key 9"),
        ({**ASKED, "asking": "If you agree, press 1."}, "Name the key 2"),
        (
            {"translations": {"de-DE": {"objecting": "Wenn nicht, sagen Sie nein."}}},
            "In German, on the page “Languages”, name the key 9",
        ),
    ],
)
def test_callers_are_told_the_key_that_is_a_no(settings, sentence):
    (problem,) = problems(line(**settings))
    assert problem.sentence.startswith(sentence)


def test_a_key_may_be_written_as_a_word_and_what_is_not_said_need_name_none():
    assert problems(line(objecting="To object, press nine.", asking="")) == []
    assert problems(line(**ASKED, asking="Drücken Sie die Eins oder die Zwei.", objecting="Hm.")) == []


def test_an_empty_notice_tells_nobody_anything():
    assert told(call(notice=" ")) == [("unproven", "nobody wrote what is to be said")]


def test_a_later_assistant_is_told_what_the_caller_wants():
    assert "does not want" in press(call(declined=""), "9").state.tried[-1].lower()
