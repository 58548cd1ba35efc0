"""What the calls of one version cost until now: for the forecast that it was published with."""

from decimal import Decimal

from django.db.models import Count, Sum

from flows.seams import Came
from streams.models import CallFigures


def of_version(version_pk: int) -> Came:
    """All its calls, as far as their records are made. One query."""
    found = CallFigures.objects.filter(version=version_pk).aggregate(calls=Count("pk"), cost=Sum("cost"))
    return Came(found["calls"], found["cost"] or Decimal(0))
