import asyncio
import json

import pytest

from streams import calls
from streams.desk import audit, ear, hearing
from streams.desk.browser_socket import SIGNED_OUT
from streams.limits import Close
from streams.models import Call, DeskAct
from streams.models.sharing import CannotBeChanged
from streams.off_loop import query
from tests.streams.desk.at_the_desk import OURS, Browser, signed_in
from tests.streams.test_consumer import begun, line, scripted  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def here(settings, monkeypatch):
    settings.PUBLIC_URL = OURS
    monkeypatch.setattr(ear, "CHECK_EVERY", 0.1)


async def listening(call, role="supervisor", **more):
    _, cookie = await query(lambda: signed_in(role))
    browser = Browser(cookie, f"/desk/listen/{call.pk}/", **more)
    await browser.connect()
    return browser


async def sound(browser, track):
    """The next sound of this track: 0 the caller, 1 the line."""
    async with asyncio.timeout(5):
        while (heard := await browser.receive_from(timeout=5))[0] != track:
            pass
    return heard[1:]


async def attached():
    async with asyncio.timeout(5):
        while not hearing.EARS:  # noqa: ASYNC110 (the application says nothing when it is ready)
            await asyncio.sleep(0.01)


async def acts():
    return await query(lambda: list(DeskAct.objects.order_by("pk").values_list("done_by", "act", "call_named")))


async def test_a_supervisor_hears_the_caller_and_the_line_and_it_is_kept(line):  # noqa: F811
    call, _ = line
    carrier = await begun(line)
    browser = await listening(call)
    await attached()
    assert await acts() == [("sue", audit.LISTENS, call.call_uuid)]  # before the first sound
    await carrier.media(b"\x12" * 160)
    assert await sound(browser, 0) == b"\x12" * 160
    await carrier.press("1")  # the menu falls silent, and the goodbye is said
    assert await sound(browser, 1) == b""
    assert set(await sound(browser, 1)) == {ord("p")}
    await browser.disconnect()
    assert [act for _, act, _ in await acts()] == [audit.LISTENS, audit.LISTENED]
    assert hearing.EARS == {}
    await carrier.disconnect()


async def test_who_may_only_watch_hears_nothing_and_no_act_is_kept(line):  # noqa: F811
    carrier = await begun(line)
    browser = await listening(line[0], "operations viewer")
    assert await browser.closes() == SIGNED_OUT
    assert (await acts(), hearing.EARS) == ([], {})
    await carrier.disconnect()


async def test_a_page_of_another_site_hears_nothing(line):  # noqa: F811
    _, cookie = await query(lambda: signed_in("supervisor"))
    browser = Browser(cookie, f"/desk/listen/{line[0].pk}/", origin="https://evil.example")
    assert await browser.connect() == (False, Close.NO_SUCH_LINE)


async def test_a_call_of_another_process_is_heard_there(line, settings):  # noqa: F811
    settings.PROCESS_PATH = "/web8001"
    carrier = await begun(line)
    assert await query(lambda: Call.objects.get().process) == "/web8001"
    settings.PROCESS_PATH = "/web8002"
    assert await (await listening(line[0])).closes() == ear.ELSEWHERE
    await carrier.disconnect()


async def test_a_call_that_is_over_cannot_be_heard_and_one_that_ends_is_let_go(line):  # noqa: F811
    call, _ = line
    carrier = await begun(line)
    browser = await listening(call)
    await attached()
    await query(lambda: calls.call_ended(call.call_uuid, by="hangup", at=call.began_at))
    assert await browser.closes() == ear.OVER
    await browser.disconnect()
    again = Browser("sessionid=none", f"/desk/listen/{call.pk}/")
    await again.connect()
    assert await again.closes() == SIGNED_OUT
    await carrier.disconnect()


async def test_a_browser_that_is_behind_misses_sound_and_nothing_waits_for_it(line, monkeypatch):  # noqa: F811
    monkeypatch.setattr(ear, "MOST_ON_THEIR_WAY", 2)
    carrier = await begun(line)
    browser = await listening(line[0])
    await attached()
    detach = hearing.attach(line[0].pk, lambda *_: None)
    for n in range(4):
        hearing.heard(line[0].pk, hearing.INBOUND, bytes([n]))
    assert [await sound(browser, 0), await sound(browser, 0)] == [b"\x00", b"\x01"]
    assert await browser.receive_nothing(0.2)
    await browser.send_to(text_data=json.dumps({"seen": 2}))
    await asyncio.sleep(0)
    async with asyncio.timeout(5):
        while await browser.receive_nothing(0.02):
            hearing.heard(line[0].pk, hearing.INBOUND, b"\x09")
    assert await sound(browser, 0) == b"\x09"
    detach()
    await browser.disconnect()
    await carrier.disconnect()


async def test_what_cannot_be_kept_is_not_heard(line, monkeypatch):  # noqa: F811
    from django.db import OperationalError

    def away(*_, **__):
        raise OperationalError("away")

    carrier = await begun(line)
    monkeypatch.setattr(audit, "note", away)
    assert await (await listening(line[0])).closes() == Close.OUR_MISTAKE
    assert hearing.EARS == {}
    await carrier.disconnect()


async def test_nobody_changes_what_was_done(line):  # noqa: F811
    user, _ = await query(lambda: signed_in("supervisor"))
    kept = await query(lambda: audit.note(user, line[0], audit.LISTENS))
    with pytest.raises(CannotBeChanged):
        await query(kept.save)
    with pytest.raises(CannotBeChanged):
        await query(kept.delete)
    with pytest.raises(CannotBeChanged):
        await query(lambda: DeskAct.objects.update(done_by="somebody"))
    with pytest.raises(CannotBeChanged):
        await query(lambda: DeskAct.objects.all().delete())
