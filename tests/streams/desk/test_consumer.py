import asyncio
from contextlib import contextmanager
from dataclasses import replace

import pytest
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction

from streams.desk import consumer, news, opened, window
from streams.desk.board import Board
from streams.event_log import Entry, append
from streams.limits import Close
from streams.models import Call, FlowSwitch
from streams.off_loop import query
from tests.builders import flow_of
from tests.streams.desk.at_the_desk import OURS, Browser, application, seated, signed_in
from tests.streams.rows import published, ringing
from tests.streams.test_consumer import begun, line, scripted  # noqa: F401  (fixtures)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick(settings, monkeypatch):
    settings.PUBLIC_URL = OURS
    monkeypatch.setattr(consumer, "LOOK_EVERY", 0.1)
    monkeypatch.setattr(consumer, "LOOK_AFTER", 0.03)
    monkeypatch.setattr(consumer, "CHECK_EVERY", 0.05)
    monkeypatch.setattr("streams.desk.board.APART", 0.02)
    monkeypatch.setattr(news, "_sender", news.Sender())


async def test_a_call_appears_moves_and_is_over_while_the_desk_looks_on(line):  # noqa: F811
    browser, _ = await seated("supervisor")
    whole = await browser.told("whole")
    assert [(row["doing"], row["step"]) for row in whole["calls"]] == [("rings", "")]
    carrier = await begun(line)
    row = await browser.row(lambda row: row["step"] == "Main menu")
    assert (row["flow"], row["version"], row["caller"]) == ("Small line", "version 1", "••••••••0142")
    assert row["cost"] == "0.850 ¢"  # a minute of a stream, and one of the call
    await carrier.press("1")
    await browser.row(lambda row: row["step"] == "Goodbye")
    await carrier.closes()
    await carrier.disconnect()
    await browser.disconnect()


async def test_an_open_call_is_told_line_by_line(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(open=call.pk)
    opened_ = await browser.told("opened")
    assert {step["name"] for step in opened_["drawing"]["steps"]} == {"Main menu", "Goodbye"}
    await carrier.press("1")
    rows = await browser.says(lambda row: row["text"] == "Billing → goes to Goodbye")
    assert [(row["who"], row["text"]) for row in rows] == [
        ("the call", "is answered"),
        ("Main menu", "says “Billing is 1.”"),
        ("caller", "presses •"),
        ("Main menu", "Billing → goes to Goodbye"),
        ("Goodbye", "says “Goodbye.”"),
    ]
    await carrier.disconnect()
    await browser.disconnect()


async def test_moves_on_the_map_are_told_once(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.row(lambda row: row["step"] == "Main menu")  # it is stored
    await browser.asks(open=call.pk)
    moves = (await browser.told("opened"))["moves"]
    await carrier.press("1")
    while moves[-1]["name"] != "Goodbye":
        moves += (await browser.told("said"))["moves"]
    assert [(move["kind"], move["name"]) for move in moves] == [
        *(("answered", ""), ("entered", "Main menu")),
        *(("left", "Main menu"), ("entered", "Goodbye")),
    ]
    await carrier.disconnect()
    await browser.disconnect()


async def test_words_reach_the_desk_and_words_that_are_not_final_yet(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(open=call.pk)
    await browser.told("opened")
    await query(lambda: append(call.pk, [Entry(at=2.0, kind="consent_given", data={"by": "key"})]))
    await browser.asks(open=call.pk)
    await browser.told("opened")
    news.tell(call.pk, opened.INTERIM, who="caller", text="my card is 4111 1111")
    assert (await browser.told("interim"))["text"] == "my card is •••"
    news.tell(call.pk, "agent_heard", step="main", at=3.0, text="my number is 555 0142 1234")
    await browser.says(lambda row: row["text"] == "“my number is •••”")
    await carrier.disconnect()
    await browser.disconnect()


async def test_who_has_not_agreed_is_not_overheard_at_the_desk_either(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    carrier = await begun(line)
    await browser.asks(open=call.pk)
    await browser.told("opened")
    news.tell(call.pk, opened.INTERIM, who="caller", text="secret words")
    news.tell(call.pk, "overheard", step="main", at=2.5, who="caller", text="secret words")
    news.tell(call.pk, "agent_heard", step="main", at=3.0, text="told to us")
    rows = await browser.says(lambda row: row["text"] == "“told to us”")
    assert "secret words" not in str(rows)
    await carrier.disconnect()
    await browser.disconnect()


async def test_who_may_not_read_words_is_shown_none(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("billing")
    assert await browser.closes() == consumer.SIGNED_OUT  # nobody let them watch
    user, cookie = await query(lambda: _watching_only())
    browser = Browser(cookie)
    await browser.connect()
    carrier = await begun(line)
    await browser.asks(open=call.pk)
    first = await browser.told("opened")
    assert first["why_no_words"] == opened.MAY_NOT_READ
    news.tell(call.pk, opened.INTERIM, who="caller", text="secret words")
    news.tell(call.pk, "agent_heard", step="main", at=3.0, text="secret words")
    rows = await browser.says(lambda row: row["who"] == "caller")
    assert "secret words" not in str(rows)
    assert [row["text"] for row in rows if row["who"] == "caller"] == [opened.WORDS_HIDDEN]
    assert (await browser.row(lambda row: True))["cost"] == ""
    await carrier.disconnect()
    await browser.disconnect()


def _watching_only():
    user, cookie = signed_in(username="wim")
    user.user_permissions.add(Permission.objects.get(codename="watch_calls"))
    return user, cookie


async def test_a_flow_that_keeps_no_words_shows_none(scripted):  # noqa: F811
    flow = flow_of(main=("menu", "Billing is 1.", {"1": "bye", ...: "bye"}), bye=("hang_up", "Bye."))
    await query(lambda: published(replace(flow, keeps_transcripts=False)))
    line_ = await query(ringing)  # noqa: F811
    carrier = await begun(line_)
    browser, _ = await seated("supervisor")
    await browser.asks(open=line_[0].pk)
    assert (await browser.told("opened"))["why_no_words"] == opened.NOT_KEPT
    await carrier.disconnect()
    await browser.disconnect()


async def test_news_never_holds_a_key_nor_what_was_typed(scripted, monkeypatch):  # noqa: F811
    told = []
    monkeypatch.setattr(news, "tell", lambda pk, kind, **what: told.append((kind, what)))
    pin = {"prompt": "Your PIN, please.", "answer": "pin", "fewest": 4, "most": 4, "do_not_keep": True}
    await query(lambda: published(flow_of(pin=("collect_digits", pin, "bye"), bye=("hang_up", "Bye."))))
    carrier = await begun(await query(ringing))
    for digit in "7392":
        await carrier.press(digit)
    await carrier.closes()
    await carrier.disconnect()
    kinds = [kind for kind, _ in told]
    assert kinds.count("key") == 4 and "left" in kinds  # noqa: PT018
    assert not any(set("7392") & set(str(what | {"at": 0})) for kind, what in told if kind == "key")
    assert "7392" not in str(told) and "answer" not in kinds  # noqa: PT018


# --- Who may look, and for how long ------------------------------------------------------------------------------


async def test_a_page_of_another_site_is_refused(line):  # noqa: F811
    _, cookie = await query(lambda: signed_in("supervisor"))
    connected, code = await Browser(cookie, origin="https://evil.example").connect()
    assert (connected, code) == (False, Close.NO_SUCH_LINE)
    connected, code = await WebsocketCommunicator(application, "/desk/", [(b"cookie", cookie.encode())]).connect()
    assert (connected, code) == (False, Close.NO_SUCH_LINE)


async def test_nobody_looks_on_unless_signed_in(line):  # noqa: F811
    browser = Browser("sessionid=made-up")
    await browser.connect()
    assert await browser.closes() == consumer.SIGNED_OUT


async def test_who_signs_out_is_shown_nothing_more(line):  # noqa: F811
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    await query(Session.objects.all().delete)
    assert await browser.closes() == consumer.SIGNED_OUT
    await browser.disconnect()


async def test_who_loses_the_permission_is_shown_nothing_more(line):  # noqa: F811
    browser, user = await seated("supervisor")
    await browser.told("whole")
    await query(user.groups.clear)
    assert await browser.closes() == consumer.SIGNED_OUT


async def test_nobody_stays_of_whom_nobody_can_tell_whether_they_may(line, monkeypatch):  # noqa: F811
    def odd(*_):
        raise KeyError("odd")

    browser, _ = await seated("supervisor")
    await browser.told("whole")
    monkeypatch.setattr(consumer.watchers, "signed_in", odd)
    assert await browser.closes() == Close.OUR_MISTAKE


def let_watch_only(user):
    with transaction.atomic():
        user.groups.clear()
        user.user_permissions.add(Permission.objects.get(codename="watch_calls"))


async def test_who_is_let_read_less_is_shown_the_whole_again_with_less(line):  # noqa: F811
    browser, user = await seated("supervisor", "billing")
    assert (await browser.told("whole"))["calls"][0]["cost"] == "0 ¢"
    await query(lambda: let_watch_only(user))
    assert (await browser.told("whole"))["calls"][0]["cost"] == ""
    await browser.disconnect()


async def test_a_look_that_was_under_way_as_they_were_let_read_less_shows_nothing(line, monkeypatch):  # noqa: F811
    under_way, noticed, rows, sees = asyncio.Event(), asyncio.Event(), Board.rows, consumer._sees

    async def slow(board):
        found = await rows(board)
        under_way.set()
        await noticed.wait()
        return found

    def noticing(watcher):
        if watcher is not None and not watcher.money:
            noticed.set()
        return sees(watcher)

    browser, user = await seated("supervisor", "billing")
    assert (await browser.told("whole"))["calls"][0]["cost"] == "0 ¢"
    monkeypatch.setattr(Board, "rows", slow)
    monkeypatch.setattr(consumer, "_sees", noticing)
    await under_way.wait()
    await query(lambda: let_watch_only(user))
    assert (await browser.told("whole"))["calls"][0]["cost"] == ""
    await browser.disconnect()


# --- Browsers that are slow, and those that are gone ----------------------------------------------------------------


async def test_a_browser_that_is_behind_misses_news_and_gets_the_whole_once_it_has_caught_up(line, monkeypatch):  # noqa: F811
    monkeypatch.setattr(consumer, "MOST_ON_THEIR_WAY", 3)
    call, _ = line
    browser, _ = await seated("supervisor", slow=True)
    await browser.told("whole")
    await browser.asks(open=call.pk)
    await browser.told("opened")
    for n in range(20):
        await browser.asks(ping=n)
    last = await browser.told("pong")
    assert await browser.receive_nothing(0.5)
    await browser.asks(seen=last["n"])
    assert [row["pk"] for row in (await browser.told("whole"))["calls"]] == [call.pk]
    await browser.told("opened", call=call.pk)
    await browser.disconnect()


async def test_nothing_remains_of_a_browser_that_is_gone(line):  # noqa: F811
    before = asyncio.all_tasks()
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    await browser.disconnect()
    await asyncio.sleep(0)
    assert asyncio.all_tasks() - before == set()


@pytest.mark.parametrize("text", ["x", "[]", '{"open": "x"}', '{"seen": true}', '{"open": 99999999}', "{"])
async def test_whatever_a_browser_says_the_desk_goes_on(line, text):  # noqa: F811
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    await browser.send_to(text_data=text)
    await browser.asks(ping=1)
    await browser.told("pong")
    await browser.disconnect()


async def test_a_browser_that_says_too_much_is_closed(line):  # noqa: F811
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    await browser.send_to(text_data="x" * 2000)
    assert await browser.closes() == Close.TOO_LARGE


@contextmanager
def no_look(monkeypatch, error):
    """As long as this lasts, whoever looks at the calls meets this error."""

    async def fails(self):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(consumer.Board, "rows", fails)
        yield


async def test_a_database_that_is_away_is_told_and_the_desk_goes_on(line, monkeypatch):  # noqa: F811
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    with no_look(monkeypatch, OperationalError("away")):
        assert (await browser.told("trouble"))["sentence"] == consumer.DATABASE_AWAY
    await query(lambda: Call.objects.update(outcome="x", direction="outbound"))
    await browser.row(lambda row: row["direction"] == "outbound")
    await browser.disconnect()


async def test_a_desk_on_which_nothing_happens_learns_that_the_database_is_back(db, monkeypatch):
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    with no_look(monkeypatch, OperationalError("away")):
        await browser.told("trouble")
    assert (await browser.told("whole"))["calls"] == []
    await browser.disconnect()


async def test_a_call_of_which_something_is_odd_does_not_end_the_looks_at_all_of_them(line, monkeypatch):  # noqa: F811
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    with no_look(monkeypatch, KeyError("odd")):
        assert (await browser.told("trouble"))["sentence"] == consumer.OUR_MISTAKE
    await browser.told("whole")
    await browser.disconnect()


async def test_a_call_that_is_deleted_while_it_is_open_is_told_and_the_desk_goes_on(line):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    await browser.asks(open=call.pk)
    await browser.told("opened")
    await query(Call.objects.filter(pk=call.pk).delete)
    await browser.told_in_any_order(
        {"kind": "opened", "call": call.pk, "missing": True}, {"kind": "calls", "gone": [call.pk]}
    )
    await browser.disconnect()


async def test_a_call_that_could_not_be_opened_is_opened_once_the_database_is_back(line, monkeypatch):  # noqa: F811
    call, _ = line
    browser, _ = await seated("supervisor")
    await browser.told("whole")
    with monkeypatch.context() as patch:

        def away(call_pk):
            raise OperationalError("away")

        patch.setattr(opened, "carried", away)
        await browser.asks(open=call.pk)
        await browser.told("trouble")
    await browser.told("opened", call=call.pk)
    await browser.disconnect()


async def test_what_another_supervisor_switches_for_whole_lines_is_seen_on_a_desk_that_is_open(line):  # noqa: F811
    def switch():
        return FlowSwitch.objects.create(flow=line[0].version.flow, done_by="Sue")

    browser, _ = await seated("supervisor")
    assert (await browser.told("whole"))["switched"] == []
    switch = await query(switch)
    assert (await browser.told("switched"))["switched"] == [f"AI steps of {switch.flow} are off"]
    await query(FlowSwitch.objects.all().delete)
    await browser.told("switched", switched=[])
    await browser.disconnect()


async def test_a_desk_opens_while_the_channel_layer_is_away(line, monkeypatch):  # noqa: F811
    async def fails(self, *_):
        raise ConnectionError("redis is away")

    monkeypatch.setattr("channels.layers.InMemoryChannelLayer.group_add", fails)
    browser, _ = await seated("supervisor")
    assert len((await browser.told("whole"))["calls"]) == 1
    await browser.disconnect()


def test_the_window_counts_what_is_on_its_way():
    shut = window.Window(2)
    assert [shut.next(), shut.next(), shut.next()] == [1, 2, None]
    shut.saw(99)  # more than there was
    assert shut.is_open
    shut.saw("x")
    shut.saw(True)
    assert (shut.next(), shut.next(), shut.next()) == (3, 4, None)
