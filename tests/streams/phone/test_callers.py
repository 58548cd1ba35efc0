"""Whoever holds the handset: what is told when a script is not met, and calls by hand."""

import asyncio

import pytest

from streams.ai.provider import ProviderError
from streams.phone.callers import TypingCaller, plain
from streams.phone.voice import Voice
from tests.streams.phone.site import prompt

ANSWER = "/plivo/answer/"


@pytest.fixture
def speaking(site):
    """A site that speaks these sentences and hangs up."""

    def say(*sentences, wait=0):
        waits = f'<Wait length="{wait}"/>' if wait else ""
        site.answers = {ANSWER: f"<Response>{''.join(f'<Speak>{s}</Speak>' for s in sentences)}{waits}</Response>"}

    return say


class Tone:
    """A voice that says everything alike."""

    name = "tone"

    async def speak(self, text, *, voice="", language="en-US"):
        yield prompt(0.5, len(text) % 20 + 1)


async def test_words_are_found_whatever_their_case_and_commas_and_only_once_each(speaking, call):
    speaking("Thanks for calling HART tools.", "Press 1, or say “billing”!", "Press 2.")
    record = await call('hears "thanks for calling Hart Tools"\nhears "press 1 or say billing"\nhears "press 2"\nends')
    assert record.failure == ""
    assert plain("Press 1, or say “billing”!") == "press 1 or say billing"


async def test_what_was_heard_before_does_not_count_again_and_parts_of_words_do_not_count(speaking, call):
    speaking("One two.", "Three.")
    assert "“one”" in (await call('hears "two"\nhears "one"\nends')).failure
    assert "“wo”" in (await call('hears "wo"\nends')).failure


async def test_a_failure_names_the_line_what_was_expected_and_what_was_heard(speaking, call):
    speaking("Good morning.", "Goodbye.", wait=600)
    record = await call('# greeting\nhears "good morning"\nhears "good evening" within 0.2s\nends')
    assert record.failure == (
        'Line 3, “hears "good evening" within 0.2s”: “good evening” was expected, but was not heard until 0.2 s had '
        "passed. Heard last: “Good morning.”, “Goodbye.”."
    )
    assert record.ending == "the caller hung up"


async def test_a_call_that_is_over_fails_what_was_still_to_come(speaking, call):
    speaking("Bye.")
    assert "the call was over (the line hung up)" in (await call('hears "hello"')).failure
    assert "the call was over already" in (await call('hears "bye"\nwaits 5s\npresses 1')).failure


async def test_another_ending_than_the_expected_one_is_a_failure(speaking, call):
    speaking("Bye.")
    record = await call('ends "transferred"')
    assert record.failure.endswith("the call was expected to end “transferred”, but: the line hung up.")
    speaking("Bye.", wait=600)
    assert "did not end the call within 0.1 s" in (await call("ends within 0.1s")).failure


async def test_a_script_that_just_ends_hangs_up(speaking, call):
    speaking("Hi.", wait=60)
    assert (await call('hears "hi"')).ending == "the caller hung up"


async def test_spoken_lines_are_sent_in_place_of_the_room_s_noise(site, call):
    site.answers = {ANSWER: site.stream_document()}
    record = await call('waits 0.5s\nsays "billing"\nwaits 0.5s\nhangs up', voice=Voice(Tone()))
    assert [moment.text for moment in record.moments if moment.kind == "says"] == ["billing"]
    said = await Voice(Tone()).say("billing")
    assert bytes(said) in bytes(record.caller_track.audio)


async def test_without_a_voice_a_script_with_words_does_not_begin(site, call):
    record = await call('says "billing"')
    assert "no voice" in record.failure
    assert site.requests == []


async def test_by_hand_keys_are_pressed_words_are_said_and_the_end_of_input_hangs_up(site, call, witness):
    site.answers = {ANSWER: site.stream_document()}

    async def typed():
        await witness.saw("stream", "opened")  # keys pressed before are lost, as on a real call
        for line in ("12 3#\n", "\n", "billing please\n"):
            yield line

    record = await call(TypingCaller(typed()), voice=Voice(Tone()), on_event=witness)
    acts = [(moment.kind, moment.text) for moment in record.moments if moment.kind in ("presses", "says")]
    assert acts == [("presses", "123#"), ("says", "billing please")]
    assert [frame["dtmf"]["digit"] for frame in record.events("dtmf")] == ["1", "2", "3", "#"]
    assert record.ending == "the caller hung up"


async def test_by_hand_a_missing_voice_is_told_and_the_call_goes_on(site, call):
    site.answers = {ANSWER: site.stream_document()}

    async def typed():
        yield "hello"
        yield "1"

    record = await call(TypingCaller(typed()))
    assert [moment.kind for moment in record.moments if moment.kind in ("remark", "presses")] == ["remark", "presses"]


async def test_nobody_types_at_a_dead_line(speaking, call):
    async def typed():
        await asyncio.sleep(3600)
        yield "never"

    speaking("Bye.")
    assert (await call(TypingCaller(typed()))).ending == "the line hung up"


async def test_a_voice_that_fails_gives_a_failure_not_a_crash(call):
    class Hoarse:
        async def speak(self, text, *, voice="", language="en-US"):
            raise ProviderError("The speech engine did not start.")
            yield b""

    assert (await call('says "hi"', voice=Voice(Hoarse()))).failure == "The speech engine did not start."
