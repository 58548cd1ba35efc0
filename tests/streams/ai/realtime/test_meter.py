"""What a conversation over OpenAI Realtime used, told or reckoned."""

from streams.ai.provider import AgentBrief
from streams.ai.realtime.meter import Meter
from streams.ai.realtime.turn import Turn
from tests.streams.ai.realtime.server import Wire


def turn(words, ms):
    spoken = Turn("r1")
    spoken.add_sound("i1", 0, ms * 8)
    spoken.piece("i1").words = words
    return spoken


def by_unit(used):
    assert all(one.estimated for one in used)
    return {one.unit: one.quantity for one in used}


def test_a_response_without_an_end_took_in_what_the_one_before_it_did():
    meter = Meter(AgentBrief(), engine="e", model="m", bytes_a_ms=8)
    counted = {"input_token_details": {"text_tokens": 90, "audio_tokens": 30}, "output_token_details": {}}
    assert not any(used.estimated for used in meter.told(counted))
    assert by_unit(meter.reckoned([turn("One two.", 1010)])) == {
        "text_in": 90,
        "audio_in": 30,
        "text_out": 2,
        "audio_out": 21,
    }


def test_the_first_response_took_in_what_the_session_was_told():
    longer = AgentBrief(instructions="Be brief. " * 400)
    first, second = (
        by_unit(Meter(brief, engine="e", model="m", bytes_a_ms=8).reckoned([turn("", 0)]))
        for brief in (AgentBrief(), longer)
    )
    assert set(first) == {"text_in"}
    assert 900 < second["text_in"] - first["text_in"] < 1100


def test_a_response_that_still_runs_is_owing_once_and_none_that_was_done():
    wire = Wire()
    wire.begin()
    wire.created("r0")
    wire.sounds(400, "r0", words="Good day.")
    owing = wire.turns.owing()
    assert {"text_in", "audio_out"} <= set(by_unit(owing))
    assert wire.turns.owing() == ()
    done = Wire()
    done.begin()
    done.speaks("r0")
    assert not any(used.estimated for used in done.turns.owing())


def test_a_response_that_was_lost_with_its_session_is_told_and_not_owing():
    wire = Wire()
    wire.begin()
    wire.created("r0")
    wire.sounds(400, "r0", words="Good day.")
    wire.turns.lost(wire.now)
    assert any(getattr(said, "estimated", False) for said in wire.turns.sayings)
    wire.said()
    assert wire.turns.owing() == ()
