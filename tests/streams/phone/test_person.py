"""Two people on one call: whoever answers a dial has lines and a voice of their own."""

import numpy as np
import pytest

from streams.audio import mulaw
from streams.phone.far_end import ANYBODY, FarEnd
from streams.phone.script import ScriptError, parse
from streams.phone.silence import sounds
from streams.phone.voice import PERSON, Voice
from tests.streams.phone.test_verbs import ANSWER, dial, document

LOW, HIGH = 300, 900  # hertz of the two voices


class TwoTones:
    """The caller speaks high, the person low; half a second for each word."""

    async def speak(self, text, *, voice=""):
        at = np.arange(len(text.split()) * mulaw.RATE // 2) / mulaw.RATE
        hertz = LOW if voice == PERSON else HIGH
        yield mulaw.encode((9000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16))


@pytest.fixture
def talk(site, call):
    """A call that is put through at once, with its script."""

    async def place(*lines, **options):
        site.answers = {ANSWER: document(dial(site, "+1"), "<Hangup/>"), "/action/": document("<Hangup/>")}
        return await call("\n".join(lines), **{"voice": Voice(TwoTones())} | options)

    return place


def pitch(audio):
    """The loudest frequency, in hertz."""
    samples = mulaw.decode(bytes(audio))
    return np.abs(np.fft.rfft(samples)).argmax() * mulaw.RATE / len(samples)


def spoken(track):
    """For each frame: can somebody be heard?"""
    return [sounds(bytes(track[at : at + mulaw.FRAME])) for at in range(0, len(track), mulaw.FRAME)]


async def test_both_speak_in_a_voice_of_their_own_and_hear_each_other(talk):
    record = await talk(
        "dial +1 answers after 1s",
        'person says "sales how can I help"',
        'hears "how can I help"',
        'says "I need an offer"',
        'person hears "an offer"',
        'person says "gladly"',
        'hears "gladly"',
        "hangs up",
    )
    assert record.failure == ""
    told = [(m.kind, m.text) for m in record.moments if m.kind in ("says", "person_says")]
    assert told == [
        ("person_says", "sales how can I help"),
        ("says", "I need an offer"),
        ("person_says", "gladly"),
    ]
    assert pitch(record.line_track.audio[2 * mulaw.RATE :]) == pytest.approx(LOW, abs=5)
    assert pitch(record.caller_track.audio) == pytest.approx(HIGH, abs=5)


async def test_the_person_may_hang_up(talk):
    record = await talk("dial +1 answers after 1s", 'person says "no thanks"', "person hangs up", 'ends "transferred"')
    assert record.failure == ""
    assert record.seconds < 10


async def test_who_does_not_wait_for_the_other_interrupts(talk):
    record = await talk(
        "dial +1 answers after 1s",
        'person says "one two three four five six seven eight"',
        "person hangs up",
        "waits 3s",
        'says "stop"',
        "ends",
    )
    assert record.failure == ""
    both = zip(spoken(record.caller_track.audio), spoken(record.line_track.audio), strict=False)
    assert sum(caller and person for caller, person in both) >= 20  # frames of 20 ms


async def test_a_line_of_the_person_that_does_not_come_true_is_told_and_they_hang_up(talk):
    record = await talk("dial +1 answers after 1s", 'person hears "never" within 0.1s', "ends")
    assert 'Line 2, “person hears "never" within 0.1s”: “never” was expected' in record.failure
    assert record.hangup_code


async def test_a_caller_who_leaves_ends_the_talk(talk, site):
    record = await talk("dial +1 answers after 1s", 'person says "hello"', 'hears "hello"', "hangs up")
    assert (record.failure, record.ending) == ("", "the caller hung up")
    assert site.posts("/action/")[0]["DialStatus"] == "completed"


async def test_without_a_voice_the_caller_is_told_before_it_rings(talk):
    record = await talk("dial +1 answers after 1s", 'person says "hello"', "ends", voice=Voice())
    assert "no voice here" in record.failure
    assert not record.moments


def test_lines_are_theirs_whose_number_was_named_last_or_anybodys():
    read = parse('person says "a"\ndial +1 answers after 1s, talks 4s\nperson waits 2s\ndial +2 answers after 1s')
    assert [line.number for line in read.far_ends[ANYBODY].lines] == [1]
    assert [line.number for line in read.far_ends["+1"].lines] == [3]
    assert read.far_ends["+2"] == FarEnd(after=1.0)
    assert read.lines == ()


async def test_a_pause_of_two_people_is_not_the_line_s_silence(talk):
    record = await talk("dial +1 answers after 1s", "person waits 20s", "person hangs up", "ends")
    assert record.timings.longest_silence < 10


@pytest.mark.parametrize("does", ["presses 1", "hears speech", "ends"])
def test_what_whoever_answers_cannot_do_is_named(does):
    with pytest.raises(ScriptError, match="Line 1, .* whoever answers a dial hears"):
        parse(f"person {does}")
