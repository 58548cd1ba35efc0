"""The agent over OpenAI Realtime, with the stand-in at the other end of a real socket."""

import asyncio
import base64
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from flows.engine import commands as do
from streams.ai.openai import client as openai_client
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.provider import (
    AgentAudio,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Fault,
    HeardSpeech,
    ProviderError,
    ProviderTimedOut,
    ToolCalled,
    Used,
)
from streams.ai.realtime import agent as openai_realtime
from streams.ai.realtime import floor as realtime_floor
from streams.ai.realtime import session as realtime_session
from streams.ai.realtime.agent import OpenAIRealtime
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.socket import RealtimeSocket, SocketBroke
from streams.audio import mulaw
from tests.standins.openai_realtime import ABORT, NEVER, Call, Faults, RealtimeStandin, Say
from tests.standins.server import serving
from tests.standins.sound import tone
from tests.streams.ai.realtime.server import BRIEF, WHAT

WITHIN = 30  # seconds of waiting before a test fails; nothing here takes one
OPTIONS = RealtimeOptions(model="gpt-realtime-2.1-mini", transcription_model="gpt-transcribe")
SPEECH = tone(400) + mulaw.silence(700)
END = Call("end_conversation", {"outcome": "person"})


@pytest.fixture(autouse=True)
def in_haste(monkeypatch):
    """What is certainly waited for is short; a deadline that a busy machine might miss is as on a real call."""
    monkeypatch.setattr(openai_realtime, "WAITS", (0.01, 0.02, 0.04))


@pytest.fixture
def impatient(monkeypatch):
    """For a server that does not answer."""
    monkeypatch.setattr(realtime_floor, "SPEAKS_WITHIN", 0.5)
    monkeypatch.setattr(realtime_session, "OPENS_WITHIN", 0.5)
    monkeypatch.setattr(openai_client, "OPEN_SECONDS", 0.5)


@asynccontextmanager
async def talking(standin, brief=BRIEF, options=OPTIONS, safety_id=""):
    """A conversation; afterwards no task is left, and the stand-in saw no mistake of ours."""
    async with asyncio.timeout(WITHIN), serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key="k", base_url=f"{address}/v1"))
        try:
            async with OpenAIRealtime(clients, options, safety_id=safety_id).converse(brief) as talk:
                yield talk
        finally:
            left = [task for task in asyncio.all_tasks() if "OpenAI" in task.get_name()]
            await clients.close_here()
            assert left == []
    assert standin.wrong == []


async def until(talk, kind, text=None):
    """Everything up to and with the next of this kind (and text)."""
    found = []
    async for saying in talk:
        found.append(saying)
        if isinstance(saying, kind) and (text is None or saying.text == text):
            return found
    return found


def sound(sayings):
    return b"".join(saying.audio for saying in sayings if isinstance(saying, AgentAudio))


def words(sayings):
    return [saying for saying in sayings if isinstance(saying, AgentSaid | CallerSaid | AgentEnded)]


def frames_of(standin, kind):
    return [frame for frame in standin.seen if frame["type"] == kind]


async def test_it_greets_answers_and_ends():
    standin = RealtimeStandin([Say("From nine.", ms=600), END, Say("Goodbye.", ms=300)], hears=["When?", "Somebody!"])
    async with talking(standin) as talk:
        heard = await until(talk, AgentSaid)
        talk.push(SPEECH)
        heard += await until(talk, AgentSaid)
        talk.push(SPEECH)
        heard += await until(talk, ())
    assert words(heard) == [
        AgentSaid(text="Good day."),
        CallerSaid(text="When?"),
        AgentSaid(text="From nine."),
        CallerSaid(text="Somebody!"),
        AgentSaid(text="Goodbye."),
        AgentEnded(outcome="person"),
    ]
    assert heard[-1] == AgentEnded(outcome="person")


async def test_sound_passes_through_both_ways_byte_by_byte():
    standin = RealtimeStandin()
    said = bytes(range(256)) * 5
    async with talking(standin) as talk:
        heard = await until(talk, AgentSaid)
        for start in range(0, len(said), 160):
            talk.push(said[start : start + 160])
        while sum(map(len, sent := [base64.b64decode(f["audio"]) for f in appended(standin)])) < len(said):
            await standin.until_seen("input_audio_buffer.append", len(sent) + 1)
    assert b"".join(sent) == said
    assert sound(heard) == tone(540)[: len(sound(heard))]
    assert len(sound(heard)) == 540 * 8


def appended(standin):
    return frames_of(standin, "input_audio_buffer.append")


async def test_the_session_is_set_whole_before_anything_is_created():
    standin = RealtimeStandin()
    async with talking(standin, safety_id="abc123") as talk:
        await until(talk, AgentSaid)
    update, create = standin.seen[:2]
    session = update["session"]
    assert create["type"] == "response.create"
    assert session["audio"]["input"]["format"] == session["audio"]["output"]["format"] == {"type": "audio/pcmu"}
    assert session["audio"]["input"]["turn_detection"] == {
        "type": "server_vad",
        "threshold": 0.5,
        "prefix_padding_ms": 300,
        "silence_duration_ms": 500,
        "create_response": True,
        "interrupt_response": True,
    }
    assert session["audio"]["input"]["transcription"] == {"model": "gpt-transcribe", "languages": ["en"]}
    assert {tool["name"] for tool in session["tools"]} == {"end_conversation", "wait_for_caller", "look_up"}
    assert standin.handshakes[0].headers["openai-safety-identifier"] == "abc123"
    assert "openai-beta" not in standin.handshakes[0].headers


async def test_servers_that_speak_only_pcm_are_heard_and_understood():
    standin = RealtimeStandin([Say("From nine.", ms=600)], hears=["When?"])
    async with talking(standin, options=RealtimeOptions(model="gpt-realtime", audio="pcm")) as talk:
        heard = await until(talk, AgentSaid)
        for start in range(0, len(SPEECH), 160):
            talk.push(SPEECH[start : start + 160])
        answer = await until(talk, AgentSaid, "From nine.")
    assert len(sound(heard)) == pytest.approx(540 * 8, abs=8)
    assert len(sound(answer)) == pytest.approx(600 * 8, abs=8)
    assert mulaw.loudness(sound(answer)) == pytest.approx(mulaw.loudness(tone(600)), rel=0.1)


async def test_cutting_in_stops_the_turn_and_the_server_forgets_what_was_not_heard():
    standin = RealtimeStandin([Say("one two three four five six seven eight nine ten", ms=3000)], pace=0.05)
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        await until(talk, AgentAudio)
        await until(talk, AgentAudio)
        talk.push(tone(200))
        await until(talk, HeardSpeech)
        talk.interrupt(100)
        cut = await until(talk, AgentSaid)
        await standin.until_seen("conversation.item.truncate")
        talk.push(mulaw.silence(600))
        answer = await until(talk, AgentSaid, "I have nothing more to say.")
    assert not any(isinstance(saying, AgentAudio) for saying in cut)
    assert len(words(cut)[-1].text.split()) < 10
    assert sound(answer)
    assert frames_of(standin, "response.cancel") == []


async def test_of_two_turns_that_were_made_before_they_were_heard_the_server_forgets_both():
    standin = RealtimeStandin([Say("Good day, how can I help?", ms=900), Say("We open at nine.", ms=600)])
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        await until(talk, AgentSaid)
        talk.interrupt(300, 0)
        deleted = await standin.until_seen("conversation.item.delete")
    [truncated] = frames_of(standin, "conversation.item.truncate")
    assert truncated["audio_end_ms"] == 300
    assert deleted["item_id"] != truncated["item_id"]


@pytest.mark.parametrize("interruption", [do.AFTER_A_MOMENT, do.NEVER])
async def test_an_agent_that_is_heard_out_ends_its_turn_and_answers_what_was_said_meanwhile(interruption):
    says = [Say("A notice that the law wants.", ms=2000), Say("Yes.", ms=100)]
    standin = RealtimeStandin(says, hears=["When?", "I know."], pace=0.3)
    async with talking(standin, replace(BRIEF, interruption=interruption)) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        notice = await until(talk, AgentAudio)
        talk.push(SPEECH)
        notice += await until(talk, AgentSaid)
        answer = await until(talk, AgentSaid)
    [update] = frames_of(standin, "session.update")
    assert update["session"]["audio"]["input"]["turn_detection"]["interrupt_response"] is False
    assert notice.count(HeardSpeech()) == 2
    assert notice[-1] == AgentSaid(text="A notice that the law wants.")
    assert len(sound(notice)) == 2000 * 8
    assert answer[-1] == AgentSaid(text="Yes.")
    assert frames_of(standin, "response.cancel") == frames_of(standin, "conversation.item.truncate") == []


async def test_speech_without_an_end_is_stopped_from_our_side():
    standin = RealtimeStandin([Say("and so on", ms=300), Say("Yes?", ms=200)], faults=Faults(endless=True, responses=1))
    async with talking(standin) as talk:
        for _ in range(10):
            await until(talk, AgentAudio)
        talk.interrupt(1000)
        await standin.until_seen("response.cancel")
        cut = await until(talk, AgentSaid)
        talk.push(SPEECH)
        answer = await until(talk, AgentSaid)
    assert cut[-1].text
    assert words(answer)[-1] == AgentSaid(text="and so on")


async def test_a_tool_is_asked_for_and_its_result_answered():
    standin = RealtimeStandin([Say("I will look.", ms=300, call=Call("look_up", WHAT)), Say("Nine.", ms=300)])
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        [*_, asked] = await until(talk, ToolCalled)
        talk.answer_tool(asked.call_id, "From nine.")
        talk.answer_tool("never asked", "x")
        assert words(await until(talk, AgentSaid)) == [AgentSaid(text="Nine.")]
    assert asked.arguments == {"what": "opening hours"}


@pytest.mark.parametrize(
    ("faults", "fault"),
    [
        (Faults(status=401), Fault.KEY),
        (Faults(status=429), Fault.BUSY),
        (Faults(status=503), Fault.BROKE),
        (Faults(never_answers=True), Fault.SLOW),
        (Faults(dead_after=0), Fault.SLOW),
        (Faults(closes_with="invalid_api_key"), Fault.KEY),
        (Faults(closes_with="model_not_found"), Fault.MODEL),
        (Faults(closes_with="insufficient_quota"), Fault.QUOTA),
        (Faults(closes_with="rate_limit_exceeded"), Fault.BUSY),
    ],
)
async def test_what_cannot_be_had_is_told_at_once_with_its_fault(faults, fault, impatient):
    with pytest.raises(ProviderError) as caught:
        async with talking(RealtimeStandin(faults=faults)):
            pass
    assert caught.value.fault is fault


async def test_a_host_that_is_not_there_is_unreachable():
    clients = OpenAIClients(OpenAIAccount(key="k", base_url="http://127.0.0.1:9/v1"))
    with pytest.raises(ProviderError) as caught:
        async with OpenAIRealtime(clients, OPTIONS).converse(BRIEF):
            pass
    assert caught.value.fault is Fault.UNREACHABLE
    await clients.close_here()


@pytest.mark.parametrize("faults", [Faults(first_audio_after=NEVER), Faults(dead_after=1)])
async def test_a_line_that_is_open_but_dead_is_found_out(faults, impatient):
    with pytest.raises(ProviderTimedOut):
        async with talking(RealtimeStandin(faults=faults)) as talk:
            await until(talk, ())


async def test_a_failed_response_is_asked_for_once_more():
    standin = RealtimeStandin(faults=Faults(fails_with="server_error", responses=1))
    async with talking(standin) as talk:
        assert words(await until(talk, AgentSaid)) == [AgentSaid(text="Good day.")]
    with pytest.raises(ProviderError) as caught:
        async with talking(RealtimeStandin(faults=Faults(fails_with="server_error"))) as talk:
            await until(talk, ())
    assert caught.value.retryable


@pytest.mark.parametrize("code", [1000, 1001, 1011, ABORT])
async def test_a_dropped_socket_is_replaced_and_the_conversation_goes_on(code):
    standin = RealtimeStandin(
        [Say("one two three four five six", ms=600), Say("Again.", ms=200)],
        hears=["When?"],
    )
    async with talking(standin) as talk:
        heard = await until(talk, AgentSaid)
        standin.sessions[0].faults = Faults(drops_after=3, drop_code=code)
        talk.push(SPEECH)
        heard += await until(talk, AgentSaid)
        heard += await until(talk, AgentSaid)
    assert words(heard)[-2:] == [AgentSaid(text="one two three"), AgentSaid(text="Again.")]
    items = [frame["item"]["content"][0]["text"] for frame in frames_of(standin, "conversation.item.create")]
    assert items == ["Good day.", "When?", "one two three"]
    told = [frame for frame in standin.sent if frame["type"] == "response.done" and frame["response"]["usage"]]
    spoken = sum(frame["response"]["usage"]["output_token_details"]["audio_tokens"] for frame in told)
    used = [said for said in heard if isinstance(said, Used) and said.unit == "audio_out"]
    assert sum(one.quantity for one in used if not one.estimated) == spoken
    assert [one.quantity for one in used if one.estimated] == [6]  # of the 300 ms that came before it broke


async def test_a_server_that_drops_every_session_is_given_up():
    with pytest.raises(ProviderError) as caught:
        async with talking(RealtimeStandin(faults=Faults(drops_after=1))) as talk:
            await until(talk, ())
    assert caught.value.fault is Fault.UNREACHABLE


async def test_a_server_that_does_not_come_back_is_given_up():
    standin = RealtimeStandin()
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        standin.faults = Faults(status=503)
        standin.sessions[0].drop()
        with pytest.raises(ProviderError):
            await until(talk, ())
    assert len(standin.handshakes) == 1 + 3


async def test_a_key_that_was_withdrawn_meanwhile_is_not_tried_again():
    standin = RealtimeStandin()
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        standin.faults = Faults(closes_with="invalid_api_key")
        standin.sessions[0].drop(1011)
        with pytest.raises(ProviderError) as caught:
            await until(talk, ())
    assert caught.value.fault is Fault.KEY
    assert len(standin.handshakes) == 2


async def test_an_expired_session_is_replaced():
    standin = RealtimeStandin([Say("From nine.", ms=300)], hears=["When?"])
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        standin.sessions[0].expire()
        expired = asyncio.create_task(until(talk, AgentSaid))
        await standin.until_seen("session.update", 2)
        talk.push(SPEECH)
        assert words(await expired)[-1] == AgentSaid(text="From nine.")


async def test_a_session_is_replaced_before_it_expires_in_a_quiet_moment():
    standin = RealtimeStandin([Say("From nine.", ms=300)], hears=["When?"])
    options = RealtimeOptions(model="gpt-realtime", transcription_model="gpt-transcribe", renew_seconds=0.2)
    async with talking(standin, options=options) as talk:
        await until(talk, AgentSaid)
        later = asyncio.create_task(until(talk, AgentSaid))
        await standin.until_seen("session.update", 2)
        talk.push(SPEECH)
        assert words(await later)[-2:] == [CallerSaid(text="When?"), AgentSaid(text="From nine.")]
    told = frames_of(standin, "conversation.item.create")
    assert told[0]["item"]["content"] == [{"type": "output_text", "text": "Good day."}]
    assert len(frames_of(standin, "response.create")) == 1


async def test_what_the_caller_says_between_two_sessions_is_kept_the_latest_of_it():
    standin = RealtimeStandin([Say("From nine.", ms=300)], hears=["When?"])
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        standin.sessions[0].drop()
        heard = asyncio.create_task(until(talk, AgentSaid, "From nine."))
        while not talk.oddities["session lost"]:  # noqa: ASYNC110
            await asyncio.sleep(0)
        for _ in range(600):
            talk.push(mulaw.silence(20))
        talk.push(SPEECH)
        await heard
    first = base64.b64decode(appended(standin)[0]["audio"])
    assert len(first) <= openai_realtime.KEPT_BYTES
    assert first.endswith(SPEECH)


async def test_noise_on_the_wire_disturbs_nothing():
    standin = RealtimeStandin([Say("From nine.", ms=300)], hears=["When?"], faults=Faults(noise=True, beta_names=True))
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        assert words(await until(talk, AgentSaid))[-1] == AgentSaid(text="From nine.")
        assert talk.oddities["event session.weather"] == 2


async def test_a_session_that_falls_silent_after_a_cut_is_replaced_and_the_caller_answered(impatient):
    standin = RealtimeStandin(
        [Say("A long story. " * 9, ms=3000), Say("From nine.", ms=300)],
        hears=["Tell me.", "When?"],
        faults=Faults(mute_after_truncate=True, connections=1),
    )
    async with talking(standin) as talk:
        await until(talk, AgentSaid)
        talk.push(SPEECH)
        await until(talk, AgentSaid)
        talk.push(tone(200))
        await until(talk, HeardSpeech)
        talk.interrupt(1500)
        await standin.until_seen("conversation.item.truncate")
        heard = asyncio.create_task(until(talk, AgentSaid))
        standin.sessions[0]._dead = False  # it still hears, but does not answer
        standin.sessions[0].send("input_audio_buffer.speech_stopped", audio_end_ms=1, item_id="x")
        standin.sessions[0]._dead = True
        await standin.until_seen("session.update", 2)
        assert words(await heard)[-1] == AgentSaid(text="From nine.")


async def test_without_usage_or_transcripts_the_conversation_goes_on():
    faults = Faults(counts=False, transcript_after=NEVER)
    standin = RealtimeStandin([Say("From nine.", ms=300)], hears=["When?"], faults=faults)
    async with talking(standin) as talk:
        heard = await until(talk, AgentSaid)
        talk.push(SPEECH)
        heard += await until(talk, AgentSaid)
    assert words(heard) == [AgentSaid(text="Good day."), AgentSaid(text="From nine.")]
    assert not any(isinstance(saying, Used) for saying in heard)


async def test_nothing_raises_before_there_is_anything_or_after_it_is_over():
    standin = RealtimeStandin()
    async with talking(standin) as talk:
        talk.interrupt(5)
        talk.answer_tool("x", "y")
        talk.push(b"")
        await until(talk, AgentSaid)
    talk.interrupt(5)
    talk.answer_tool("x", "y")
    talk.push(b"\xff" * 160)
    assert await until(talk, ()) == []


async def test_it_can_be_left_at_any_time():
    for moment in range(0, 40, 4):
        standin = RealtimeStandin(pace=0.01)

        async def call(standin=standin):
            async with talking(standin) as talk:
                await until(talk, ())

        calling = asyncio.create_task(call())
        for _ in range(moment):
            await asyncio.sleep(0.001)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling


async def test_a_socket_that_takes_no_more_is_closed():
    standin = RealtimeStandin()
    async with serving(standin) as address:
        clients = OpenAIClients(OpenAIAccount(key="k", base_url=f"{address}/v1"))

        def broken():
            raise RuntimeError("ours")

        socket = RealtimeSocket(clients, OPTIONS.model, broken)
        await socket.connect()
        socket.send()
        await socket.receive()  # the session was created
        with pytest.raises(SocketBroke, match="cannot be reached"):
            await socket.receive()
        await socket.close()
        await clients.close_here()
