"""Which number is dialled for a destination, now: it is looked up, held to its country, and counted. Sync."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError

from flows.models import Destination
from flows.models.outbound import validate_outbound
from streams.continuation import Dialable
from streams.models import CarrierMessage

TOO_MANY = "It was called as often within an hour as the site may call one number (TRANSFERS_AN_HOUR)."


def dialable(key: str, *, now: datetime) -> Dialable:
    """The number behind a destination's key, as it is now, or why it is not dialled."""
    place = Destination.objects.filter(key=key).first()
    if place is None:
        return Dialable()
    try:
        validate_outbound(place.number)
    except ValidationError as error:
        return Dialable(why_not=" ".join(error.messages))
    return Dialable(why_not=TOO_MANY) if _too_many(place.number, now) else Dialable(number=place.number)


def _too_many(number: str, now: datetime) -> bool:
    """Whether the carrier was told to dial this number as often within an hour as it may be; a breaker, so calls that
    ask at the same moment may slip by."""
    told = CarrierMessage.objects.filter(
        applied_at__gt=now - timedelta(hours=1), reply__page="dial", reply__number=number
    )
    return told.count() >= settings.TRANSFERS_AN_HOUR
