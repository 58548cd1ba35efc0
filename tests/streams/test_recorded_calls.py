"""Calls that are recorded, through the carrier's socket into the database."""

from dataclasses import replace

import pytest

from flows.engine.recording import NOT_RECORDED, NOTICE, OBJECTING, Recording, texts
from streams import lines, notice, recordings, tape
from streams.finalise import finalise
from streams.models import CallEvent, CallRecording, CallSummary, Utterance
from streams.notice import HEARD, REFUSED, UNPROVEN
from streams.off_loop import query
from tests.streams.recorded import sound
from tests.streams.rows import published, ringing
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_consumer import Socket, in_rows, scripted, small_flow, texts_of

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["scripted"]  # a fixture

SPEECH = sound(3, 1.0)


@pytest.fixture
def line(scripted: ScriptedEngines, monkeypatch):
    monkeypatch.setattr(notice, "PAUSE_MS", 100)
    flow = replace(small_flow(), recording=Recording())
    made = dict.fromkeys([*texts(flow), *texts_of(flow, (NOT_RECORDED,))], b"p" * 800)
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): made)
    published(flow)
    return ringing()


async def opened(line):
    call, token = line
    socket = Socket(token)
    assert (await socket.connect())[0]
    await socket.start(call)
    return socket


async def talks(socket):
    for begin in range(0, len(SPEECH), 160):
        await socket.media(SPEECH[begin : begin + 160])


async def until(socket, texts_said):
    """Acknowledge what is said until the log has a prompt of these texts."""
    while not await in_rows(lambda: CallEvent.objects.filter(kind="prompt_started", data__texts=texts_said).exists()):
        await socket.hears("checkpoint")


async def stored():
    return await query(lambda: tape.writer.flush() and CallRecording.objects.first())


def kinds():
    return list(CallEvent.objects.values_list("kind", flat=True))


async def test_a_call_is_recorded_from_when_its_notice_was_heard(line):
    socket = await opened(line)
    await talks(socket)  # before the notice was heard
    await until(socket, ["Billing is 1."])
    await talks(socket)
    await socket.disconnect()
    recording = await stored()
    told = await in_rows(lambda: CallEvent.objects.get(kind=HEARD))
    assert abs(recording.begins_at - told.at) < 0.05
    caller, _ = await query(lambda: recordings.tracks(recording))
    assert caller.count(SPEECH[:400]) == caller.count(SPEECH[-400:]) == 1
    assert await query(recordings.unproven) == []


async def test_a_reconnect_goes_on_recording_without_saying_the_notice_again(line):
    socket = await opened(line)
    await until(socket, ["Billing is 1."])
    await socket.disconnect()
    socket = await opened(line)
    await talks(socket)
    await socket.disconnect()
    recording = await stored()
    assert SPEECH[:400] in (await query(lambda: recordings.tracks(recording)))[0]
    said = await in_rows(lambda: CallEvent.objects.filter(data__texts=[NOTICE, OBJECTING]).count())
    assert said == 1


async def test_hanging_up_in_the_notice_leaves_no_recording_and_no_words(line):
    socket = await opened(line)
    await talks(socket)
    await socket.disconnect()
    assert await stored() is None
    assert not {HEARD, REFUSED, UNPROVEN} & set(await in_rows(kinds))


async def test_an_objection_leaves_no_recording_and_no_words(line):
    socket = await opened(line)
    await socket.press("9")
    await until(socket, ["Billing is 1."])
    await talks(socket)
    await socket.disconnect()
    assert await stored() is None
    assert REFUSED in await in_rows(kinds)

    def finished():
        call = CallEvent.objects.first().call
        call.ended_at = call.began_at.replace(year=2090)
        call.save()
        return finalise(call.pk, now=call.ended_at.replace(year=2091))

    await query(finished)
    assert await query(Utterance.objects.count) == 0
    assert (await query(CallSummary.objects.get)).text == "What was said is not kept."


async def test_a_slow_database_does_not_hold_up_frames(line, monkeypatch):
    """The recording waits on a thread of its own; the socket goes on."""
    import threading

    may_store = threading.Event()
    monkeypatch.setattr(tape, "store", lambda *a, **k: may_store.wait(5))
    socket = await opened(line)
    await until(socket, ["Billing is 1."])
    for _ in range(12):
        await talks(socket)
    await socket.press("1")
    await until(socket, ["Goodbye."])
    may_store.set()
    await socket.disconnect()
