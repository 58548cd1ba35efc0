"""A whole call through all its doors: the phone calls, the caller agrees and is put through, both are listened to."""

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.cache import cache

from flows.models import Destination
from ivrsite.asgi import application
from streams import engines, lines
from streams.ai.provider import HeardUtterance
from streams.billing.charges import charge_call
from streams.event_log import writer
from streams.finalise import finalise
from streams.listening.consumer import LISTENING
from streams.models import Call, Stream, Utterance
from streams.off_loop import query
from streams.phone import own_site
from streams.phone.far_end import FarEnd
from streams.phone.placing import place_call
from streams.phone.profile import DEFAULT
from tests.builders import flow_of
from tests.streams.asgi_site import AsgiSite
from tests.streams.listening.ears import TwoEars
from tests.streams.rows import published

pytestmark = pytest.mark.django_db(transaction=True)

DESK = "+14155550123"
NOTICE = "This call is listened to. Press 9 if you do not want that."
SPEED = 10.0


@pytest.fixture(autouse=True)
def ears(monkeypatch):
    made = TwoEars()
    for ability in ("transcriber", "synthesizer", "agent"):
        monkeypatch.setattr(engines, ability, getattr(made, ability))
    monkeypatch.setattr(engines, "ears_to_ask", lambda name="": [name])
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): dict.fromkeys(texts_of(flow, more), b"p" * 800))
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
            asks=("consent", {"notice": NOTICE}, {"agreed": "put", "declined": "bye"}),
            put=("transfer", put, dict.fromkeys(("busy", "no-answer", "failed", "completed"), "bye")),
            bye=("hang_up", "Goodbye."),
        )
    )


async def place(site, settings, *, talks=8.0, **profile):
    from streams.phone.script import parse

    return await place_call(
        parse("ends"),
        site=settings.PUBLIC_URL,
        account=own_site.account(),
        profile=replace(DEFAULT, **profile),
        far_ends={DESK: FarEnd(after=0.5, talks=talks)},
        speed=SPEED,
        book=own_site.book(),
    )


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
    assert record.violations == []
    assert [path.split("/")[1] for path in site.sockets] == ["stream", "listen", "stream"]
    assert not [text for path, text in site.sent if path.startswith("/listen/")]
    streams = await in_rows(lambda: list(Stream.objects.values_list("stream_id", "bidirectional")))
    assert [both for _, both in streams] == [True, False, True]
    assert {name for name, _ in streams} == {one.stream_id for one in record.streamed}
    call = await query(lambda: Call.objects.get())
    await until(lambda: not LISTENING)
    await in_rows(lambda: finalise(call.pk))
    said = await query(lambda: list(Utterance.objects.filter(step="put").values_list("who", "text")))
    assert sorted(said) == [("caller", "I want to cancel."), ("person", "May I ask why?")]
    charges = await query(lambda: [c for c in charge_call(call.pk) if c.kind == "stream"])
    assert {c.source_key for c in charges} == {f"stream:{name}" for name, _ in streams}
    assert [c.step for c in charges if c.description.startswith("Listening")] == ["put"]
    assert {c.amount for c in charges} == {Decimal("0.003")}
