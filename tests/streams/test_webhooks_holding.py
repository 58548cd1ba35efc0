"""A database that does not answer for some seconds: callers get their menu late, and no word of theirs is lost."""

import sqlite3
import time

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection

from flows.engine.snapshot import dump_state
from flows.engine.step import State
from flows.models import Destination
from streams import calls, spool
from streams.models import Call, CarrierMessage
from streams.webhooks import inbox, views
from tests.builders import flow_of
from tests.streams.carriers.plivo_side import PUBLIC, SETTINGS, Plivo, document, fields
from tests.streams.rows import published

BACK = {"completed": "bye", "busy": "bye", "no-answer": "bye", "failed": "bye"}
AT_THE_TRANSFER = dump_state(State(step="put", turn=1))
CARRIER_WAITS = 2.0  # seconds, by the fragment of the answer URL

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def plivo(client, settings, tmp_path, transactional_db):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path}.items():
        setattr(settings, name, value)
    cache.clear()
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    put = ("transfer", {"destination": "desk", "announcement": ""}, BACK)
    published(flow_of(put=put, bye=("hang_up", "Goodbye.")))
    return Plivo(client)


def away(execute, sql, params, many, context):
    raise OperationalError("database is locked")


def asked_again(plivo, said):
    return document(plivo.post(said.next_url.removeprefix(PUBLIC), fields("Redirect")))


def test_for_who_calls_meanwhile_it_rings_on_and_then_the_call_goes_as_any_other(plivo):
    with connection.execute_wrapper(away):
        said = plivo.answer()
        assert said.verbs == ["Wait", "Redirect"], "a wait that comes first delays picking up"
        said = asked_again(plivo, said)
    said = plivo.after_holding(said)
    assert said.verbs == ["Stream", "Redirect"]
    assert spool.replay_spool() == 1
    call = Call.objects.get()
    assert (call.outcome, call.token_digest) == ("", calls.token_digest(said.stream_token))
    assert CarrierMessage.objects.get().kind == "answer"


def test_who_is_on_the_line_hears_that_it_takes_a_moment_and_how_the_transfer_went_is_not_forgotten(plivo):
    said = plivo.answer()
    Call.objects.update(pending={"do": "transfer", "destination": "desk", "ring_seconds": 20}, state=AT_THE_TRANSFER)
    dial = document(plivo.post(said.next_url, fields("Redirect")))
    assert dial.verbs == ["Dial"]
    with connection.execute_wrapper(away):
        told = fields("Dial", DialStatus="busy", CallStatus="in-progress")
        said = document(plivo.post(dial.next_url.removeprefix(PUBLIC), told))
        assert said.verbs == ["Speak", "Redirect"]
        assert said["Speak"].text == "One moment, please."
    plivo.after_holding(said)
    assert Call.objects.get().pending["resume_with"]["result"] == "busy"


def test_nobody_is_held_for_ever(plivo):
    with connection.execute_wrapper(away):
        said = plivo.answer()
        for _ in range(views.MOST_HELD - 1):
            said = asked_again(plivo, said)
            assert said.verbs == ["Wait", "Redirect"]
        assert asked_again(plivo, said).verbs == ["Speak", "Hangup"]
    assert spool.replay_spool() == 1
    assert [event.kind for event in Call.objects.get().events.all()] == ["apology"]


def test_who_hangs_up_while_holding_leaves_a_call_that_is_over(plivo):
    with connection.execute_wrapper(away):
        plivo.answer()
    plivo.post("/plivo/hangup/", fields("Hangup", CallStatus="completed"))
    assert spool.replay_spool() == 1
    assert Call.objects.get().status == "ended"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="one lock for all writers is SQLite's")
def test_while_another_process_writes_the_answer_comes_before_the_carrier_gives_up(plivo, monkeypatch):
    assert inbox.STATEMENT_SECONDS < CARRIER_WAITS - 0.5, "and this is waited for once"
    monkeypatch.setattr(inbox, "STATEMENT_SECONDS", 0.05)
    other = sqlite3.connect(connection.settings_dict["NAME"])
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    said = plivo.answer()
    assert time.monotonic() - began < CARRIER_WAITS
    other.rollback()
    other.close()
    assert plivo.after_holding(said).verbs == ["Stream", "Redirect"]


def test_a_message_is_stored_and_applied_in_one_transaction(plivo, monkeypatch):
    began = []
    with connection.execute_wrapper(lambda run, sql, *more: (began.append(sql), run(sql, *more))[1]):
        plivo.answer()
    if connection.vendor == "sqlite":
        assert [sql for sql in began if sql.startswith("BEGIN")] == ["BEGIN IMMEDIATE"]
