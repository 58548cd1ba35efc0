"""What the calls of one version cost until now: for the forecast that it was published with."""

from decimal import Decimal

from django.db.models import Sum

from flows.seams import Came
from streams.models import DayFigures


def of_version(version_pk: int) -> Came:
    """All its calls, as far as they are rolled up. One query."""
    found = DayFigures.objects.filter(version=version_pk).aggregate(calls=Sum("offered"), cost=Sum("cost"))
    return Came(found["calls"] or 0, found["cost"] or Decimal(0))
