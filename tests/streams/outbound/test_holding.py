"""A database that does not answer for some seconds while somebody picks up: they hear that it takes a moment, and then
the flow."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import DataError, OperationalError

from flows.engine.snapshot import dump, load
from flows.models import FlowVersion
from streams import spool
from streams.models import Call, CallEvent
from streams.outbound import abandoning
from streams.webhooks import holding, inbox, outbound_views
from tests.streams.carriers.plivo_side import document
from tests.streams.outbound.conftest import MINUTE, MONDAY_10

pytestmark = pytest.mark.django_db
MOMENT = timedelta(seconds=3)


@pytest.fixture
def rings(desk, a_list, version):
    """It rings for the only callee, with a flow in German."""
    FlowVersion.objects.update(snapshot=dump(replace(load(version.snapshot), language="de-DE")))
    a_list()
    desk.sweep()


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(at=MONDAY_10)
    monkeypatch.setattr(outbound_views, "timezone", SimpleNamespace(now=lambda: clock.at))
    return clock


@pytest.fixture
def away(monkeypatch):
    """Lets the database answer nothing; gives what lets it answer again."""

    def not_at_home(message):
        raise OperationalError("away")

    stored = inbox._stored
    monkeypatch.setattr(inbox, "_stored", not_at_home)
    return lambda: monkeypatch.setattr(inbox, "_stored", stored)


def asks_again(desk, said):
    return document(desk.plivo.tells(said["Redirect"].text.partition("#")[0], Event="Redirect"))


def test_who_picks_up_hears_that_it_takes_a_moment_in_the_language_of_the_flow_and_then_the_flow(
    desk, rings, away, clock
):
    said = desk.plivo.picks_up()
    assert said.verbs == ["Speak", "Redirect"], "no second passes before a word"
    assert (said["Speak"].text, said["Speak"].get("language")) == ("Einen Moment, bitte.", "de-DE")
    away()
    clock.at += MOMENT
    assert asks_again(desk, said).verbs == ["Stream", "Redirect"]
    assert (desk.state(), desk.attempt().answered_at) == (("calling", ["answered"]), MONDAY_10)
    assert spool.replay_spool() == 1
    desk.plivo.ends()
    assert desk.state() == ("reached", ["reached"])


def test_it_is_one_of_the_calls_on_which_nothing_was_said_in_time_all_the_same(desk, rings, away, clock):
    said = desk.plivo.picks_up()
    away()
    clock.at += MOMENT
    asks_again(desk, said)
    call = Call.objects.get()
    assert (call.answered_at or call.began_at) == MONDAY_10
    CallEvent.objects.create(call=call, seq=1, at=3.4, kind="prompt_started")
    clock.at += MINUTE
    desk.plivo.ends()
    assert abandoning.seconds_to_words(desk.attempt()) == pytest.approx(3.4)
    assert abandoning.was_abandoned(desk.attempt())


def test_who_hangs_up_meanwhile_was_not_spoken_with_and_is_called_again(desk, rings, away, clock):
    desk.plivo.picks_up()
    clock.at += MOMENT
    desk.plivo.ends()
    away()
    assert spool.replay_spool() == 2
    assert (desk.state(), desk.attempt().answered_at) == (("waiting", ["we-failed"]), MONDAY_10)


def test_nobody_is_held_for_ever_and_the_apology_is_in_their_language_too(desk, rings, away, clock):
    said = desk.plivo.picks_up()
    for _ in range(holding.MOST_HELD - 1):
        said = asks_again(desk, said)
        assert said.verbs == ["Speak", "Redirect"]
    said = asks_again(desk, said)
    assert said.verbs == ["Speak", "Hangup"]
    assert "Auf Wiederhören" in said["Speak"].text
    away()
    assert spool.replay_spool() == 2
    assert desk.state() == ("waiting", ["we-failed"])


def test_a_database_that_answers_and_will_not_do_it_is_not_waited_for(desk, rings, monkeypatch):
    def refuses(message):
        raise DataError("too long")

    monkeypatch.setattr(inbox, "_stored", refuses)
    assert desk.plivo.picks_up().verbs == ["Speak", "Hangup"]


def test_a_disk_that_is_full_is_an_apology_at_once(desk, rings, away, monkeypatch):
    def full(message, **how):
        raise OSError

    monkeypatch.setattr(spool, "keep", full)
    assert desk.plivo.picks_up().verbs == ["Speak", "Hangup"]


def test_an_address_that_was_given_before_it_told_the_language_is_answered(desk, rings, away):
    old = desk.plivo.orders[-1]["answer_url"].partition("in/")[0]
    said = document(desk.plivo.tells(old, Event="StartApp"))
    assert said["Speak"].text == "One moment, please."
    away()
    assert asks_again(desk, said).verbs == ["Stream", "Redirect"]
