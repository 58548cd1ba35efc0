"""Who called again: by a keyed hash of the caller's number, whatever order calls are noted in.

The number itself is not needed afterwards, and the hash is no use without the site's secret. When the secret changes,
callers are new ones: for a week, calls before and after the change are not known to be of the same caller.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.crypto import salted_hmac

from flows.numbers import same_number
from streams.figures.rollups import changed, day_of
from streams.models import CallFigures

DAY, WEEK = timedelta(hours=24), timedelta(days=7)
SALT = "streams.figures.repeats"  # makes the key of these hashes from the site's secret
FEWEST_DIGITS = 5  # less than that is no number: a carrier may say “anonymous”


def hash_of(number: str) -> str:
    """The keyed hash of a caller's number; "" where none was told."""
    plain = same_number(number)
    if sum(letter.isdigit() for letter in plain) < FEWEST_DIGITS:
        return ""
    return salted_hmac(SALT, plain, algorithm="sha256").hexdigest()


def mend(caller_hash: str, at: datetime) -> None:
    """Bring up to date which calls of this caller, in the week up to that moment, were followed by another.

    After the transaction that noted a call: of two calls that are noted at once, whoever comes here last sees both.
    """
    if not caller_hash:
        return
    near = CallFigures.objects.filter(caller_hash=caller_hash, began_at__gte=at - WEEK, began_at__lte=at)
    found = near.annotate(in_a_day=_again(DAY), in_a_week=_again(WEEK)).filter(WRONG).order_by("pk")
    if not found.exists():  # mostly: nobody needs to wait for a look
        return
    with transaction.atomic():
        wrong = list(found)
        for figures in wrong:
            flags = {"repeat_day": figures.in_a_day, "repeat_week": figures.in_a_week}
            CallFigures.objects.filter(pk=figures.pk).update(**flags)
        changed(_days(wrong))


WRONG = ~Q(repeat_day=F("in_a_day")) | ~Q(repeat_week=F("in_a_week"))


def _again(within: timedelta) -> Exists:
    """Whether another call of the same caller followed; of two at the same moment, the one with the higher key did."""
    same = CallFigures.objects.filter(caller_hash=OuterRef("caller_hash"), began_at__lte=OuterRef("began_at") + within)
    later = Q(began_at__gt=OuterRef("began_at")) | Q(began_at=OuterRef("began_at"), pk__gt=OuterRef("pk"))
    return Exists(same.filter(later))


def _days(found: Iterable[CallFigures]) -> set[date]:
    return {day_of(figures.began_at) for figures in found}
