"""Which number is dialled for a destination: as it is now, where calls may go, and not too often."""

from datetime import UTC, datetime, timedelta

import pytest

from flows.models import Destination
from streams.continuation import Dialable
from streams.models import CarrierMessage
from streams.webhooks.dialling import TOO_MANY, dialable

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
DESK = "+14155550123"


@pytest.fixture(autouse=True)
def desk(settings):
    settings.OUTBOUND_COUNTRIES, settings.TRANSFERS_AN_HOUR = ["US"], 2
    return Destination.objects.create(key="desk", name="Desk", number=DESK)


def dialled(number, *, minutes_ago, page="dial"):
    CarrierMessage.objects.create(
        dedupe_key=f"{CarrierMessage.objects.count()}",
        kind="continue",
        applied_at=NOW - timedelta(minutes=minutes_ago),
        reply={"page": page, "number": number},
    )


def test_it_is_the_number_that_the_destination_has_now(desk):
    assert dialable("desk", now=NOW) == Dialable(number=DESK)
    assert dialable("elsewhere", now=NOW) == Dialable(why_not="It is gone.")


def test_a_number_abroad_is_not_dialled(desk):
    Destination.objects.update(number="+18765550123")
    found = dialable("desk", now=NOW)
    assert (found.number, "JM" in found.why_not) == ("", True)


def test_the_breaker_counts_what_the_carrier_was_told_to_dial_within_the_hour(desk):
    for number, minutes, page in ((DESK, 61, "dial"), (DESK, 5, "dial"), ("+14155550124", 5, "dial"), (DESK, 5, "x")):
        dialled(number, minutes_ago=minutes, page=page)
    assert dialable("desk", now=NOW).number == DESK
    dialled(DESK, minutes_ago=59)
    assert dialable("desk", now=NOW) == Dialable(why_not=TOO_MANY)
