"""A list, people on it, and a carrier that does what a test says. Time is that of the tests."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from flows.models import Destination, PhoneNumber
from streams import lines, tasks
from streams.carriers import at_hand
from streams.models import Callee, CallList, OutboundAttempt
from streams.outbound import due, first_words, ordering
from tests.builders import flow_of
from tests.streams.carriers.outbound_side import ACCOUNT, OutboundPlivo
from tests.streams.carriers.plivo_side import SETTINGS
from tests.streams.rows import published

MONDAY_10 = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # on the clocks of +1415
THEM, OTHER, OURS = "+14155550142", "+14155550143", "+14155550199"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    for name, value in {**SETTINGS, "VAR_DIR": tmp_path, "PLIVO_AUTH_ID": ACCOUNT}.items():
        setattr(settings, name, value)
    settings.OUTBOUND_COUNTRIES, settings.CALLBACK_HOURS = ["US"], "08:00-21:00"
    cache.clear()
    lines.version_in_memory.cache_clear()  # of other tests, whose versions had the same keys


@pytest.fixture(autouse=True)
def voice(monkeypatch):
    """The texts that were made beforehand."""
    made = []
    monkeypatch.setattr(first_words.prompts, "render", lambda texts, **how: made.extend(texts) or iter(()))
    return made


@pytest.fixture
def version(db):
    """A published flow for lists: it greets by name, and tells machines something."""
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    flow = flow_of(
        start=("call_out", {"known": [{"answer": "name", "otherwise": "there"}]}, {"next": "hello", "machine": "bye"}),
        hello=("say", "Hello [name].", "bye"),
        bye=("hang_up", "Goodbye."),
    )
    return published(flow, number=OURS)


@pytest.fixture
def a_list(version):
    """A running list of these numbers."""

    def make(*numbers, **about):
        given = {"name": "Reminders", "company": "Hart Tools", "state": "running", "at_once": 10, **about}
        given = {"state_at": MONDAY_10 - MINUTE, **given}
        ours = PhoneNumber.objects.get(number=OURS)
        made = CallList.objects.create(flow=version.flow, ours=ours, **given)
        for place, number in enumerate(numbers or [THEM]):
            Callee.objects.create(call_list=made, number=number, place=place, next_at=MONDAY_10)
        return made

    return make


class Desk:
    """The carrier, the sweeper's clock, and where things stand."""

    def __init__(self, plivo):
        self.plivo, self.now = plivo, MONDAY_10

    def sweep(self, after=timedelta(0)):
        self.now = MONDAY_10 + after
        return due.do_what_is_due(self.now)

    def state(self):
        """Of the only callee: where they stand, and how each attempt went."""
        callee = Callee.objects.get()
        return callee.state, list(callee.attempts.values_list("result", flat=True))

    @staticmethod
    def attempt():
        return OutboundAttempt.objects.latest("pk")


@pytest.fixture
def desk(client, monkeypatch):
    desk = Desk(OutboundPlivo(client))
    monkeypatch.setattr(at_hand, "Account", desk.plivo.account)
    monkeypatch.setattr(due, "ring", lambda pk, after=0.0: ordering.call(pk, desk.now))
    for task in (tasks.hang_up_on_machine, tasks.cut_off):  # a worker that is quick
        monkeypatch.setattr(task, "apply_async", lambda args, task=task, **_: task(*args))
    return desk
