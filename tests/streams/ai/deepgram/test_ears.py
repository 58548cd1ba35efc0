import asyncio
from contextlib import asynccontextmanager

import pytest

from streams.ai.deepgram import ears as deepgram_ears
from streams.ai.deepgram.ears import DeepgramEars, keyterms
from streams.ai.provider import (
    Fault,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    ListenOptions,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    ProviderTimedOut,
    Used,
)
from streams.audio import mulaw
from tests.standins.deepgram import KEY, Deepgram, Trouble
from tests.standins.server import serving
from tests.streams.ai.telephone import push, until

TEXT = "I lost my card"


@pytest.fixture
async def said(spoken):
    return await spoken("I lost my card, it is gone.")


@asynccontextmanager
async def listening(standin, *, phrases=(), key=KEY, model="nova-3", **about):
    async with serving(standin) as address:
        ears = DeepgramEars(key, model=model, base_url=address, **about)
        async with ears.listen(ListenOptions(phrases=phrases)) as listening:
            yield listening
    assert standin.wrong == []


async def failing(standin):
    """What is raised to whoever reads what a silent caller says."""
    with pytest.raises(ProviderError) as caught:  # noqa: PT012
        async with listening(standin) as ears:
            push(ears, mulaw.silence(500))
            await until(ears, HeardUtterance)
    return caught.value


async def test_speech_is_heard_then_words_that_may_change_then_the_pause_and_the_words(said):
    standin = Deepgram(texts=[TEXT])
    async with listening(standin, phrases=("card", "refund")) as ears:
        push(ears, said)
        heard = await until(ears, Used)
    kinds = [type(event) for event in heard]
    assert kinds[0] is HeardSpeech
    assert kinds.count(HeardSpeech) == 1
    assert HeardInterim in kinds
    assert kinds[-3:] == [HeardPause, HeardUtterance, Used]
    words, used = heard[-2], heard[-1]
    assert (words.text, words.confidence) == (TEXT, pytest.approx(0.96))
    assert 400 <= words.began_ms < 700 < words.ended_ms <= mulaw.seconds(said) * 1000
    assert used == Used(engine="deepgram", model="nova-3", unit="seconds", quantity=mulaw.seconds(said))


async def test_the_service_is_asked_for_telephone_audio_and_for_the_words_to_expect():
    standin = Deepgram()
    async with listening(standin, phrases=("card", "refund")):
        pass
    [query] = standin.queries
    assert query["encoding"] == ["mulaw"]
    assert query["sample_rate"] == ["8000"]
    assert query["keyterm"] == ["card", "refund"]
    assert query["utterance_end_ms"] == ["1000"]
    assert "smart_format" not in query


async def test_a_model_that_knows_no_keyterms_is_given_none():
    standin = Deepgram()
    async with listening(standin, phrases=("card",), model="nova-2", knows_keyterms=False) as ears:
        ears.expect(("refund",))
    assert "keyterm" not in standin.queries[0]


async def test_each_menu_has_words_of_its_own(said):
    standin = Deepgram(texts=[TEXT])
    async with listening(standin, phrases=("card",)) as ears:
        ears.expect(("yes", "no"))
        ears.expect(("sales",))
        await standin.until_seen("Configure")
        push(ears, said)
        await until(ears, HeardUtterance)
    assert [frame["type"] for frame in standin.seen] == ["Configure"]
    assert standin.seen[0]["keyterms"] == ["sales"]


async def test_a_region_that_takes_no_new_words_goes_on_listening(said):
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(no_configure=True)])
    async with listening(standin) as ears:
        ears.expect(("yes",))
        await standin.until_seen("Configure")
        ears.expect(("no",))
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT
    assert len(standin.seen) == 1


@pytest.mark.parametrize(
    ("trouble", "kind", "fault"),
    [
        (Trouble(status=400), ProviderRefused, Fault.MODEL),
        (Trouble(status=401), ProviderRefused, Fault.KEY),
        (Trouble(status=402), ProviderRefused, Fault.QUOTA),
        (Trouble(status=429), ProviderBusy, Fault.BUSY),
        (Trouble(status=503), ProviderError, Fault.BROKE),
    ],
)
async def test_each_refusal_has_its_fault_and_a_sentence_without_secrets(trouble, kind, fault):
    with pytest.raises(kind) as caught:
        async with listening(Deepgram(troubles=[trouble])):
            pass
    assert caught.value.fault is fault
    assert str(caught.value).startswith("Deepgram ")
    assert KEY not in str(caught.value)


async def test_a_wrong_key_is_told_as_that():
    with pytest.raises(ProviderRefused, match="Check DEEPGRAM_API_KEY"):
        async with listening(Deepgram(), key="wrong"):
            pass


async def test_a_service_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(deepgram_ears, "OPEN_SECONDS", 0.1)
    with pytest.raises(ProviderTimedOut):
        async with listening(Deepgram(troubles=[Trouble(silent=True)])):
            pass


@pytest.mark.parametrize("lost", [Trouble(drop_after_ms=900), Trouble(close_after_ms=900), Trouble(drop_after_ms=20)])
async def test_a_connection_lost_in_mid_speech_costs_no_word(lost, said):
    standin = Deepgram(texts=[TEXT, TEXT], troubles=[lost])
    async with listening(standin) as ears:
        push(ears, said)
        heard = await until(ears, HeardUtterance)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]
    assert [type(event) for event in heard].count(HeardSpeech) == 1
    assert 400 <= heard[-1].began_ms < 700
    assert len(standin.queries) == 2


async def test_what_was_final_before_a_loss_is_not_said_twice(spoken):
    long = await spoken("I lost my card yesterday and I do not know where it could be now, can somebody help me?")
    words = "one two three four five six seven eight nine ten eleven twelve thirteen"
    standin = Deepgram(texts=[words, "and the rest"], troubles=[Trouble(drop_after_ms=3800)])
    async with listening(standin) as ears:
        push(ears, long)
        whole = (await until(ears, HeardUtterance))[-1]
    assert whole.text.startswith("one two three")
    assert whole.text.endswith("and the rest")
    assert whole.text.count("one") == 1
    assert sum(standin.heard_bytes) < 2 * len(long)
    assert whole.began_ms < 700
    assert whole.ended_ms > 3800


async def test_a_service_that_drops_everything_is_told():
    error = await failing(Deepgram(troubles=[Trouble(drop_after_ms=20)] * 3))
    assert (error.fault, error.retryable) == (Fault.UNREACHABLE, True)


async def test_audio_that_the_service_cannot_read_is_not_sent_again():
    standin = Deepgram(troubles=[Trouble(close_after_ms=100, close=(1008, "DATA-0000 cannot decode"))])
    error = await failing(standin)
    assert (error.fault, error.retryable) == (Fault.REFUSED, False)
    assert "DATA-0000" in str(error)
    assert len(standin.queries) == 1


async def test_where_noise_hides_the_pause_the_utterance_ends_all_the_same(spoken):
    audio = await spoken("I lost my card.") + mulaw.silence(600)
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(noisy=True)])
    async with listening(standin) as ears:
        push(ears, audio)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


async def test_speech_without_a_word_is_an_utterance_that_was_not_understood(said):
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(deaf=True)])
    async with listening(standin) as ears:
        push(ears, said)
        heard = await until(ears, HeardUtterance)
    assert isinstance(heard[0], HeardSpeech)
    assert (heard[-1].text, heard[-1].confidence) == ("", 0.0)


async def test_messages_that_mean_nothing_are_passed_over(said):
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(garbage=True)])
    async with listening(standin) as ears:
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


async def test_final_words_may_be_late(said):
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(finals_late=0.1)])
    async with listening(standin) as ears:
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT


async def test_the_line_is_kept_alive_while_nobody_listens(monkeypatch, said):
    standin = Deepgram(texts=[TEXT])
    assert standin.idle_seconds > 2 * deepgram_ears.KEEP_ALIVE_SECONDS
    monkeypatch.setattr(deepgram_ears, "KEEP_ALIVE_SECONDS", 0.001)
    async with listening(standin) as ears:
        await standin.until_seen("KeepAlive", times=15)
        assert {frame["type"] for frame in standin.seen} == {"KeepAlive"}
        push(ears, said)
        assert (await until(ears, HeardUtterance))[-1].text == TEXT
    assert len(standin.queries) == 1


async def test_without_it_the_service_hangs_up_which_is_told(monkeypatch):
    monkeypatch.setattr(deepgram_ears, "KEEP_ALIVE_SECONDS", 60)
    with pytest.raises(ProviderError, match="cannot be reached"):
        async with listening(Deepgram(idle_seconds=0.05)) as ears:
            await until(ears, HeardUtterance)


async def test_frames_that_stop_in_mid_word_end_the_utterance(monkeypatch, said):
    monkeypatch.setattr(deepgram_ears, "STALLED_SECONDS", 0.05)
    standin = Deepgram(texts=[TEXT])
    async with listening(standin) as ears:
        push(ears, said[: 8 * 1200])
        assert (await until(ears, HeardUtterance))[-1].text == TEXT
    assert standin.seen[-1]["type"] == "Finalize"


async def test_silence_is_billed_too():
    async with listening(Deepgram()) as ears:
        push(ears, mulaw.silence(11_000))
        [used] = await until(ears, Used)
    assert used.quantity >= 10


async def test_closing_takes_no_longer_than_a_goodbye():
    started = asyncio.get_running_loop().time()
    async with listening(Deepgram()) as ears:
        push(ears, mulaw.silence(200))
    assert asyncio.get_running_loop().time() - started < 2


def test_no_more_words_are_expected_than_the_service_takes():
    many = tuple(f"phrase number {n}" for n in range(1000))
    assert keyterms(("a", "a", " ", "b")) == ["a", "b"]
    assert 30 < len(keyterms(many)) < 100
    assert keyterms(many)[0] == many[0]


async def test_when_no_more_comes_what_is_being_said_is_understood_and_it_ends(said):
    standin = Deepgram(texts=[TEXT], troubles=[Trouble(finals_late=0.05)])
    async with listening(standin) as ears:
        push(ears, said[: 8 * 1200])
        ears.finish()
        heard = await until(ears)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]
    assert [frame["type"] for frame in standin.seen] == ["CloseStream"]


async def test_when_no_more_comes_and_nothing_was_said_it_ends_at_once():
    async with listening(Deepgram()) as ears:
        ears.finish()
        assert await until(ears) == []


@pytest.mark.parametrize("after_ms", [900, 1800])
async def test_a_connection_lost_at_the_very_end_costs_no_word(after_ms, said):
    standin = Deepgram(texts=[TEXT, TEXT], troubles=[Trouble(drop_after_ms=after_ms)])
    async with listening(standin) as ears:
        push(ears, said[: 8 * 1800])
        ears.finish()
        heard = await until(ears)
    assert [event.text for event in heard if isinstance(event, HeardUtterance)] == [TEXT]
