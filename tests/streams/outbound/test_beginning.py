"""A call of a list on its socket: first words, what the list knows, the key that ends it, and machines."""

import asyncio
from datetime import UTC, datetime

import pytest

from flows.engine.snapshot import dump_state
from flows.engine.step import State
from flows.models import PhoneNumber
from streams import calls, lines, opt_out
from streams.desk import news
from streams.models import Call, Callee, CallEvent, CallList, DoNotCall, OutboundAttempt
from streams.off_loop import query
from streams.outbound import beginning
from tests.builders import flow_of
from tests.streams.rows import published
from tests.streams.test_consumer import Socket, in_rows, scripted

pytestmark = pytest.mark.django_db(transaction=True)
__all__ = ["scripted"]  # a fixture
THEM, OURS = "+14155550142", "+14155550199"
UUID = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10"


@pytest.fixture
def rings(scripted, monkeypatch):
    """A call of a list that was answered with a stream, and the token of that stream."""
    monkeypatch.setattr(opt_out, "PAUSE_MS", 100)
    everything = type("Everything", (dict,), {"get": lambda self, text, usual=b"": b"p" * 800})()
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): everything)
    start = ("call_out", {"known": [{"answer": "name", "otherwise": ""}]}, {"next": "menu", "machine": "bye"})
    menu = ("menu", {"prompt": "Hello [name]. Press 1.", "speech": False}, {"1": "bye", ...: "bye"})
    version = published(flow_of(start=start, menu=menu, bye=("hang_up", "Goodbye.")), number=OURS)
    ours = PhoneNumber.objects.get()
    made = CallList.objects.create(name="L", flow=version.flow, ours=ours, company="Hart Tools", state="running")
    callee = Callee.objects.create(call_list=made, number=THEM, name="Ann", state="calling")
    call = calls.open_call(
        call_uuid=UUID, caller=OURS, called=THEM, direction="outbound", at=datetime.now(UTC), version=version
    )
    call.state = dump_state(State(answers=beginning.answers(callee)))
    call.save()
    OutboundAttempt.objects.create(callee=callee, number=THEM, call=call, result="answered")
    return call, calls.issue_token(call)


async def opened(rings):
    call, token = rings
    socket = Socket(token)
    assert (await socket.connect())[0]
    await socket.start(call)
    return socket


async def until(kind, socket=None, **data):
    about = {f"data__{name}": value for name, value in data.items()}
    while not await in_rows(lambda: CallEvent.objects.filter(kind=kind, **about).exists()):
        if socket is not None:
            await socket.hears("checkpoint")
        await asyncio.sleep(0)


WORDS = ["This is an automated call from Hart Tools.", "To get no more calls, press 9."]


async def test_they_hear_who_calls_and_then_the_flow_with_their_name(rings):
    socket = await opened(rings)
    await until("prompt_started", texts=WORDS)
    await until("prompt_started", socket, texts=["Hello", "Ann", "Press 1."])
    await socket.disconnect()
    kinds = await in_rows(lambda: list(CallEvent.objects.values_list("kind", flat=True)))
    assert kinds.index("prompt_heard") < kinds.index("answered") < kinds.index("entered")


async def test_the_key_keeps_their_number_and_ends_the_call(rings):
    socket = await opened(rings)
    await until("prompt_started", texts=WORDS)
    await socket.press("9")
    await socket.closes()
    await socket.disconnect()
    row = await in_rows(lambda: DoNotCall.objects.get())
    assert (row.number, row.on_call) == (THEM, True)
    callee = await query(lambda: Callee.objects.get())
    assert callee.state == "opted-out"
    assert (await query(lambda: Call.objects.get())).pending["do"] == "hangup"


async def test_a_machine_is_told_its_message_from_whatever_process_hears_of_it(rings, monkeypatch):
    monkeypatch.setattr(opt_out, "QUIET_FOR", 0.0)
    socket = await opened(rings)
    await until("prompt_started", socket, texts=["Hello", "Ann", "Press 1."])
    for round_of_audio in range(1000):
        if round_of_audio % 50 == 0:  # again, where the process was only about to listen
            news.ask(rings[0].pk, "machine")
        await socket.media()
        if await in_rows(lambda: CallEvent.objects.filter(kind="left", data__outcome="machine").exists()):
            break
    await until("prompt_started", texts=["Goodbye."])
    await socket.disconnect()


def test_earlier_calls_and_numbers_are_those_of_who_is_called(rings):
    call, _ = rings
    before = calls.open_call(
        call_uuid="earlier", caller=OURS, called=THEM, direction="outbound", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    Call.objects.filter(pk=before.pk).update(answered_at=before.began_at)
    first = lines._first_event(call, State(), {}, datetime.now(UTC))
    assert (first.caller, first.called, first.earlier_calls) == (THEM, OURS, 1)
    assert "•••" in str(call)
    assert THEM not in str(call)
