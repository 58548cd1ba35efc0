"""The call goes on in the language that its caller chose, from the next step to the end."""

import json

import pytest

from flows.engine.commands import Hangup, Listen, Play
from flows.engine.events import (
    CallAnswered,
    CallResumed,
    DigitPressed,
    PromptFinished,
    TimerFired,
    UtteranceHeard,
)
from flows.engine.languages import Language
from flows.engine.machine import Exit, advance
from flows.engine.problems import problems
from flows.engine.snapshot import dump, dump_state, load, load_state, make_flow
from flows.engine.step import State

SPANISH = "es-US"
MENU = {
    "prompt": "For sales, press 1.",
    "translations": {SPANISH: {"prompt": "Para ventas, oprima el 1.", "say:1": "ventas, comprar"}},
}
CHOICE = {
    "prompt": "For English, press 1.",
    "translations": {SPANISH: {"prompt": "Para español, oprima el 2."}},
}


def bilingual(choice=CHOICE, menu=MENU, bye=None):
    settings = {"text": "Bye.", "translations": {SPANISH: {"text": "Adiós."}}} if bye is None else bye
    return make_flow(
        name="Line",
        start="language",
        steps={
            "language": ("language_choice", "Language", choice),
            "menu": ("menu", "Menu", menu),
            "bye": ("hang_up", "Bye", settings),
        },
        exits=[
            Exit(step="language", outcome="chosen", goes_to="menu"),
            Exit(step="menu", outcome="1", goes_to="bye", label="Sales"),
            *(Exit(step="menu", outcome=o, goes_to="bye") for o in ("person", "no-input", "no-match")),
        ],
        further=[Language(code=SPANISH, voice="lola")],
    )


class Call:
    def __init__(self, flow):
        self.flow, self.state, self.heard, self.commands = flow, State(), [], []
        self.feed(CallAnswered(began=1_800_000_000.0, caller="+14155550123"))

    def feed(self, *events):
        for event in events:
            self.state, self.commands = advance(self.flow, self.state, event)
            self.heard += [(c.language, text) for c in self.commands if isinstance(c, Play) for text in c.texts]
        return self


def test_each_language_offers_itself_in_its_own_words():
    assert Call(bilingual()).heard == [("", "For English, press 1."), (SPANISH, "Para español, oprima el 2.")]


@pytest.mark.parametrize(
    "choosing", [DigitPressed(digit="2"), UtteranceHeard(text="español"), UtteranceHeard(text="Spanish")]
)
def test_who_chooses_spanish_hears_and_is_heard_in_spanish(choosing):
    call = Call(bilingual()).feed(choosing)
    assert call.heard[-1] == (SPANISH, "Para ventas, oprima el 1.")
    listen = next(command for command in call.commands if isinstance(command, Listen))
    assert listen.language == SPANISH
    assert "comprar" in listen.phrases
    assert call.state.answers == {"language": "Spanish"}
    call.feed(UtteranceHeard(text="comprar"))
    assert call.heard[-1] == (SPANISH, "Adiós.")


def test_a_usual_text_needs_no_translation():
    call = Call(bilingual()).feed(DigitPressed(digit="2"), DigitPressed(digit="9"))
    assert call.heard[-2:] == [(SPANISH, "Disculpe, no le entendí."), (SPANISH, "Para ventas, oprima el 1.")]


def test_who_says_nothing_is_asked_again_and_then_goes_on_in_the_first_language():
    call = Call(bilingual())
    for _ in range(2):
        call.feed(PromptFinished(), TimerFired(timer="wait"))
    assert call.heard == [
        *([("", "For English, press 1."), (SPANISH, "Para español, oprima el 2.")] * 2),
        ("", "For sales, press 1."),
    ]
    assert call.state.language == ""


def test_a_wrong_key_asks_again():
    call = Call(bilingual()).feed(DigitPressed(digit="7"))
    assert call.heard[-1] == (SPANISH, "Para español, oprima el 2.")
    assert call.state.step == "language"


def test_the_language_outlives_a_pause_of_the_call():
    call = Call(bilingual()).feed(DigitPressed(digit="2"))
    call.state = load_state(json.loads(json.dumps(dump_state(call.state))))
    assert call.feed(CallResumed()).heard[-1] == (SPANISH, "Para ventas, oprima el 1.")


def test_what_is_not_translated_is_said_in_the_first_language_and_stops_publishing():
    flow = bilingual(menu={"prompt": "For sales, press 1."}, bye={"text": "See you."})
    assert Call(flow).feed(DigitPressed(digit="2")).heard[-1] == (SPANISH, "For sales, press 1.")
    assert [(p.step, p.field, p.sentence) for p in problems(flow)] == [
        (
            "menu",
            "translation:es-US",
            "2 texts of this step are missing in Spanish. Write them on the page “Languages”.",
        ),
        ("bye", "translation:es-US", "This text is missing in Spanish. Write it on the page “Languages”."),
    ]
    assert not problems(bilingual())


def test_a_flow_with_languages_is_stored_and_read_whole_and_one_without_is_stored_as_of_old():
    flow = bilingual()
    assert load(json.loads(json.dumps(dump(flow)))) == flow
    plain = make_flow(name="x", start="bye", steps={"bye": ("hang_up", "Bye", {})}, exits=[])
    assert "languages" not in dump(plain)
    assert "translations" not in json.dumps(dump(plain))
    assert "language" not in dump_state(State())


def test_a_choice_where_there_is_nothing_to_choose_is_passed_over():
    flow = make_flow(
        name="x",
        start="language",
        steps={"language": ("language_choice", "Language", {}), "bye": ("hang_up", "Bye", {"text": ""})},
        exits=[Exit(step="language", outcome="chosen", goes_to="bye")],
    )
    assert any(isinstance(command, Hangup) for command in Call(flow).commands)
    assert [problem.sentence for problem in problems(flow)] == [
        "There is nothing to choose yet. Add a further language under “The line”."
    ]
