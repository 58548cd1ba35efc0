"""A price that came late: which calls it touches, and charging those anew.

A price says by `applied_at` whether that is done, so a worker that dies loses nothing: the sweeper begins again, and
what was right already is passed by.
"""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Q

from streams.billing.charges import NoRate, charge_call
from streams.billing.kinds import AI, LEG, STREAM, kind_of
from streams.models import Charge, Rate

log = logging.getLogger(__name__)

AT_ONCE = 500
# A stream or a leg may begin later, by better witnesses, than its charge says; a call lasts four hours at most.
SLACK = timedelta(days=1)


def apply_new_prices(now: datetime) -> int:
    """Charge anew what each price touches that was not applied yet; returns how many calls. A part of the sweeper."""
    return sum(reprice(rate, now) for rate in Rate.objects.filter(applied_at=None).order_by("pk"))


def reprice(rate: Rate, now: datetime) -> int:
    """Charge anew all calls that this price touches; returns how many. Restartable."""
    done = sum(map(_charge, calls_of(rate)))
    Rate.objects.filter(pk=rate.pk, applied_at=None).update(applied_at=now)
    return done


def calls_of(rate: Rate) -> Iterator[int]:
    """The calls with something of this kind, while the price holds, that is charged by another price or by none."""
    touched = touched_by(rate)
    last = 0
    while pks := list(touched.filter(call_id__gt=last).values_list("call_id", flat=True).distinct()[:AT_ONCE]):
        yield from pks
        last = pks[-1]


def touched_by(rate: Rate) -> "Touched":
    """The current charges that may have to go by this price, in order of their calls."""
    later = Rate.objects.filter(kind=rate.kind, valid_from__gt=rate.valid_from).order_by("valid_from").first()
    within = Q(began_at__gte=rate.valid_from - SLACK)
    if later:
        within &= Q(began_at__lt=later.valid_from + SLACK)
    other = ~Q(rate=rate) | Q(rate=None)
    return Charge.objects.current().filter(_of_kind(rate) & within & other).order_by("call_id")


Touched = type(Charge.objects.all())


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
    transaction.on_commit(partial(_ring, rate_pk), robust=True)


def _ring(rate_pk: int) -> None:
    from streams.tasks import apply_price  # tasks rest on this file

    try:
        apply_price.apply_async((rate_pk,), retry=False)
    except Exception as error:  # whatever a broker's driver raises
        log.warning("The worker was not rung for a price (%s); the sweeper will apply it.", type(error).__name__)
