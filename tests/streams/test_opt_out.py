"""The first words to whom the line calls: who calls, and how to get no more calls (rule L03)."""

from dataclasses import replace

import pytest

from flows.engine.events import CallAnswered, CallResumed, MachineAnswered, UtteranceHeard
from flows.engine.step import State
from streams import opt_out
from streams.house_texts import HOUSE_TEXTS
from streams.opt_out import HOW_TO, Opening
from streams.session import CallSession
from tests.builders import flow_of
from tests.streams.recorded import Carrier, recording_flow, sound

OPENING = Opening.of("Hart Tools", "en-US")
WHO = "This is an automated call from Hart Tools."
LONG_ENOUGH = 9.0


class Called(Carrier):
    """The same carrier, with first words to be said."""

    opening = OPENING

    def start(self, **about):
        self.prompts |= {text: sound(90 + n, 1.5) for n, text in enumerate(self.opening.all_texts())}
        return super().start(**about)


@pytest.fixture(autouse=True)
def brief_has_an_opening(monkeypatch):
    true = CallSession.__init__

    def init(self, brief, **about):
        keep = brief.keep_recording if brief.flow.recording else None
        true(self, replace(brief, opening=Called.opening, keep_recording=keep), **about)

    monkeypatch.setattr(CallSession, "__init__", init)


def plain():
    return replace(recording_flow(), recording=None)


def ordered(call):
    return [(kind, what) for kind, what in call.host.orders]


async def test_they_hear_who_calls_and_how_to_end_it_before_the_flow_begins():
    call = Called(plain()).start()
    assert call.of("prompt_started")[0]["texts"] == [WHO, HOW_TO]
    assert "entered" not in call.kinds()
    call.runs(LONG_ENOUGH)
    kinds = call.kinds()
    assert kinds.index("prompt_heard") < kinds.index("answered") < kinds.index("entered")


async def test_the_key_is_explained_within_two_seconds_of_who_calls():
    call = Called(plain()).start()
    call.runs(LONG_ENOUGH)
    words = call.of("prompt_started")[0]
    assert words["texts"].index(HOW_TO) == words["texts"].index(WHO) + 1  # in one breath: there is no pause between


async def test_the_key_puts_them_on_the_list_and_ends_the_call():
    call = Called(plain()).start()
    call.runs(1.0)
    call.press("9")
    assert ordered(call) == [("opt_out", {"by": "key"})]
    call.runs(LONG_ENOUGH)
    assert call.of("hangup") == [{"reason": opt_out.WANTED}]
    assert not {"entered", "answered", "key"} & set(call.kinds())


async def test_the_key_counts_for_two_seconds_after_the_last_word():
    call = Called(plain()).start()
    call.runs(3.0 + 1.9)
    call.press("9")
    assert call.of("opted_out") == [{"by": "key"}]


@pytest.mark.parametrize("said", ["Stop calling me!", "please remove me from your list", "Don't call here any more"])
async def test_saying_so_does_the_same(said):
    call = Called(plain()).start()
    call.runs(0.5)
    call.session.feed(UtteranceHeard(text=said, confidence=0.4))
    assert call.of("opted_out") == [{"by": "word"}]


@pytest.mark.parametrize(("language", "said"), [("es-ES", "¡No me llame más!"), ("de-DE", "Bitte nicht mehr anrufen")])
def test_it_is_understood_in_the_language_of_the_flow(language, said):
    assert Opening.of("Hart", language).is_meant(said)
    assert not Opening.of("Hart", language).is_meant("hello")
    assert "Hart" in Opening.of("Hart", language).texts[0]
    assert Opening.of("Hart", language).texts[0] != Opening.of("Hart", "en-US").texts[0]


async def test_other_words_and_keys_are_no_opt_out_and_keys_wait_for_the_flow():
    call = Called(plain()).start()
    call.runs(0.5)
    call.session.feed(UtteranceHeard(text="Hello? Who is this?"))
    call.press("1")
    assert "utterance" not in call.kinds()
    call.runs(LONG_ENOUGH)
    assert "opted_out" not in call.kinds()
    assert "key" in call.kinds()


async def test_a_call_that_goes_on_after_a_dropped_stream_says_it_no_more():
    call = Called(plain()).start()
    call.runs(LONG_ENOUGH)
    call.drop()
    call.resume(notice="")
    assert sum(WHO in said["texts"] for said in call.of("prompt_started")) == 1


async def test_who_opted_out_and_whose_stream_drops_is_told_nothing_more():
    call = Called(plain()).start()
    call.press("9")
    call.drop()
    assert call.host.states[-1]["turn"] == 1
    assert call.host.states[-1].get("step") is None


async def test_the_notice_of_a_recording_follows():
    call = Called(recording_flow()).start()
    call.runs(LONG_ENOUGH)
    call.runs(LONG_ENOUGH)
    kinds = call.kinds()
    assert kinds.index("prompt_heard") < kinds.index("notice_heard") < kinds.index("entered")


async def test_nobody_is_spoken_with_when_the_first_words_cannot_be_said():
    call = Called(plain())
    call.opening = replace(OPENING, texts=(), done="")
    call.start()
    assert call.of("hangup") == [{"reason": opt_out.UNSAID}]


def for_machines():
    return flow_of(
        start=("call_out", {}, {"next": "menu", "machine": "message"}),
        menu=("menu", {"prompt": "Press 1.", "speech": False}, {"1": "bye", ...: "bye"}),
        message=("say", "Please call us back.", "bye"),
        bye=("hang_up", "Goodbye."),
    )


def message_at(call):
    """When the message began; None while it did not."""
    said = [texts for texts in call.of("prompt_started") if texts["texts"] == ["Please call us back."]]
    return call.clock.time() - call.answered if said else None


async def test_a_machine_that_is_heard_during_these_words_gets_its_message_afterwards():
    call = Called(for_machines()).start()
    call.runs(1.0)
    call.session.feed(MachineAnswered())
    assert "entered" not in call.kinds()
    call.runs(LONG_ENOUGH)
    assert message_at(call)


async def test_a_message_waits_for_the_end_of_the_greeting():
    call = Called(for_machines()).start()
    call.talks += sound(5, 9.0)
    call.runs(1.0)
    call.session.feed(MachineAnswered())
    call.runs(9.0)
    assert "entered" not in call.kinds()  # nothing of the flow is said into the greeting
    call.runs(1.4)
    assert message_at(call)


async def test_a_machine_that_is_known_later_is_told_from_wherever_the_call_is():
    call = Called(for_machines()).start()
    call.runs(LONG_ENOUGH)
    assert "menu" in [step for kind, step, _ in call.host.lines if kind == "entered"]
    call.talks += sound(5, 2.0)
    call.session.feed(MachineAnswered())
    call.runs(2.5)
    assert message_at(call) is None
    call.runs(1.0)
    assert message_at(call)


async def test_a_greeting_without_an_end_is_talked_into():
    call = Called(for_machines()).start()
    call.session.feed(MachineAnswered())
    call.talks += sound(5, 40.0)
    call.runs(29.0)
    assert message_at(call) is None
    call.runs(2.0)
    assert message_at(call)


async def test_a_call_that_came_in_has_none_of_it(monkeypatch):
    monkeypatch.setattr(Called, "opening", None)
    call = Carrier(plain()).start(first=CallAnswered(began=1.0), state=State())
    assert call.kinds()[0] == "answered"
    assert WHO not in HOUSE_TEXTS
    assert CallResumed().at == 0.0
