import pytest
from deepgram.core.unchecked_base_model import construct_type
from deepgram.listen.v1.socket_client import V1SocketClientResponse
from hypothesis import given
from hypothesis import strategies as some

from streams.ai.deepgram.turns import Turns
from streams.ai.live_ears import Tape
from streams.ai.provider import HeardInterim, HeardPause, HeardSpeech, HeardUtterance, Used
from streams.audio import mulaw
from tests.standins.deepgram_frames import checked, results
from tests.streams.ai.telephone import in_a_room


@pytest.fixture
def turns():
    return Turns(Tape(), engine="deepgram", model="nova-3")


def message(frame):
    """As the package makes it of what came over the wire."""
    return construct_type(type_=V1SocketClientResponse, object_=frame)


def take(turns, *frames):
    return [heard for frame in frames for heard in turns.take(message(frame))]


STARTED = checked(type="SpeechStarted", channel=[0], timestamp=0.5)
ENDED = checked(type="UtteranceEnd", channel=[0, 1], last_word_end=1.2)


def words(text, *, at=0.0, **how):
    """What lies on the second and a half from `at`."""
    return results(text, start=at, end=at + 1.5, words_from=at + 0.5, words_to=at + 1.2, **how)


async def test_the_caller_interrupts_once_both_ears_hear_speech_before_any_word(turns, spoken):
    audio = await spoken("I have a question about my bill.")
    early = audio[: 8 * 1100]
    assert list(turns.notice(early)) == []
    assert take(turns, STARTED) == [HeardSpeech()]
    assert take(turns, STARTED, words("I have")) == [HeardInterim(text="I have")]


async def test_it_does_not_matter_whose_ears_are_faster(turns, spoken):
    audio = await spoken("I have a question about my bill.")
    assert take(turns, STARTED) == []
    assert HeardSpeech() in list(turns.notice(audio[: 8 * 1100]))


def test_a_slammed_door_interrupts_nobody(turns):
    door = in_a_room(mulaw.silence(0) + b"\x00\x80" * 400, before_ms=500, after_ms=2000)
    assert list(turns.notice(door)) == []
    assert take(turns, STARTED, words("", final=True, speech_final=True)) == []


def test_words_interrupt_in_any_case(turns):
    assert take(turns, words("I have")) == [HeardSpeech(), HeardInterim(text="I have")]


def test_final_parts_are_one_utterance_until_the_pause(turns):
    parts = (words("I have", final=True, confidence=0.5), words("a question", at=1.5, final=True, speech_final=True))
    heard = take(turns, *parts)
    assert [type(one) for one in heard] == [HeardSpeech, HeardPause, HeardUtterance]
    assert heard[-1] == HeardUtterance(
        text="I have a question", confidence=pytest.approx((2 * 0.5 + 2 * 0.96) / 4), began_ms=500, ended_ms=2700
    )


def test_the_end_is_told_once_whichever_way_it_comes(turns):
    assert take(turns, words("yes", final=True, speech_final=True), ENDED).count(HeardSpeech()) == 1
    heard = take(turns, words("yes", at=1.5, final=True), ENDED, ENDED)
    assert [type(one) for one in heard] == [HeardSpeech, HeardPause, HeardUtterance]


def test_words_that_were_taken_back_are_an_utterance_nobody_understood(turns):
    heard = take(turns, words("yes"), words("", final=True, speech_final=True))
    assert heard[-1].text == ""
    assert heard[-1].confidence == 0


def test_what_the_service_says_twice_is_heard_once(turns):
    final = words("yes", final=True, speech_final=True)
    heard = take(turns, final, final, words("no", at=1.5, final=True), words("no", at=1.5, final=True), ENDED)
    assert [one.text for one in heard if isinstance(one, HeardUtterance)] == ["yes", "no"]


def test_words_whose_end_a_lost_connection_took_along_end_with_the_pause_after_it():
    tape = Tape()
    turns = Turns(tape, engine="deepgram", model="nova-3")
    tape.push(mulaw.silence(1500))
    tape.unsent()
    take(turns, words("so be it", final=True))
    tape.rewind()
    turns.connected()
    heard = []
    for _ in range(20):
        tape.push(mulaw.silence(100))
        heard += turns.notice(mulaw.silence(100))
    assert [one.text for one in heard if isinstance(one, HeardUtterance)] == ["so be it"]
    assert list(turns.finish()) == []


def test_words_whose_end_never_comes_are_told_when_the_service_is_done(turns):
    take(turns, words("so be it", final=True))
    assert [one.text for one in turns.finish() if isinstance(one, HeardUtterance)] == ["so be it"]


def test_an_utterance_without_words_ends_where_the_service_is_not_where_the_caller_is():
    """Who takes over hears what came since: it may have words."""
    tape = Tape()
    turns = Turns(tape, engine="deepgram", model="nova-3")
    tape.push(mulaw.silence(9000))
    heard = take(turns, words("yes"), words("", final=True, speech_final=True))
    assert [(one.text, one.ended_ms) for one in heard if isinstance(one, HeardUtterance)] == [("", 1500)]


JSON = some.recursive(
    some.none() | some.booleans() | some.floats() | some.integers() | some.text(max_size=5),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("channel", "start", "duration", "is_final", "speech_final"),
    *("from_finalize", "alternatives", "transcript", "words", "confidence"),
)
TYPES = some.sampled_from(["Results", "SpeechStarted", "UtteranceEnd", "Metadata", "Error", "Novelty", None, 7])
ODD = some.fixed_dictionaries({"type": TYPES}, optional=dict.fromkeys(FIELDS, JSON))


@given(some.lists(ODD | JSON | some.sampled_from([words("yes"), words("yes", final=True), STARTED, ENDED]), max_size=6))
def test_no_message_breaks_it_and_what_is_heard_is_in_order(frames):
    turns = Turns(Tape(), engine="deepgram", model="nova-3")
    is_open = False
    for frame in frames:
        for heard in turns.take(message(frame)):
            assert isinstance(heard, HeardSpeech | HeardInterim | HeardPause | HeardUtterance | Used)
            assert is_open != isinstance(heard, HeardSpeech)
            is_open = not isinstance(heard, HeardUtterance)
            if isinstance(heard, HeardUtterance):
                assert 0 <= heard.confidence <= 1


def test_the_seconds_since_the_last_bill_are_told_once_at_the_end():
    tape = Tape()
    turns = Turns(tape, engine="deepgram", model="nova-3")
    tape.push(mulaw.silence(4000))
    tape.unsent()
    assert [used.quantity for used in turns.unbilled()] == [4.0]
    assert list(turns.unbilled()) == []
