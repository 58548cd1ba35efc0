"""A whole call through all its doors: the phone calls, the caller agrees and is put through, both are listened to."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.cache import cache

from flows.models import Destination
from ivrsite.asgi import application
from streams import engines, limits, lines
from streams.ai.provider import HeardUtterance
from streams.billing.charges import charge_call
from streams.carrier_socket import CARRIED
from streams.carriers.plivo_api import Account
from streams.carriers.plivo_records import Books
from streams.event_log import writer
from streams.finalise import finalise
from streams.listening import ordering
from streams.models import Call, CallEvent, CallSummary, CarrierRecord, Stream, Utterance
from streams.off_loop import query
from streams.phone import own_site
from streams.phone.accounts import Accounts, Manner
from streams.phone.callers import ScriptedCaller
from streams.phone.desk import Desk
from streams.phone.far_end import FarEnd
from streams.phone.placing import place_call
from streams.phone.profile import DEFAULT
from streams.phone.script import parse
from streams.reconciling import taking_in
from streams.reconciling.account import UTC
from tests.builders import flow_of
from tests.streams.asgi_site import AsgiSite
from tests.streams.listening.ears import TwoEars
from tests.streams.rows import published

pytestmark = pytest.mark.django_db(transaction=True)

DESK = "+14155550123"
NOTICE = "May we listen to this call? Press 1 for yes, 2 for no."
SPEED = 10.0


@pytest.fixture(autouse=True)
def ears(monkeypatch):
    made = TwoEars()
    for ability in ("transcriber", "synthesizer", "agent"):
        monkeypatch.setattr(engines, ability, getattr(made, ability))
    monkeypatch.setattr(engines, "ears_to_ask", lambda name="": [name])
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): dict.fromkeys(texts_of(flow, more), b"p" * 800))
    for name in ("MAX_FRAMES_PER_SECOND", "MAX_BYTES_PER_SECOND"):
        monkeypatch.setattr(limits, name, getattr(limits, name) * SPEED)
    lines.version_in_memory.cache_clear()
    cache.clear()
    return made


def texts_of(flow, more):
    return {text for step in flow.steps.values() for text in step.prompts()} | set(more)


@pytest.fixture
async def site(settings, tmp_path):
    settings.PLIVO_AUTH_TOKEN, settings.VAR_DIR = "a-token-of-sixteen", tmp_path
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = False, ["*"]
    made = AsgiSite(application)
    async with made.open() as port:
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        yield made


@pytest.fixture
def line(db):
    Destination.objects.create(key="desk", name="Desk", number=DESK)
    put = {"destination": "desk", "announcement": "", "listens": True}
    return published(
        flow_of(
            asks=("consent", {"notice": NOTICE, "mode": "asked"}, {"agreed": "put", "declined": "bye"}),
            put=("transfer", put, dict.fromkeys(("busy", "no-answer", "failed", "completed"), "bye")),
            bye=("hang_up", "Goodbye."),
        )
    )


async def place(site, settings, *, talks=8.0, **profile):
    return await place_call(
        parse("hears speech\npresses 1\nends"),
        site=settings.PUBLIC_URL,
        account=own_site.account(),
        profile=replace(DEFAULT, **profile),
        far_ends={DESK: FarEnd(after=0.5, talks=talks)},
        speed=SPEED,
        book=own_site.book(),
    )


def kinds_of(sockets):
    return [path.split("/")[1] for path in sockets]


async def finished():
    """The call, once its record is whole."""
    await until(lambda: not CARRIED)
    call = await in_rows(lambda: Call.objects.get())
    await until_written()
    await in_rows(lambda: finalise(call.pk))
    return call


async def until_written():
    def count(kind):
        return CallEvent.objects.filter(kind=kind).count()

    for _ in range(300):
        if await in_rows(lambda: count("listening_began") == count("listening_ended")):
            return
    raise AssertionError("Last words were awaited for too long.")


async def until(met):
    for _ in range(1000):
        if met():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("It did not happen within ten seconds.")


async def in_rows(work):
    writer.flush()
    return await query(work)


async def speak(ears):
    """Both say something while they are listened to."""
    await until(lambda: len(ears.opened) >= 2 and all(source.pushed for source in ears.opened[:2]))
    for source, text in zip(ears.opened, ("I want to cancel.", "May I ask why?"), strict=False):
        source.queue.put_nowait(HeardUtterance(text=text, confidence=0.9, began_ms=0, ended_ms=80))


async def test_both_are_written_down_two_streams_are_charged_and_the_carriers_book_has_both(site, settings, line, ears):
    talking = asyncio.create_task(speak(ears))
    record = await place(site, settings)
    await talking
    assert record.violations == []  # above all, never two streams at a time
    assert kinds_of(site.sockets) == ["stream", "listen", "stream"]
    assert not [text for path, text in site.sent if path.startswith("/listen/")]
    call = await finished()
    streams = await query(lambda: list(Stream.objects.values_list("stream_id", "bidirectional")))
    assert [both for _, both in streams] == [True, False, True]
    assert [(one.stream_id, one.bidirectional) for one in own_site.book().streams_of(call.call_uuid)] == streams
    said = await query(lambda: list(Utterance.objects.filter(step="put").values_list("who", "text")))
    assert sorted(said) == [("caller", "I want to cancel."), ("person", "May I ask why?")]
    charges = await query(lambda: [c for c in charge_call(call.pk) if c.kind == "stream"])
    assert {c.source_key for c in charges} == {f"stream:{name}" for name, _ in streams}
    assert [c.step for c in charges if c.description.startswith("Listening")] == ["put"]
    assert {c.amount for c in charges} == {Decimal("0.003")}
    await query(lambda: read_the_carriers_book(call))
    charges = await query(lambda: [c for c in charge_call(call.pk) if c.kind == "stream"])
    assert [c.status for c in charges] == ["matched"] * 3
    assert await query(lambda: CarrierRecord.objects.filter(kind="stream").count()) == 3
    summary = await query(lambda: CallSummary.objects.get().text)
    assert "I want to cancel." in summary


def read_the_carriers_book(call):
    """As after each call; the phone's time runs ahead of ours."""
    ours, carrier = own_site.account(), Accounts(own_site.book(), Manner(after_seconds=-3600.0))
    with (
        Desk(ours, print, carrier).open(0) as port,
        Account(ours.auth_id, ours.token, home=f"http://127.0.0.1:{port}") as account,
    ):
        assert taking_in.call(Books(account, UTC), call.call_uuid, call.began_at.date())


async def test_a_listening_stream_that_is_refused_costs_nobody_the_call(site, settings, line):
    site.refuses = "/listen/"
    record = await place(site, settings, talks=3.0)
    assert (record.ending, kinds_of(site.sockets)) == ("transferred", ["stream", "stream"])
    await finished()
    left_out = await query(lambda: CallEvent.objects.get(kind="listening_left_out").data["why"])
    assert left_out == ordering.NEVER_CONNECTED
    assert "transfer_finished" in await query(lambda: list(CallEvent.objects.values_list("kind", flat=True)))


async def test_a_stream_that_breaks_off_is_taken_up_again_and_each_is_charged(site, settings, line, ears):
    async def breaks():
        await until(lambda: len(ears.opened) == 2 and all(source.pushed for source in ears.opened))
        site.connections[-1].transport.abort()
        await until(lambda: len(ears.opened) == 4)

    breaking = asyncio.create_task(breaks())
    record = await place(site, settings, talks=20.0, on_drop="reconnect", status_out_of_order=True)
    await breaking
    assert record.violations == []
    assert kinds_of(site.sockets)[:3] == ["stream", "listen", "listen"]
    call = await finished()
    charges = await query(lambda: [c for c in charge_call(call.pk) if c.step == "put" and c.kind == "stream"])
    assert len(charges) == 2


async def test_a_caller_who_hangs_up_in_mid_conversation_ends_it_all(site, settings, line, ears):
    async def leaves(handset):
        await ScriptedCaller(parse("hears speech\npresses 1"))(handset)
        await until(lambda: len(ears.opened) == 2)
        handset.hang_up()

    record = await place_call(
        leaves,
        site=settings.PUBLIC_URL,
        account=own_site.account(),
        far_ends={DESK: FarEnd(after=0.5, talks=600.0)},
        speed=SPEED,
    )
    assert record.violations == []
    await finished()
    assert await query(lambda: Stream.objects.filter(ended_at=None).count()) == 0
    assert await query(lambda: CallEvent.objects.get(kind="listening_ended").data["why"]) == "carrier"
    assert await query(lambda: Call.objects.get().status) == "finished"
