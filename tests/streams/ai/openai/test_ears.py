import asyncio
from contextlib import asynccontextmanager

import pytest

from streams.ai.openai import ears as openai_ears
from streams.ai.openai import utterances
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.ears import OpenAIEars
from streams.ai.openai.utterances import UNKNOWN_CONFIDENCE
from streams.ai.provider import (
    Fault,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    ListenOptions,
    ProviderError,
    ProviderTimedOut,
    Used,
)
from streams.audio import mulaw
from tests.standins.openai_realtime import Faults, RealtimeStandin
from tests.standins.server import serving
from tests.streams.ai.telephone import push, until

KEY = "sk-secret"
MODEL, MODEL_WITHOUT_TURNS = "gpt-transcribe", "gpt-live-transcribe"
TEXT = "I lost my card"


@pytest.fixture
async def said(spoken):
    return await spoken("I lost my card, it is gone.")


@asynccontextmanager
async def listening(standin, *, phrases=(), model=MODEL, ears=None):
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key=KEY, base_url=f"{address}/v1"))
        ears = ears or OpenAIEars(clients, model=model)
        async with ears.listen(ListenOptions(phrases=phrases)) as listening:
            yield listening


async def failing(standin):
    with pytest.raises(ProviderError) as caught:  # noqa: PT012
        async with listening(standin) as ears:
            push(ears, mulaw.silence(500))
            await until(ears, HeardUtterance)
    return caught.value


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
async def test_speech_is_heard_then_the_pause_then_the_words_and_what_they_cost(model, said):
    standin = RealtimeStandin(hears=[TEXT])
    async with listening(standin, model=model) as ears:
        push(ears, said)
        heard = await until(ears, Used)
    kinds = [type(event) for event in heard]
    assert kinds == [HeardSpeech, HeardPause, HeardInterim, HeardUtterance, Used]
    words, used = heard[3], heard[4]
    assert (words.text, words.confidence) == (TEXT, UNKNOWN_CONFIDENCE)
    assert 400 <= words.began_ms < 700 < words.ended_ms <= mulaw.seconds(said) * 1000
    assert (used.engine, used.model) == ("openai", model)
    assert used.unit == ("audio_in" if model == MODEL else "seconds")


async def test_calls_that_find_out_at_once_what_a_model_does_not_take_are_all_heard():
    async with serving(RealtimeStandin()) as address:
        clients = OpenAIClients(OpenAIAccount(key=KEY, base_url=f"{address}/v1"))
        ears = OpenAIEars(clients, model=MODEL_WITHOUT_TURNS)

        async def opened():
            async with ears.listen(ListenOptions()):
                await all_open.wait()

        all_open = asyncio.Barrier(3)
        async with asyncio.timeout(5), asyncio.TaskGroup() as calls:
            for _ in range(3):
                calls.create_task(opened())


async def test_the_session_is_set_whole_with_the_words_to_expect():
    standin = RealtimeStandin()
    async with listening(standin, phrases=("card", "refund")) as ears:
        ears.expect(("sales",))
        async with asyncio.timeout(5):
            await standin.until_seen("session.update", times=2)
    first, second = (frame["session"]["audio"]["input"] for frame in standin.seen)
    assert standin.handshakes[0].query == {"intent": "transcription"}
    assert first["format"] == {"type": "audio/pcmu"}
    assert first["transcription"] == {"model": MODEL, "languages": ["en"], "keywords": ["card", "refund"]}
    assert second["transcription"]["keywords"] == ["sales"]
    assert second["turn_detection"]["silence_duration_ms"] == 500
    assert standin.wrong == []


async def test_that_a_model_finds_no_turns_is_learned_once(said):
    standin = RealtimeStandin(hears=[TEXT, TEXT])
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key=KEY, base_url=f"{address}/v1"))
        ears = OpenAIEars(clients, model=MODEL_WITHOUT_TURNS)
        for _ in range(2):
            async with ears.listen(ListenOptions()) as listening:
                push(listening, said)
                assert (await until(listening, HeardUtterance))[-1].text == TEXT
    assert len(standin.wrong) == 1
    assert [frame["type"] for frame in standin.seen].count("input_audio_buffer.commit") == 2


async def test_a_model_without_turns_is_not_paid_for_silence(said):
    standin = RealtimeStandin(hears=[TEXT])
    async with listening(standin, model=MODEL_WITHOUT_TURNS) as ears:
        for _ in range(10):
            push(ears, mulaw.silence(1000))
            await standin.until_seen("input_audio_buffer.append")
            await asyncio.sleep(0.01)
        push(ears, said)
        heard = await until(ears, Used)
    assert heard[-1].quantity < mulaw.seconds(said) + 3


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
async def test_frames_that_stop_in_mid_word_end_the_utterance(model, monkeypatch, said):
    monkeypatch.setattr(openai_ears, "STALLED_SECONDS", 0.05)
    standin = RealtimeStandin(hears=[TEXT])
    async with listening(standin, model=model) as ears:
        push(ears, said[: 8 * 1200])
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
async def test_what_could_not_be_written_down_was_not_understood(model, said):
    standin = RealtimeStandin(hears=[TEXT], faults=Faults(transcript_fails=True))
    async with listening(standin, model=model) as ears:
        push(ears, said)
        last = (await until(ears, HeardUtterance))[-1]
    assert (last.text, last.confidence) == ("", 0.0)


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
async def test_a_connection_lost_before_the_words_came_costs_no_word(model, said):
    standin = RealtimeStandin(
        hears=["lost", TEXT],
        faults=Faults(connections=1, transcript_after=60, drops_at=0.15),
    )
    async with listening(standin, model=model) as ears:
        push(ears, said)
        heard = await until(ears, HeardUtterance)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]
    assert [type(event) for event in heard].count(HeardSpeech) == 1
    assert 400 <= heard[-1].began_ms < 800
    assert len(standin.sessions) == 2


@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        (Faults(status=401), Fault.KEY),
        (Faults(status=429), Fault.BUSY),
        (Faults(closes_with="invalid_api_key"), Fault.KEY),
        (Faults(closes_with="insufficient_quota"), Fault.QUOTA),
        (Faults(closes_with="model_not_found"), Fault.MODEL),
        (Faults(drops_at=0.01), Fault.UNREACHABLE),
    ],
)
async def test_each_failure_has_its_fault_and_a_sentence_without_secrets(faults, fault):
    error = await failing(RealtimeStandin(faults=faults))
    assert error.fault is fault
    assert str(error).startswith("OpenAI ")
    assert KEY not in str(error)


async def test_a_service_that_never_sets_the_session_is_given_up(monkeypatch):
    monkeypatch.setattr(openai_ears, "SET_UP_SECONDS", 0.1)
    assert isinstance(await failing(RealtimeStandin(faults=Faults(dead_after=0))), ProviderTimedOut)


async def test_nonsense_from_a_server_is_passed_over(said):
    standin = RealtimeStandin(hears=[TEXT])
    async with listening(standin) as ears:
        standin.sessions[0].make_noise()
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


async def test_an_hour_that_is_over_is_followed_by_another(said):
    standin = RealtimeStandin(hears=[TEXT], faults=Faults(lasts=0.1, connections=1))
    async with listening(standin) as ears:
        async with asyncio.timeout(5):
            await standin.until_seen("session.update", times=2)
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
async def test_when_no_more_comes_what_is_being_said_is_understood_and_it_ends(model, said):
    standin = RealtimeStandin(hears=[TEXT], faults=Faults(transcript_after=0.05))
    async with listening(standin, model=model) as ears:
        push(ears, said[: 8 * 1200])
        ears.finish()
        heard = await until(ears)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]


@pytest.mark.parametrize("model", [MODEL, MODEL_WITHOUT_TURNS])
@pytest.mark.parametrize("milliseconds", [0, 900])
async def test_when_no_more_comes_and_nothing_was_said_it_ends_at_once(model, milliseconds):
    standin = RealtimeStandin(hears=["never said"])
    async with listening(standin, model=model) as ears:
        push(ears, mulaw.silence(milliseconds))
        ears.finish()
        assert await until(ears) == []


async def test_a_connection_lost_at_the_very_end_costs_no_word(said):
    standin = RealtimeStandin(hears=["lost", TEXT], faults=Faults(connections=1, transcript_after=60, drops_at=0.15))
    async with listening(standin) as ears:
        push(ears, said)
        ears.finish()
        heard = await until(ears)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]


async def test_a_turn_that_is_never_written_down_is_asked_for_once_more(monkeypatch, said):
    monkeypatch.setattr(utterances, "STUCK_MS", 0)
    standin = RealtimeStandin(hears=["first", "second", "third"] * 2)
    async with listening(standin) as ears:
        session = standin.sessions[0]
        monkeypatch.setattr(session, "send", without_the_first(session.send, "transcription.completed"))
        push(ears, said)
        await until(ears, HeardInterim)
        push(ears, said)
        await until(ears, HeardInterim)
        push(ears, said)
        heard = [event for _ in range(3) for event in await until(ears, HeardUtterance)]
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == ["first", "second", "third"]


def without_the_first(send, kind):
    """The same, but the first event of a kind is never sent."""
    is_first = iter([True])

    def sends(name, **fields):
        if not (name.endswith(kind) and next(is_first, False)):
            send(name, **fields)

    return sends
