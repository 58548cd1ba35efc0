"""The carrier's socket beside a conversation, through the application's own door."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from streams import calls, carrier_socket, engines
from streams.ai import first_ears
from streams.ai.provider import HeardInterim, HeardUtterance
from streams.carrier_socket import CARRIED
from streams.desk import hearing, news
from streams.event_log import Entry
from streams.limits import Close
from streams.listening import consumer, ordering
from streams.listening.consumer import LISTENING
from streams.listening.stopping import STOP
from streams.models import Call, CallEvent, EngineTrouble, ListenOrder, Stream, StreamEvent
from streams.off_loop import query
from tests.streams.listening.conversation import GIVEN, Socket, in_rows, listening, ordered
from tests.streams.listening.ears import TwoEars
from tests.streams.scripted_engines import END

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def ears(monkeypatch):
    made = TwoEars()
    monkeypatch.setattr(engines, "transcriber", made.transcriber)
    monkeypatch.setattr(engines, "ears_to_ask", lambda name="": [name])
    return made


@pytest.fixture
def line(db):
    return ordered()


async def until(met):
    for _ in range(500):
        if met():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not happen within five seconds.")


def lines_of(kind):
    return list(CallEvent.objects.filter(kind=kind).order_by("seq"))


async def test_both_speakers_are_written_down_and_nothing_is_ever_sent(line, ears):
    call, token = line
    socket = await listening(call, token)
    for track in ("inbound", "outbound"):
        for _ in range(10):
            await socket.media(track)
    await until(lambda: len(ears.opened) == 2 and all(source.pushed for source in ears.opened))
    caller, person = ears.opened
    caller.queue.put_nowait(HeardUtterance(text="I want to cancel.", began_ms=0, ended_ms=100))
    person.queue.put_nowait(HeardUtterance(text="I am sorry to hear that.", began_ms=60, ended_ms=160))
    await until(lambda: caller.queue.empty() and person.queue.empty())
    assert await socket.receive_nothing(timeout=0.05)
    await socket.disconnect()
    said = await in_rows(lambda: [(line.step, line.data) for line in lines_of("overheard")])
    assert {(step, data["who"], data["text"]) for step, data in said} == {
        ("put", "caller", "I want to cancel."),
        ("put", "person", "I am sorry to hear that."),
    }
    assert {data["stream"] for _, data in said} == {socket.stream_id}
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert (kinds[1], kinds[-1]) == ("listening_began", "listening_ended")
    stream = await in_rows(lambda: Stream.objects.get())
    assert (stream.bidirectional, stream.frames, stream.ended_at is not None) == (False, 20, True)
    facts = await in_rows(lambda: list(StreamEvent.objects.values_list("kind", "listen_order")))
    order = await query(lambda: ListenOrder.objects.get().pk)
    assert facts == [("start", order), ("stop", order)]
    assert not LISTENING
    assert not CARRIED


async def test_words_that_became_final_after_the_close_are_kept_and_the_record_is_made_again(line, ears, monkeypatch):
    rung = []
    monkeypatch.setattr(calls, "ring", rung.append)
    call, token = line
    socket = await listening(call, token)
    for _ in range(10):
        await socket.media()
    await until(lambda: bool(ears.opened) and bool(ears.opened[0].pushed))
    source = ears.opened[0]

    def late():
        source.queue.put_nowait(HeardUtterance(text="Goodbye then.", began_ms=0, ended_ms=100))
        source.queue.put_nowait(END)

    source.finish = late
    await socket.disconnect()
    assert [line.data["text"] for line in await in_rows(lambda: lines_of("overheard"))] == ["Goodbye then."]
    assert rung == [call.pk]


async def test_the_desk_hears_words_before_they_are_final_and_every_line(line, ears, monkeypatch):
    told = []
    monkeypatch.setattr(news, "tell", lambda pk, kind, **what: told.append((kind, what)))
    call, token = line
    socket = await listening(call, token)
    for _ in range(5):
        await socket.media("outbound")
    await until(lambda: bool(ears.opened))
    ears.opened[0].queue.put_nowait(HeardInterim(text="How can"))
    await until(lambda: any(kind == "interim" for kind, _ in told))
    await socket.disconnect()
    assert ("interim", {"who": "person", "text": "How can"}) in told
    assert [kind for kind, _ in told if kind.startswith("listening")] == ["listening_began", "listening_ended"]


async def test_an_ear_at_the_desk_hears_both_tracks(line):
    heard = []
    call, token = line
    detach = hearing.attach(call.pk, lambda track, audio: heard.append((track, audio)))
    socket = await listening(call, token)
    await socket.media("inbound", b"\x01" * 160)
    await socket.media("outbound", b"\x02" * 160)
    await until(lambda: len(heard) == 2)
    detach()
    await socket.media()
    await socket.disconnect()
    assert heard == [("inbound", b"\x01" * 160), ("outbound", b"\x02" * 160)]


async def test_it_closes_when_the_conversation_is_over(line):
    call, token = line
    socket = await listening(call, token)
    await socket.media()
    await until(lambda: bool(LISTENING))
    await query(lambda: ordering.over(Call.objects.get(pk=call.pk), at=datetime.now(UTC)))
    assert await socket.closes() == Close.DONE
    await socket.disconnect()
    assert (await in_rows(lambda: lines_of("listening_ended")))[0].data["why"] == "us"
    connected, code = await Socket(token).connect()
    assert (connected, code) == (False, Close.NO_SUCH_LINE)


async def test_a_stop_of_the_carriers_is_the_carriers_end(line):
    call, token = line
    socket = await listening(call, token)
    await until(lambda: bool(LISTENING))
    await socket.send_to(text_data='{"event": "stop"}')
    assert await socket.closes() == Close.DONE
    await socket.disconnect()
    assert (await in_rows(lambda: lines_of("listening_ended")))[0].data["why"] == "carrier"


async def test_what_was_over_before_anybody_could_ask_closes_too(line, monkeypatch):
    monkeypatch.setattr(news, "ask", lambda *_: None)  # as when the layer was away
    call, token = line
    socket = await listening(call, token)
    await until(lambda: bool(LISTENING))
    await query(lambda: ListenOrder.objects.update(closed_at=datetime.now(UTC)))
    LISTENING[call.call_uuid]._spawn(LISTENING[call.call_uuid]._obey())  # joins again
    assert await socket.closes() == Close.DONE
    await socket.disconnect()


async def test_a_late_word_about_the_stream_before_does_not_end_this_one(line):
    call, token = line
    socket = await listening(call, token)
    await until(lambda: bool(LISTENING))
    news.ask(call.pk, STOP)
    assert await socket.receive_nothing(timeout=0.2)
    await socket.disconnect()


@pytest.mark.parametrize("token", ["nonsense", "0" * 64, "…"])
async def test_a_forged_token_is_refused_before_the_handshake(line, token):
    connected, code = await Socket(token).connect()
    assert (connected, code) == (False, Close.NO_SUCH_LINE)


async def test_a_browser_is_refused(line):
    connected, _ = await Socket(line[1], headers=[(b"origin", b"https://evil.example")]).connect()
    assert not connected


async def test_a_token_of_a_call_does_not_open_the_other_kind_of_socket(line):
    call, token = line
    own = await query(lambda: calls.issue_token(Call.objects.get(pk=call.pk)))
    assert not (await Socket(own).connect())[0]
    other = Socket(token)
    other.scope["path"] = f"/stream/{token}/"
    assert not (await other.connect())[0]


async def test_an_expired_token_is_refused(line):
    await query(lambda: ListenOrder.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert not (await Socket(line[1]).connect())[0]


async def test_a_process_that_carries_as_many_streams_as_it_may_refuses(line, settings):
    settings.MAX_STREAMS_PER_PROCESS = 1
    call, token = line
    socket = await listening(call, token)
    await until(lambda: len(CARRIED) == 1)
    assert not (await Socket(token).connect())[0]
    await socket.disconnect()


async def test_a_start_that_names_another_call_is_closed(line):
    call, token = line
    call.call_uuid = "another-call"
    socket = await listening(call, token)
    assert await socket.closes() == Close.WRONG_CALL
    await socket.disconnect()
    assert await in_rows(Stream.objects.count) == 0


async def test_a_caller_who_takes_consent_back_is_not_listened_to():
    call, token = await query(lambda: ordered(GIVEN, Entry(at=2.0, kind="consent_refused", data={"by": "word"})))
    socket = await listening(call, token)
    assert await socket.closes() == Close.NO_SUCH_LINE
    await socket.disconnect()
    assert await in_rows(StreamEvent.objects.count) == 0


async def test_a_handshake_without_a_start_is_closed(line, monkeypatch):
    monkeypatch.setattr(carrier_socket, "START_WITHIN", 0.05)
    socket = Socket(line[1])
    await socket.connect()
    assert await socket.closes() == Close.NO_START
    await socket.disconnect()


async def test_a_reconnect_goes_on_with_a_stream_and_a_charge_of_its_own(line, ears):
    call, token = line
    first = await listening(call, token)
    await first.media()
    await until(lambda: len(ears.opened) == 1)
    await first.disconnect()
    second = await listening(call, token)
    await second.media()
    await until(lambda: len(ears.opened) == 2)
    await second.disconnect()
    assert await in_rows(lambda: Stream.objects.filter(bidirectional=False).count()) == 2
    assert {line.data["stream"] for line in await in_rows(lambda: lines_of("listening_began"))} == {
        first.stream_id,
        second.stream_id,
    }


async def test_a_second_socket_of_a_conversation_is_refused_and_the_first_goes_on(line):
    call, token = line
    first = await listening(call, token)
    await until(lambda: bool(LISTENING))
    second = await listening(call, token)
    assert await second.closes() == Close.ALREADY_LIVE
    await second.disconnect()
    await first.media()
    await first.disconnect()
    assert (await in_rows(lambda: Stream.objects.get())).frames == 1


async def test_ears_that_break_cost_the_words_and_not_the_stream(line, ears, monkeypatch):
    monkeypatch.setattr(first_ears, "PAUSES", (0.05,))
    monkeypatch.setattr(consumer, "LAST_WORDS_WITHIN", 0.1)
    ears.broken = ("ears",)
    call, token = line
    socket = await listening(call, token)
    for _ in range(10):
        await socket.media()
    await until(lambda: bool(LISTENING))
    await socket.disconnect()
    assert (await in_rows(lambda: Stream.objects.get())).frames == 10
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert {"engine_failed", "listening_ended"} <= {*kinds}
    [lost] = await in_rows(lambda: lines_of("listening_lost"))
    failed = (await in_rows(lambda: lines_of("engine_failed")))[-1].data
    assert (lost.data["why"], failed["stream"]) == (failed["what"], socket.stream_id)
    trouble = await in_rows(lambda: EngineTrouble.objects.get())
    assert (trouble.ability, trouble.last_call_id) == ("ears", call.pk)


async def test_a_flood_is_closed(line):
    call, token = line
    socket = await listening(call, token)
    for _ in range(900):
        await socket.media("inbound", b"\x11" * 20)
    assert await socket.closes() == Close.TOO_FAST
    await socket.disconnect()


async def test_two_tracks_in_real_time_are_no_flood():
    from streams.limits import FrameLimits

    limits = FrameLimits()
    assert all(limits.admit(420, n / 100) is None for n in range(100 * 60))  # both, for a minute


def test_the_last_words_have_time_within_what_the_server_gives():
    from ivrsite.server import CLOSE_WAIT

    assert consumer.LAST_WORDS_WITHIN + consumer.WRITTEN_WITHIN <= CLOSE_WAIT


async def test_a_dead_socket_gives_way_to_the_carriers_next_one_and_its_last_words_are_kept(line, ears):
    call, token = line
    first = await listening(call, token)
    for _ in range(10):
        await first.media()
    await until(lambda: bool(ears.opened) and bool(ears.opened[0].pushed))
    ears.opened[0].queue.put_nowait(HeardUtterance(text="Are you there?", began_ms=0, ended_ms=100))
    LISTENING[call.call_uuid]._heard_at -= 5.0  # nothing came for so long
    second = await listening(call, token)
    for _ in range(10):
        await second.media("outbound")
    await until(lambda: len(ears.opened) == 2)
    for _ in range(100):
        if ended := await in_rows(lambda: lines_of("listening_ended")):
            break
    assert [line.data["stream"] for line in ended] == [first.stream_id]
    assert [line.data["text"] for line in await in_rows(lambda: lines_of("overheard"))] == ["Are you there?"]
    await first.disconnect()
    await second.disconnect()
    assert await in_rows(lambda: Stream.objects.filter(ended_at=None).count()) == 0


async def test_the_carriers_next_socket_waits_until_the_end_of_the_one_before_is_stored(line, ears, monkeypatch):
    call, token = line
    may_store, is_asked = threading.Event(), threading.Event()
    release = ordering.release

    def slow(*args, **how):
        is_asked.set()
        assert may_store.wait(10)
        release(*args, **how)

    monkeypatch.setattr(ordering, "release", slow)
    first = await listening(call, token)
    await first.media()
    await until(lambda: len(ears.opened) == 1)
    leaving = asyncio.create_task(first.disconnect())
    await until(is_asked.is_set)
    second = await listening(call, token)
    assert await second.receive_nothing(timeout=0.05)
    may_store.set()
    await leaving
    await second.media("outbound")
    await until(lambda: len(ears.opened) == 2)
    await second.disconnect()
    assert await in_rows(lambda: Stream.objects.filter(ended_at=None).count()) == 0
