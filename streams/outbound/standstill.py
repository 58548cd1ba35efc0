"""No list calls, because the carrier cannot be asked: it is away, or refuses our account. Sync.

Nothing was done for such an order, so it is no attempt, and it is given again soon: after half a minute, then after as
long as it has gone on, a quarter of an hour at most, with one order for all lists.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from streams.models import OutboundAttempt
from streams.models.outbound import OutboundResult
from streams.ordered.refusals import again_at
from streams.reports.words import moment

LOOKED_BACK = timedelta(days=1)
SAID = "The carrier could not be asked for calls since {}: {} Nobody was called meanwhile, and no attempt counts. {}"


@dataclass(frozen=True, slots=True)
class Standstill:
    """Since when, why, and when it is tried again."""

    since: datetime
    again_at: datetime
    why: str

    def in_words(self, now: datetime) -> str:
        """For whoever looks at a list."""
        at = f"at {timezone.localtime(self.again_at):%H:%M:%S}" if self.again_at > now else "now"
        return SAID.format(moment(self.since), self.why, f"It is tried again {at}.")


def standstill(now: datetime) -> Standstill | None:
    """What keeps every list from calling; None where the last order was taken, whatever became of it."""
    recent = OutboundAttempt.objects.filter(ordered_at__gt=now - LOOKED_BACK)
    in_vain = recent.filter(result=OutboundResult.NEVER_MADE).exclude(why="").order_by("ordered_at", "pk")
    last = in_vain.last()
    if last is None:
        return None
    taken = recent.exclude(result__in=[OutboundResult.ORDERED, OutboundResult.NEVER_MADE])
    last_taken = taken.order_by("-ordered_at").values_list("ordered_at", flat=True).first()
    if last_taken and last_taken > last.ordered_at:
        return None
    first = (in_vain.filter(ordered_at__gt=last_taken) if last_taken else in_vain).first() or last
    failed_at = last.settled_at or last.ordered_at
    return Standstill(since=first.ordered_at, again_at=again_at(first.ordered_at, failed_at), why=last.why)
