"""A price that came late: which calls it touches, and charging those anew.

A price says by `applied_at` whether that is done, and by `applied_to` how far it is: a worker that dies loses nothing,
and a price that touches a year of calls is applied in stretches, while other work goes on.
"""

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q, QuerySet

from streams import bell
from streams.billing.charges import NoRate, charge_call
from streams.billing.kinds import AI, LEG, STREAM, kind_of
from streams.models import Charge, Rate

log = logging.getLogger(__name__)

AT_ONCE = 500
AT_A_STRETCH = 120.0  # seconds before other tasks get their turn
IN_A_SWEEP = 10.0
# A stream or a leg may begin later, by better witnesses, than its charge says; a call lasts four hours at most.
SLACK = timedelta(days=1)


def apply_new_prices(now: datetime) -> int:
    """Go on with the prices that were not applied yet; returns how many calls they touched. A part of the sweeper."""
    until, done = time.monotonic() + IN_A_SWEEP, 0
    for rate in Rate.objects.filter(applied_at=None).order_by("pk"):
        if (left := until - time.monotonic()) > 0:
            done += reprice(rate, now, seconds=left)
    return done


def reprice(rate: Rate, now: datetime, *, seconds: float = AT_A_STRETCH) -> int:
    """Charge anew the calls that this price touches, for so long; returns how many. What is left is done next time."""
    this, until, done = Rate.objects.filter(pk=rate.pk, applied_at=None), time.monotonic() + seconds, 0
    for call_pk in calls_of(rate):
        done += _charge(call_pk)
        if time.monotonic() > until:
            this.update(applied_to=call_pk)
            return done
    this.update(applied_at=now)
    return done


def calls_of(rate: Rate) -> Iterator[int]:
    """The calls with something of this kind, while the price holds, that is charged by another price or by none; those
    after the last that was done."""
    touched = touched_by(rate)
    last = rate.applied_to
    while pks := list(touched.filter(call_id__gt=last).values_list("call_id", flat=True).distinct()[:AT_ONCE]):
        yield from pks
        last = pks[-1]


def touched_by(rate: Rate) -> QuerySet[Charge]:
    """The current charges that may have to go by this price, in order of their calls."""
    later = Rate.objects.filter(kind=rate.kind, valid_from__gt=rate.valid_from).order_by("valid_from").first()
    within = Q(began_at__gte=rate.valid_from - SLACK)
    if later:
        within &= Q(began_at__lt=later.valid_from + SLACK)
    other = ~Q(rate=rate) | Q(rate=None)
    return Charge.objects.current().filter(_of_kind(rate) & within & other).order_by("call_id")


def _of_kind(rate: Rate) -> Q:
    kind = kind_of(rate.kind)
    if kind.model:
        return Q(kind=AI, source_key__endswith=f":{kind.model}:{kind.unit}")
    return Q(kind=LEG if kind.direction else STREAM)


def _charge(call_pk: int) -> int:
    try:
        charge_call(call_pk)
    except NoRate as error:
        log.warning("Call %s could not be charged whole: %s", call_pk, error)
    return 1


def ring(rate_pk: int) -> None:
    """Have a worker apply this price, once it is stored. A dead broker is no error: the sweeper does it."""
    transaction.on_commit(partial(bell.ring, "apply_price", rate_pk), robust=True)
