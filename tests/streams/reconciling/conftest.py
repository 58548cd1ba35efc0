"""A carrier on this machine whose book a test writes, and calls of ours to be found in it."""

import contextlib
from datetime import UTC, datetime

import pytest

from streams.billing import charges
from streams.carriers import plivo_records
from streams.models import Call
from streams.phone import own_site
from streams.phone.accounts import Accounts, Manner
from streams.phone.book import Book, Leg, Streamed
from streams.phone.desk import Desk
from streams.reconciling import fetching
from tests.streams.made import a_call, a_stream

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Carrier:
    """The phone's account interface over HTTP, and what stands in its book. `now` is when the site asks."""

    def __init__(self, folder, settings, rung):
        self.book, self.settings, self.rung, self.now = Book(folder), settings, rung, NOON
        self.desk = None

    def keeps(self, call, *, seconds=61, streams=None, parent=""):
        """The carrier's side of a call of ours (or of a name that we never heard): its leg, and its streams."""
        uuid = call.call_uuid if isinstance(call, Call) else call
        began = (call.began_at if isinstance(call, Call) else NOON).timestamp()
        ids = [one.stream_id for one in call.streams.all()] if streams is None else streams
        times = {"began_at": began, "ended_at": began + seconds}
        leg = Leg(
            uuid=uuid, from_number="+14155550142", to_number="+14155550199", answered_at=began, parent=parent, **times
        )
        self.book.write([leg], [Streamed(stream_id=name, call_uuid=uuid, **times) for name in ids])

    @contextlib.contextmanager
    def open(self, **manner):
        self.desk = Desk(own_site.account(), print, Accounts(self.book, Manner(**manner)))
        with self.desk.open(0) as port:
            self.settings.PLIVO_API_URL = f"http://127.0.0.1:{port}"
            yield self.desk

    def read(self, days=0, now=None, **manner):
        """The site reads the carrier's books once."""
        with self.open(**manner):
            return fetching.read_on(days, now or self.now)


@pytest.fixture
def carrier(db, settings, tmp_path, monkeypatch):
    settings.PLIVO_AUTH_ID, settings.PLIVO_AUTH_TOKEN = own_site.NO_ACCOUNT, "plivo_test_token_0123456789"
    rung = []
    charge_call = charges.charge_call
    monkeypatch.setattr("streams.reconciling.taking_in.charge_call", lambda pk: rung.append(pk) or charge_call(pk))
    monkeypatch.setattr(plivo_records.time, "sleep", lambda seconds: pytest.fail("a test had to wait"))
    return Carrier(tmp_path / "book", settings, rung)


@pytest.fixture
def ours(db):
    """Makes calls of ours that ended, with a stream, on 23 November 2026."""

    def make(seconds=61, **fields):
        call = a_call(ended=seconds, **fields)
        moved = {"began_at": NOON, "answered_at": NOON, "ended_at": NOON.replace(minute=1, second=1)}
        Call.objects.filter(pk=call.pk).update(**moved | fields)
        a_stream(call, ended=seconds)
        call.refresh_from_db()
        return call

    return make
