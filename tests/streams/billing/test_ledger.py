"""The ledger under everything that a carrier, a broker and a kill can do to it."""

import itertools
import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from unittest import mock

import pytest
from django.conf import settings
from django.db import connection, transaction
from hypothesis import given, note
from hypothesis import strategies as st

from streams import calls, sweeper
from streams.billing import charges, storing
from streams.finalise import finalise
from streams.models import Call, CallEvent, CallStatus, Charge, StreamEvent, Utterance
from tests.properties import STRIDE, examples
from tests.streams.billing.ledger import faults, killed_at
from tests.streams.billing.unguarded import unguarded
from tests.streams.made import NOON, REACHED, TALK, a_call, a_stream, at, fact, log
from tests.streams.summing import FakeSummarizer, use

TOMORROW = NOON + timedelta(days=1)


@pytest.fixture(autouse=True)
def summarizer(monkeypatch):
    return use(monkeypatch, FakeSummarizer())


def deliver(call, word):
    """One message about the call, through the door that webhooks and sockets use."""
    stream_id, source, kind, seconds = word
    if source == "hangup":
        calls.call_ended(call.call_uuid, by="hangup", at=at(seconds))
    else:
        calls.note_stream(
            call, source=source, dedupe_key=f"{stream_id}:{kind}", stream_id=stream_id, kind=kind, at=at(seconds)
        )


def rows():
    """How many rows there are of everything that a record is made of."""
    return [model.objects.count() for model in (Call, CallEvent, Charge, StreamEvent, Utterance)]


def settle(call):
    """What the sweeper and the worker come to, once all is quiet."""
    calls_rung = []
    with mock.patch.object(calls, "ring", calls_rung.append):
        for _ in range(3):
            sweeper.sweep(TOMORROW)
            for call_pk in [*calls_rung, call.pk]:
                finalise(call_pk, now=TOMORROW)


@st.composite
def histories(draw):
    """A call of one to three streams, and every message about it; then shuffled, repeated and dropped."""
    words = []
    begins = 0
    for number in range(draw(st.integers(1, 3))):
        ends = begins + draw(st.sampled_from([0, 1, 59, 60, 61, 119.5, 400]))
        stream_id = f"s{number}"
        words += [(stream_id, "socket", "start", begins), (stream_id, "socket", "stop", ends)]
        words += [(stream_id, "webhook", "start", begins + 0.2), (stream_id, "webhook", "stop", ends + 0.3)]
        begins = ends + 5
    words.append(("", "hangup", "", begins))
    kept = [word for word in words if draw(st.integers(0, 3))]
    again = draw(st.lists(st.sampled_from(kept), max_size=4)) if kept else []
    return draw(st.permutations(kept + again))


@pytest.mark.django_db
@examples(4)  # `test_properties` tries the same of the books
@given(words=histories(), kills=st.lists(st.integers(0, 30), min_size=3, max_size=3))
def test_any_order_any_repetition_any_loss_and_any_kill_end_in_the_same_ledger(words, kills):
    with transaction.atomic():
        call = a_call()
        pace = itertools.cycle(kills)
        for word in words:
            with killed_at(next(pace)):
                deliver(call, word)
                finalise(call.pk, now=TOMORROW)
            deliver(call, word)  # the carrier, or the spool, says again what was not acknowledged
        settle(call)
        stream_ids = {word[0] for word in words if word[0]}
        note(f"{list(StreamEvent.objects.values_list('stream_id', 'source', 'kind', 'occurred_at'))}")
        assert faults(call, stream_ids) == []
        assert Charge.objects.current().filter(call=call, kind="stream").count() == len(stream_ids)
        before = rows()
        settle(call)
        assert rows() == before
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_killed_at_every_statement_and_run_again_the_record_is_the_same(summarizer):
    call = a_call(ended=61)
    stream = a_stream(call, ended=61)
    log(call, *TALK, REACHED)
    whole = []
    for statement in itertools.count(step=STRIDE):
        with transaction.atomic():
            with killed_at(statement) as seen:
                finalise(call.pk)
            finalise(call.pk, now=TOMORROW)  # long after whoever was killed had asked for a summary
            call.refresh_from_db()
            assert faults(call, [stream.stream_id]) == []
            whole.append((call.status, call.outcome, call.finalise_attempts, rows()))
            transaction.set_rollback(True)
        if not seen["killed"]:
            break
    assert statement > 20
    assert set(map(str, whole)) == {str(whole[-1])}
    assert whole[-1][0] == CallStatus.FINISHED


@pytest.mark.django_db
def test_the_checker_notices_a_ledger_that_forgets_what_it_replaced(monkeypatch):
    """The negative control: without versions that supersede, the same history must be called wrong."""

    def forgetful(key, call_pk, figure, current):
        return version_of(f"{key}#2", call_pk, figure, None)

    version_of = storing.version_of
    call = a_call(ended=300)
    stream = a_stream(call, ended=61)
    finalise(call.pk)
    assert faults(call, [stream.stream_id]) == []
    monkeypatch.setattr(storing, "version_of", forgetful)
    monkeypatch.setattr(storing, "_says", lambda charge: None)
    monkeypatch.setattr(storing, "_why", lambda before, after: "")
    charges.charge_call(call.pk)
    assert "the sum is wrong" in faults(call, [stream.stream_id])


@pytest.mark.django_db
def test_the_checker_notices_each_kind_of_wrong_ledger():
    call = a_call(ended=300)
    stream, other = a_stream(call, ended=61), a_stream(call, ended=30)
    ids = [stream.stream_id, other.stream_id]
    assert len(faults(call, ids)) == 3  # neither is charged, and the sum is wrong
    charges.charge_call(call.pk)
    assert faults(call, ids) == []
    with unguarded():
        Charge.objects.filter(source_key=f"stream:{ids[0]}").update(amount="0.003")
    assert len(faults(call, ids)) == 2
    first = Charge.objects.get(source_key=f"stream:{ids[1]}")
    first.pk, first.version, first.supersedes_id = None, 2, Charge.objects.get(source_key=f"stream:{ids[0]}").pk
    first.save()
    assert any("2 current charges" in fault for fault in faults(call, ids))


def hammer(stream_ids, workers):
    """Many workers charge the same streams at once, each after a word of its own about their end."""
    failures = []
    gate = threading.Barrier(workers)

    def work(number):
        from streams.models import Stream

        try:
            gate.wait()
            for stream_id in stream_ids:
                source, seconds = [("webhook", 120), ("sweep", 300), ("hangup", 200), ("socket", 61)][number % 4]
                stream = Stream.objects.get(stream_id=stream_id)
                fact(stream, source, "stop", seconds)
                charges.charge_call(stream.call_id)
        except BaseException as error:
            failures.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failures


@pytest.mark.services
@pytest.mark.skipif(
    settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="DATABASE_URL points at no server"
)
@pytest.mark.django_db(transaction=True)
def test_eight_workers_on_the_same_streams_agree():
    call = a_call()
    stream_ids = [a_stream(call).stream_id for _ in range(20)]
    assert hammer(stream_ids, workers=8) == []
    assert faults(call, stream_ids) == []


def test_four_workers_on_one_sqlite_file_agree(tmp_path, new_database):
    """In a process of its own, with a database of its own, which nothing else holds a transaction on."""
    (tmp_path / "ledger.sqlite3").write_bytes(new_database)
    program = (
        "import django; django.setup()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', run_syncdb=True, verbosity=0)\n"
        "from tests.streams.billing.test_ledger import hammer\n"
        "from tests.streams.billing.ledger import faults\n"
        "from tests.streams.made import a_call, a_stream\n"
        "call = a_call()\n"
        "ids = [a_stream(call).stream_id for _ in range(5)]\n"
        "assert hammer(ids, workers=4) == []\n"
        "assert faults(call, ids) == [], faults(call, ids)\n"
    )
    environment = os.environ | {
        "CALLWRIGHT_VAR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "ivrsite.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'ledger.sqlite3'}",
    }
    root = Path(settings.BASE_DIR)
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr[-2000:]
