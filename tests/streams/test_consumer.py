import asyncio
import base64
import json
import threading
import uuid
from datetime import UTC, datetime

import pytest
from channels.routing import URLRouter
from channels.testing import WebsocketCommunicator

from flows.engine import Exit
from flows.engine.snapshot import make_flow
from flows.engine.tools import NOT_TEXTED
from flows.models import Lookup
from streams import calls, carrier_socket, consumer, engines, lines
from streams.ai.provider import CallerSaid, ToolCalled
from streams.consumer import LIVE
from streams.event_log import writer
from streams.limits import Close
from streams.listening.shipped import ship_cues
from streams.models import Call, CallbackRequest, CallEvent, CallNote, CueMark, Stream, StreamEvent, TextMessage
from streams.off_loop import query
from streams.routing import websocket_urlpatterns
from tests.builders import flow_of
from tests.streams.rows import CALLER, NUMBER, published, ringing
from tests.streams.scripted_engines import ScriptedEngines

pytestmark = pytest.mark.django_db(transaction=True)

application = URLRouter(websocket_urlpatterns)


def small_flow():
    steps = {
        "main": ("menu", "Main menu", {"prompt": "Billing is 1.", "offer_person": False}),
        "bye": ("hang_up", "Goodbye", {"text": "Goodbye."}),
    }
    exits = [
        Exit(step="main", outcome="1", goes_to="bye", label="Billing"),
        Exit(step="main", outcome="no-input", goes_to="bye"),
        Exit(step="main", outcome="no-match", goes_to="bye"),
    ]
    return make_flow(name="Small line", start="main", steps=steps, exits=exits)


@pytest.fixture(autouse=True)
def scripted(monkeypatch):
    made = ScriptedEngines()
    for ability in ("transcriber", "synthesizer", "agent"):
        monkeypatch.setattr(engines, ability, getattr(made, ability))
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): dict.fromkeys(texts_of(flow, more), b"p" * 800))
    lines.version_in_memory.cache_clear()
    return made


def texts_of(flow, more):
    return {text for step in flow.steps.values() for text in step.prompts()} | set(more)


@pytest.fixture
def line(scripted):
    published(small_flow())
    return ringing()


class Socket(WebsocketCommunicator):
    """The carrier's end, with its words."""

    def __init__(self, token, headers=()):
        super().__init__(application, f"/stream/{token}/", headers=list(headers))
        self.stream_id = str(uuid.uuid4())

    async def say(self, event, **more):
        await self.send_to(text_data=json.dumps({"event": event, "streamId": self.stream_id, **more}))

    async def start(self, call, **more):
        start = {"callId": call.call_uuid, "streamId": self.stream_id, **more}
        await self.send_to(text_data=json.dumps({"event": "start", "start": start}))

    async def media(self, audio=b"\xff" * 160):
        await self.say("media", media={"payload": base64.b64encode(audio).decode(), "track": "inbound"})

    async def press(self, digit):
        await self.say("dtmf", dtmf={"digit": digit, "timestamp": "1"})

    async def hears(self, event):
        """The next frame of this kind; everything played up to a checkpoint is acknowledged at once."""
        while True:
            frame = json.loads(await self.receive_from(timeout=3))
            if frame["event"] == "checkpoint":
                await self.say("playedStream", name=frame["name"])
            if frame["event"] == event:
                return frame

    async def closes(self):
        while True:
            message = await self.receive_output(timeout=6)
            if message["type"] == "websocket.close":
                return message["code"]
            frame = json.loads(message["text"])
            if frame["event"] == "checkpoint":
                await self.say("playedStream", name=frame["name"])


async def begun(line):
    call, token = line
    socket = Socket(token)
    connected, _ = await socket.connect()
    assert connected
    await socket.start(call)
    await socket.hears("playAudio")
    return socket


async def in_rows(work):
    writer.flush()
    return await query(work)


async def test_a_call_walks_its_flow_and_hands_over_at_the_end(line):
    call, _ = line
    socket = await begun(line)
    await socket.media()
    await socket.press("1")
    assert await socket.closes() == Close.DONE
    await socket.disconnect()
    row = await in_rows(lambda: Call.objects.get())
    assert row.pending["do"] == "hangup"
    assert row.status == "live"
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert kinds[:3] == ["answered", "entered", "prompt_started"]
    assert kinds[-1] == "stream_closed"
    stream = await in_rows(lambda: Stream.objects.get())
    assert (stream.frames, stream.ended_at is not None) == (1, True)
    assert await in_rows(lambda: StreamEvent.objects.count()) == 2
    assert call.call_uuid not in LIVE


async def test_a_flow_may_decide_by_how_often_this_caller_was_answered_before(scripted):
    before = {"outcome": "case-1", "answer": "earlier_calls", "comparison": "is", "value": "1"}
    flow = flow_of(
        decide=("branch", {"cases": [before]}, {"case-1": "again", "otherwise": "bye"}),
        again=("say", "Nice to hear you again.", "bye"),
        bye=("hang_up", "Goodbye."),
    )
    await query(lambda: published(flow))
    for uuid_, answered in (("a" * 32, True), ("b" * 32, False)):  # the second was never answered
        call, _ = await query(lambda name=uuid_: ringing(name))
        at = datetime.now(UTC) if answered else None
        await query(lambda pk=call.pk, at=at: Call.objects.filter(pk=pk).update(answered_at=at, status="ended"))
    socket = await begun(await query(ringing))
    steps = await in_rows(lambda: list(CallEvent.objects.filter(kind="entered").values_list("step", flat=True)))
    assert steps == ["decide", "again"]
    await socket.disconnect()


async def test_nothing_remains_of_a_call_whose_caller_is_gone(line):
    before = asyncio.all_tasks()
    socket = await begun(line)
    await socket.disconnect()
    assert LIVE == {}
    assert asyncio.all_tasks() - before == set()
    assert (await in_rows(lambda: Stream.objects.get())).ended_at is not None


async def test_who_hangs_up_while_we_send_is_no_error_of_ours(line, monkeypatch):
    served, gone = application, asyncio.Event()

    async def cut(scope, receive, send):
        async def sends(message):
            if gone.is_set():
                raise ConnectionError("Attempt to send on a closed protocol")
            await send(message)

        await served(scope, receive, sends)

    monkeypatch.setitem(globals(), "application", cut)
    socket = await begun(line)
    gone.set()
    await socket.press("1")
    await socket.disconnect()
    assert await in_rows(lambda: CallEvent.objects.filter(kind="key").exists())


@pytest.mark.parametrize("token", ["nonsense", "0" * 64, "…"])
async def test_an_unknown_token_is_refused_before_the_handshake(line, token):
    connected, code = await Socket(token).connect()
    assert (connected, code) == (False, Close.NO_SUCH_LINE)


async def test_an_address_that_is_none_is_refused_without_a_traceback(caplog):
    connected, _ = await WebsocketCommunicator(application, "/wp-admin/").connect()
    assert not connected
    assert "Traceback" not in caplog.text


async def test_an_expired_token_is_refused(line):
    call, token = line
    await in_rows(lambda: Call.objects.update(token_expires_at=call.began_at.replace(year=2020)))
    connected, _ = await Socket(token).connect()
    assert not connected


async def test_a_browser_is_refused(line):
    connected, _ = await Socket(line[1], headers=[(b"origin", b"https://evil.example")]).connect()
    assert not connected


async def test_a_start_that_names_another_call_is_closed(line):
    call, token = line
    socket = Socket(token)
    await socket.connect()
    call.call_uuid = str(uuid.uuid4())
    await socket.start(call)
    assert await socket.closes() == Close.WRONG_CALL
    await socket.disconnect()


async def test_audio_in_a_format_that_was_not_asked_for_is_closed_at_once(line):
    call, token = line
    socket = Socket(token)
    await socket.connect()
    await socket.start(call, mediaFormat={"encoding": "audio/x-l16", "sampleRate": 16000})
    assert await socket.closes() == Close.UNKNOWN_FORMAT
    await socket.disconnect()
    assert await in_rows(Stream.objects.count) == 0


async def test_a_second_live_socket_of_a_call_is_refused_and_the_first_goes_on(line):
    call, token = line
    first = await begun(line)
    second = Socket(token)
    await second.connect()
    await second.start(call)
    assert await second.closes() == Close.ALREADY_LIVE
    await first.press("1")
    assert await first.closes() == Close.DONE
    await first.disconnect()
    await second.disconnect()
    assert await in_rows(lambda: Stream.objects.count()) == 1


async def test_a_replayed_start_on_the_same_socket_is_only_counted(line):
    call, _ = line
    socket = await begun(line)
    await socket.start(call)
    await socket.press("1")
    assert await socket.closes() == Close.DONE
    await socket.disconnect()
    assert await in_rows(lambda: Stream.objects.get().unusable) == 1


async def test_the_carriers_own_reconnect_goes_on_where_the_call_was_with_a_stream_of_its_own(line):
    call, token = line
    await (await begun(line)).disconnect()
    again = Socket(token)
    assert (await again.connect())[0]
    await again.start(call)
    await again.hears("playAudio")
    await again.press("1")
    assert await again.closes() == Close.DONE
    await again.disconnect()
    assert await in_rows(lambda: Stream.objects.count()) == 2
    assert "resumed" in await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))


async def test_the_carrier_may_reconnect_twice_and_no_more(line):
    call, token = line
    for _ in range(3):
        await (await begun(line)).disconnect()
    fourth = Socket(token)
    await fourth.connect()
    await fourth.start(call)
    assert await fourth.closes() == Close.ALREADY_LIVE
    await fourth.disconnect()


async def test_a_start_that_was_seen_before_is_a_replay(line):
    call, token = line
    first = await begun(line)
    await first.disconnect()
    replay = Socket(token)
    replay.stream_id = first.stream_id
    await replay.connect()
    await replay.start(call)
    assert await replay.closes() == Close.ALREADY_LIVE
    await replay.disconnect()


async def test_a_dead_socket_that_the_network_has_not_noticed_gives_way(line, monkeypatch):
    call, token = line
    dead = await begun(line)
    LIVE[call.call_uuid]._heard_at -= 5
    again = Socket(token)
    await again.connect()
    await again.start(call)
    await again.hears("playAudio")
    await again.disconnect()
    await dead.disconnect()
    assert await in_rows(lambda: Stream.objects.filter(ended_at__isnull=True).count()) == 0


async def test_a_handshake_without_a_start_is_closed(line, monkeypatch):
    monkeypatch.setattr(carrier_socket, "START_WITHIN", 0.05)
    socket = Socket(line[1])
    await socket.connect()
    assert await socket.closes() == Close.NO_START
    await socket.disconnect()


async def test_malformed_frames_are_ignored_and_too_many_close_the_socket(line):
    socket = await begun(line)
    for bad in ["{", "[]", "null", '{"event": 5}', '{"event":"media","media":{"payload":"%%"}}', "[" * 5000]:
        await socket.send_to(text_data=bad)
    await socket.send_to(bytes_data=b"\x00\xff")
    await socket.press("9")
    for _ in range(20):
        await socket.send_to(text_data="garbage")
    assert await socket.closes() == Close.TOO_MANY_UNUSABLE
    await socket.disconnect()


async def test_a_message_beyond_the_carriers_limit_closes_the_socket(line):
    socket = await begun(line)
    await socket.send_to(text_data="x" * 70_000)
    assert await socket.closes() == Close.TOO_LARGE
    await socket.disconnect()


async def test_a_stop_message_is_an_end(line):
    socket = await begun(line)
    await socket.send_to(text_data='{"event": "stop"}')
    assert await socket.closes() == Close.DONE
    await socket.disconnect()


async def test_the_log_of_a_killed_process_holds_all_but_the_last_moment(line):
    socket = await begun(line)
    await socket.press("7")
    await socket.hears("playAudio")
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert {"answered", "entered", "prompt_started", "key"} <= set(kinds)
    row = await in_rows(lambda: Call.objects.get())
    assert row.state["step"] == "main"
    await socket.disconnect()


async def test_a_full_process_refuses_further_calls(line, settings):
    settings.MAX_STREAMS_PER_PROCESS = 0
    connected, _ = await Socket(line[1]).connect()
    assert not connected


async def test_a_process_may_insist_on_signatures(line, settings):
    settings.STREAM_SIGNATURES = "enforce"
    connected, _ = await Socket(line[1]).connect()
    assert not connected


async def test_a_slow_query_does_not_delay_frames(line, monkeypatch):
    """Frames go straight to the session: they wait for no thread that queries wait for."""
    from asgiref.sync import sync_to_async

    socket = await begun(line)
    over = threading.Event()
    slow = asyncio.ensure_future(sync_to_async(over.wait)(30))
    await socket.press("7")
    await socket.hears("playAudio")
    assert not slow.done()
    over.set()
    await slow
    await socket.disconnect()


async def test_binary_frames_are_refused_even_when_they_hold_json(line):
    socket = await begun(line)
    for _ in range(20):
        await socket.send_to(bytes_data=b'{"event":"dtmf","dtmf":{"digit":"1"}}')
    assert await socket.closes() == Close.TOO_MANY_UNUSABLE
    await socket.disconnect()
    assert "key" not in await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))


async def test_audio_without_a_start_is_refused(line):
    socket = Socket(line[1])
    await socket.connect()
    for _ in range(20):
        await socket.media()
    assert await socket.closes() == Close.TOO_MANY_UNUSABLE
    await socket.disconnect()


async def test_a_caller_hears_something_while_the_hand_over_cannot_be_stored(line, monkeypatch):
    monkeypatch.setattr(consumer, "HOLD_EVERY", 0.02)
    monkeypatch.setattr(consumer, "HAND_OVER_WITHIN", 0.1)
    socket = await begun(line)
    never = asyncio.get_running_loop().create_future()
    monkeypatch.setattr(writer, "stored", lambda: never)
    monkeypatch.setattr(consumer, "WRITTEN_WITHIN", 0.01)
    await socket.press("1")
    heard = [await socket.hears("playAudio") for _ in range(3)]  # the goodbye, then the request to hold on, twice
    assert len(heard) == 3
    assert await socket.closes() == Close.DONE
    await socket.disconnect()


async def test_a_stream_that_could_not_be_tied_to_its_call_in_time_is_ended(line, monkeypatch):
    call, token = line
    bind = lines.bind

    def too_late(*args):
        bind(*args)
        raise TimeoutError

    monkeypatch.setattr(lines, "bind", too_late)
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    assert await socket.closes() == Close.OUR_MISTAKE
    await socket.disconnect()
    assert (await in_rows(lambda: Stream.objects.get())).ended_at is not None


async def test_a_version_that_cannot_be_read_closes_the_socket_in_order(line, monkeypatch):
    call, token = line
    monkeypatch.setattr(lines, "version_in_memory", lambda pk: {}["steps"])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    assert await socket.closes() == Close.OUR_MISTAKE
    await socket.disconnect()


async def test_the_next_document_of_a_call_takes_over_from_a_stream_whose_process_was_killed(line):
    """A killed process leaves its stream open in the rows, with a fresh sign of life."""
    call, token = line
    socket = await begun(line)
    LIVE.pop(call.call_uuid)
    await in_rows(lambda: calls.streams_over(call, at=datetime.now(UTC)))
    fresh = await in_rows(lambda: calls.issue_token(call, document=1))
    again = Socket(fresh)
    await again.connect()
    await again.start(call)
    await again.hears("playAudio")
    await again.disconnect()
    await socket.disconnect()
    assert await in_rows(lambda: Stream.objects.filter(ended_at=None).count()) == 0


async def test_what_an_ai_step_was_asked_to_note_outlives_the_caller(scripted):
    flow = flow_of(talk=("agent", {"takes_messages": True}, "bye"), bye=("hang_up", "Bye."))
    call, token = await query(lambda: (published(flow), ringing())[1])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await _until(lambda: scripted.briefs)
    scripted.mouth.queue.put_nowait(ToolCalled(call_id="1", name="leave_message", arguments={"message": "Call Ann."}))
    for _ in ("the greeting", "the question"):
        await socket.hears("checkpoint")
    await socket.press("1")
    await _until(lambda: scripted.mouth.answers)
    await socket.disconnect()
    note = await in_rows(lambda: CallNote.objects.get())
    assert (note.text, note.caller) == ("Call Ann.", CALLER)
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert {"tool_asked", "note_kept", "tool_answered"} <= set(kinds)


async def test_what_a_caller_says_to_an_assistant_raises_a_mark_in_the_step(scripted):
    flow = flow_of(talk=("agent", {}, "bye"), bye=("hang_up", "Bye."))
    call, token = await query(lambda: (ship_cues(), published(flow), ringing())[2])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await _until(lambda: scripted.briefs)
    scripted.mouth.queue.put_nowait(CallerSaid(text="I want to cancel."))
    for _ in range(100):
        if await in_rows(lambda: CueMark.objects.exists()):
            break
    await socket.disconnect()
    line = await in_rows(lambda: CallEvent.objects.get(kind="cue"))
    assert (line.step, line.data["name"], "stream" in line.data) == ("talk", "Wants to cancel", False)
    assert (await in_rows(lambda: CueMark.objects.get())).call_id == call.pk


async def test_an_assistant_learns_from_the_database_that_a_text_was_refused(scripted, settings):
    settings.TEXTS_A_DAY = 0
    flow = flow_of(talk=("agent", {"texts": [{"name": "Directions", "text": "Here."}]}, "bye"), bye=("hang_up", "Bye."))
    call, token = await query(lambda: (published(flow), ringing())[1])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await _until(lambda: scripted.briefs)
    scripted.mouth.queue.put_nowait(ToolCalled(call_id="1", name="send_text", arguments={"text": "Directions"}))
    for _ in ("the greeting", "the question"):
        await socket.hears("checkpoint")
    await socket.press("1")
    await _until(lambda: scripted.mouth.answers)
    assert scripted.mouth.answers == [("1", NOT_TEXTED)]
    await socket.disconnect()


@pytest.mark.parametrize(("a_day", "outcome"), [(100, "sent"), (0, "not-sent")])
async def test_a_text_with_an_answer_in_it_is_ordered_at_the_key_within_the_days_limit(settings, a_day, outcome):
    settings.TEXTS_A_DAY = a_day
    flow = flow_of(
        number=("collect_digits", {"prompt": "Number?", "answer": "order", "fewest": 4, "most": 4}, "text"),
        text=("send_text", {"text": "Order [order] is ready.", "called": "Ready"}, "bye"),
        bye=("hang_up", "Bye."),
    )
    call, token = await query(lambda: (published(flow), ringing())[1])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await socket.hears("playAudio")
    for key in "4711":
        await socket.press(key)
    await socket.hears("playAudio")
    await socket.hears("checkpoint")
    await socket.press("1")
    await socket.closes()
    message = await in_rows(lambda: TextMessage.objects.get())
    assert (message.to, message.text, message.name[:8]) == (CALLER, "Order 4711 is ready.", "Ready · ")
    left = await in_rows(lambda: [e.data["outcome"] for e in CallEvent.objects.filter(kind="left").order_by("seq")])
    assert left[:2] == ["ok", outcome]


async def test_an_order_is_looked_up_in_another_system_while_the_caller_waits(scripted, settings):
    settings.LOOKUPS_ON_THIS_MACHINE = True
    heard, answer = [], asyncio.Event()

    async def serve(reader, writer):
        heard.append((await reader.readuntil(b"\r\n\r\n")).decode())
        await answer.wait()
        body = json.dumps({"order": {"status": "shipped"}}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    call, token = await query(lambda: _asks_for_orders(server.sockets[0].getsockname()[1]))
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await socket.hears("playAudio")
    for key in "4711":
        await socket.press(key)
    await _until(lambda: heard)
    answer.set()
    await socket.closes()
    server.close()
    assert heard[0].startswith("GET /status?order=4711&phone=%2B14155550142 HTTP/1.1")
    left = await in_rows(lambda: [e.data["outcome"] for e in CallEvent.objects.filter(kind="left").order_by("seq")])
    assert left[:3] == ["ok", "found", "next"]
    noted = await in_rows(lambda: [e.data["answers"] for e in CallEvent.objects.filter(kind="answer").order_by("seq")])
    assert noted == [{"order": "4711"}, {"status": "shipped"}]


def _asks_for_orders(port):
    Lookup.objects.create(
        key="orders",
        name="Order status",
        address=f"http://127.0.0.1:{port}/status",
        sends=[{"name": "order", "hint": "number", "form": "digits"}, {"name": "phone", "hint": "", "form": "caller"}],
        finds=[{"name": "status", "path": "order.status"}],
    )
    flow = flow_of(
        number=(
            "collect_digits",
            {"prompt": "Number?", "answer": "order", "fewest": 4, "most": 4},
            {"ok": "look", ...: "bye"},
        ),
        look=("look_up", {"lookup": "orders"}, {"found": "told", ...: "bye"}),
        told=("say", "We found it.", "bye"),
        bye=("hang_up", "Bye."),
    )
    published(flow)
    return ringing()


async def _until(there):
    for _ in range(3000):
        if there():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


async def test_who_agrees_to_be_called_back_hears_that_it_is_noted_and_the_row_outlives_the_call(scripted):
    exits = {"asked": "bye", "declined": "bye", "not-possible": "sorry"}
    flow = flow_of(
        back=("call_back", {"destination": "desk", "about": "A bill"}, exits),
        sorry=("say", "Sorry.", "bye"),
        bye=("hang_up", "Bye."),
    )
    call, token = await query(lambda: (published(flow), ringing())[1])
    socket = Socket(token)
    await socket.connect()
    await socket.start(call)
    await socket.hears("checkpoint")
    await socket.press("1")
    await socket.hears("checkpoint")
    request = await in_rows(lambda: CallbackRequest.objects.get())
    assert (request.number, request.ours, request.destination, request.about) == (CALLER, NUMBER, "desk", "A bill")
    await socket.disconnect()
    left = await in_rows(lambda: list(CallEvent.objects.filter(kind="left").values_list("data__outcome", flat=True)))
    assert "not-possible" not in left
