"""Acts by the desk's socket, done on a call's own socket: from the button to the carrier, and what is kept of it."""

import pytest
from django.db import OperationalError

from flows.models import Destination
from streams.desk import acting, acts, audit, consumer, news
from streams.directing import DESK, END, ENDED, SEND
from streams.limits import Close
from streams.models import Call, DeskAct
from streams.off_loop import query
from tests.builders import flow_of
from tests.streams.desk.at_the_desk import OURS, seated
from tests.streams.rows import published, ringing
from tests.streams.test_consumer import begun, in_rows, line, scripted  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.PUBLIC_URL = OURS
    monkeypatch.setattr(consumer, "LOOK_EVERY", 0.3)
    monkeypatch.setattr(news, "_sender", news.Sender())
    monkeypatch.setattr(acting, "TAKEN_WITHIN", 2.0)


def kept():
    return [(row.done_by, row.act, row.data) for row in DeskAct.objects.order_by("pk")]


def a_place():
    return Destination.objects.create(key="support", name="Support", number="+14155550123")


async def test_a_caller_in_a_menu_is_sent_to_a_person(line):  # noqa: F811
    call, _ = line
    await query(a_place)
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(do=SEND, call=call.pk, to="support")
    assert (await browser.told("act_done"))["act"] == SEND
    assert await carrier.closes() == Close.DONE
    row = await in_rows(lambda: Call.objects.get())
    assert (row.pending["destination"], row.pending["by"], row.state["step"]) == ("support", DESK, "main")
    assert [(act, data) for _, act, data in await query(kept)] == [
        (SEND, {"destination": "support"}),
        (audit.CAME, {"of": SEND, "done": True, "sentence": ""}),
    ]
    await carrier.disconnect()
    await browser.disconnect()


async def test_a_caller_who_talks_with_an_agent_is_sent_to_a_person(scripted):  # noqa: F811
    await query(lambda: published(flow_of(talk=("agent", {}, "bye"), bye=("hang_up", "Bye."))))
    await query(a_place)
    line = await query(ringing)  # noqa: F811
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(do=SEND, call=line[0].pk, to="support")
    await browser.told("act_done")
    assert await carrier.closes() == Close.DONE
    assert (await in_rows(lambda: Call.objects.get())).pending["by"] == DESK
    await carrier.disconnect()
    await browser.disconnect()


async def test_a_call_is_ended_politely(line):  # noqa: F811
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(do=END, call=line[0].pk)
    await browser.told("act_done", act=END)
    await browser.asks(do=END, call=line[0].pk)  # a second press
    assert "on the way out" in (await browser.told("act_failed"))["sentence"]
    assert await carrier.closes() == Close.DONE
    assert (await in_rows(lambda: Call.objects.get())).pending == {"do": "hangup", "reason": ENDED}
    await carrier.disconnect()
    await browser.disconnect()


async def test_without_the_permission_nothing_happens_and_the_try_is_kept(line):  # noqa: F811
    browser, user = await seated("operations viewer")
    carrier = await begun(line)
    await browser.asks(do=END, call=line[0].pk)
    assert (await browser.told("act_failed"))["sentence"] == acts.MAY_NOT
    assert await query(kept) == [(user.username, audit.REFUSED, {"wanted": END})]
    await carrier.press("1")
    await carrier.hears("playAudio")  # the call goes on
    await carrier.disconnect()
    await browser.disconnect()


async def test_an_act_that_no_process_takes_is_told_as_failed(line, monkeypatch):  # noqa: F811
    monkeypatch.setattr(acting, "TAKEN_WITHIN", 0.05)
    browser, _ = await seated("supervisor")
    await browser.asks(do=END, call=line[0].pk)  # it rings, and has no stream yet
    assert (await browser.told("act_failed"))["sentence"] == acting.NOBODY
    assert (await query(kept))[-1][1:] == (audit.CAME, {"of": END, "done": False, "sentence": acting.NOBODY})
    await browser.disconnect()


async def test_an_act_reaches_the_one_call_it_is_meant_for(line):  # noqa: F811
    other = await query(lambda: ringing("0d5e2f9e-7f3a-4f0e-b0a7-1f0f4a0f6c11"))
    browser, _ = await seated("supervisor")
    carrier, another = await begun(line), await begun(other)
    await browser.asks(do=END, call=line[0].pk)
    assert await carrier.closes() == Close.DONE
    await another.press("1")
    await another.hears("playAudio")
    for socket in (carrier, another, browser):
        await socket.disconnect()


async def test_what_was_done_is_not_called_undone_when_it_cannot_be_kept(line, monkeypatch):  # noqa: F811
    def away(*_):
        raise OperationalError("away")

    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    monkeypatch.setattr(audit, "came_of", away)
    await browser.asks(do=END, call=line[0].pk)
    await browser.told("act_done", act=END)
    await carrier.disconnect()
    await browser.disconnect()


@pytest.mark.parametrize(
    ("broken", "said"),
    [(TimeoutError(), acting.NOT_KNOWN), (KeyError("odd"), acting.BROKE), (OperationalError("away"), acting.AWAY)],
)
async def test_whatever_breaks_the_supervisor_is_told_what_is_known_of_it(line, monkeypatch, broken, said):  # noqa: F811
    def breaks(*_, **__):
        raise broken

    monkeypatch.setattr(acts, "begin", breaks)
    browser, _ = await seated("supervisor")
    await browser.asks(do=END, call=line[0].pk)
    assert (await browser.told("act_failed"))["sentence"] == said
    await browser.disconnect()
