"""A sales call between two synthesized voices, from the script to the carrier's bill, as `make run` makes it.

Real sockets, the offline voices and the offline recogniser; only the prompts of the line are not spoken.
"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache

from flows.demo_sales import STEPS
from flows.models import Destination
from ivrsite.asgi import application
from streams import limits, lines
from streams.billing.charges import charge_call
from streams.event_log import writer
from streams.finalise import finalise
from streams.models import Call, CallEvent, Charge, Utterance
from streams.off_loop import query
from streams.phone import own_site
from streams.phone.accounts import Accounts, Manner
from streams.phone.desk import Desk
from streams.phone.placing import place_call
from streams.phone.profile import DEFAULT
from streams.phone.script import parse
from streams.reconciling import fetching
from tests.builders import flow_of
from tests.streams.asgi_site import AsgiSite
from tests.streams.rows import published

pytestmark = pytest.mark.django_db(transaction=True)

DESK = "+14155550124"
SPEED = 6.0  # of the phone; more of it, and a recogniser on a busy machine would be heard after the fifteen seconds
TALK = """
dial +14155550124 answers after 0.5s
person waits 1s
person says "Hart Tools sales, this is John, how can I help you?"
hears "how can I help you"
says "How much is one of them?"
person hears "how much"
person says "I understand, may I tell you about our warranty?"
waits 1.5s
says "That is too expensive"
person hears "too expensive"
hears "our warranty"
waits 1s
hangs up
"""
AHEAD = Manner(after_seconds=-600.0)  # a call whose time passes faster ends later than now
TIME_TO_OBJECT = 0.3  # seconds after the notice, which are the line's own: they pass no faster than in life
SAID = [
    ("person", "Hart Tools sales, this is John, how can I help you?"),
    ("caller", "How much is one of them?"),
    ("person", "I understand, may I tell you about our warranty?"),
    ("caller", "That is too expensive"),
]


@pytest.fixture
async def site(settings, tmp_path, monkeypatch):
    """The sales line of the demo without its menu, on a port of this process."""
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = own_site.NO_ACCOUNT, "a-token-of-sixteen"
    settings.VAR_DIR, settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = tmp_path, False, ["*"]
    monkeypatch.setattr(lines.prompts, "library", lambda flow, more=(): dict.fromkeys(texts_of(flow, more), b"p" * 800))
    monkeypatch.setattr(limits, "MAX_FRAMES_PER_SECOND", 10_000)  # the phone's time passes faster
    monkeypatch.setattr(limits, "MAX_BYTES_PER_SECOND", 10_000_000)
    lines.version_in_memory.cache_clear()
    cache.clear()
    await query(publish)
    made = AsgiSite(application)
    async with made.open() as port:
        settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
        yield made


def texts_of(flow, more):
    return {text for step in flow.steps.values() for text in step.prompts()} | set(more)


def publish():
    Destination.objects.create(key="sales-desk", name="Sales desk", number=DESK)
    kind, _, put = STEPS["sales"]
    ends = dict.fromkeys(("busy", "no-answer", "failed", "completed"), "bye")
    published(
        flow_of(
            asks=("consent", STEPS["told"][2] | {"seconds": TIME_TO_OBJECT}, {"agreed": "put", "declined": "bye"}),
            put=(kind, put | {"announcement": ""}, ends),
            bye=("hang_up", "Goodbye."),
        )
    )


async def place(settings, script, **profile):
    return await place_call(
        parse(script),
        site=settings.PUBLIC_URL,
        account=own_site.account(),
        profile=replace(DEFAULT, **profile),
        voice=own_site.voice(),
        speed=SPEED,
        book=own_site.book(),
    )


async def overheard(record):
    """What was written down, in the order it came; the last words come after the call."""
    async with asyncio.timeout(30):
        return [line async for line in own_site.overheard(record.call_uuid, every=0.05)]


async def finished():
    """The call's whole record and its charges."""
    writer.flush()
    call = await query(lambda: Call.objects.get())
    await query(lambda: finalise(call.pk))
    await query(lambda: charge_call(call.pk))


def of_streams(statuses=False):
    charges = Charge.objects.current().filter(kind="stream")
    return sorted(charges.values_list("status" if statuses else "step", "amount"))


def read_the_carriers_books(settings):
    with Desk(own_site.account(), print, Accounts(own_site.book(), AHEAD)).open(0) as port:
        settings.PLIVO_API_URL = f"http://127.0.0.1:{port}"
        fetching.read_on(0, datetime.now(UTC) + timedelta(minutes=2))


async def test_both_voices_are_written_down_and_each_stream_is_charged_as_the_carrier_has_it(site, settings):
    record = await place(settings, TALK)
    assert (record.failure, record.violations) == ("", [])
    told = {line.data["text"]: line.data for line in await overheard(record)}
    await finished()
    said = await query(lambda: list(Utterance.objects.filter(step="put").values_list("who", "text")))
    for who in ("caller", "person"):  # the phone's time passes faster than the line's: across voices no order is kept
        assert [text for speaker, text in said if speaker == who] == [text for speaker, text in SAID if speaker == who]
    assert told[SAID[3][1]]["began"] < told[SAID[2][1]]["ended"]  # the caller interrupted
    a_minute = Decimal("0.003")
    assert await query(of_streams) == [("", a_minute), ("put", a_minute)]
    assert not [text for path, text in site.sent if path.startswith("/listen/")]
    await query(lambda: read_the_carriers_books(settings))
    assert await query(lambda: of_streams(statuses=True)) == [("matched", a_minute)] * 2


async def test_callers_are_put_through_when_the_stream_is_refused(site, settings):
    site.refuses = "/listen/"
    record = await place(settings, "dial +14155550124 answers after 0.5s, talks 1s\nends")
    await finished()
    assert [post.form["DialStatus"] for post in record.posts if "DialStatus" in post.form] == ["completed"]
    left_out = await query(lambda: CallEvent.objects.get(kind="listening_left_out"))
    assert left_out.data["why"] == "The carrier could not connect its stream."
    told = await query(lambda: list(Charge.objects.current().filter(step="put").values_list("description", flat=True)))
    assert [what for what in told if "never connected" in what]


async def test_late_and_lost_frames_cost_no_call(site, settings):
    record = await place(settings, TALK, jitter_seconds=0.2, gap_every=400)
    assert record.failure == ""
    assert {line.data["who"] for line in await overheard(record)} == {"caller", "person"}
