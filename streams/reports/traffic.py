"""How the callers of a flow went through it: how many came to each step, left it by each exit, and hung up in it.

The database counts; the logs themselves stay there. Test calls are no callers.
"""

from datetime import datetime

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KeyTextTransform

from flows.seams import Traffic
from streams.models import Call, CallEvent, OutcomeKind


def of_flow(flow_pk: int, since: datetime) -> Traffic:
    """The calls on any version of this flow that began since then. Four queries, however many calls.

    A caller counts once at a step, however often they came back to it.
    """
    calls = calls_of(flow_pk, since)
    lines = CallEvent.objects.filter(call__in=calls.values("pk")).order_by()
    callers = Count("call", distinct=True)
    came = lines.filter(kind="entered").values_list("step").annotate(callers=callers)
    left = lines.filter(kind="left").annotate(by=KeyTextTransform("outcome", "data")).values_list("step", "by")
    last = CallEvent.objects.filter(call=OuterRef("pk"), kind="entered").order_by("-seq").values("step")[:1]
    gone = calls.filter(outcome_kind=OutcomeKind.CALLER).order_by().annotate(last=Subquery(last))
    return Traffic(
        calls=calls.count(),
        came=dict(came),
        left={(step, by): number for step, by, number in left.annotate(callers=callers) if by is not None},
        hung_up={step: number for step, number in gone.values_list("last").annotate(calls=Count("pk")) if step},
    )


def calls_of(flow_pk: int, since: datetime) -> QuerySet[Call]:
    """The calls of callers on this flow that are over, whichever version answered them. A test call has no version."""
    return Call.objects.filter(version__flow=flow_pk, began_at__gte=since).exclude(ended_at=None)
