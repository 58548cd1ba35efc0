"""Calls that took place on a flow, with their logs, for those who try them on its draft."""

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from flows.seams import PastCall
from streams.listening.consent import CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_UNPROVEN
from streams.models import Call, CallEvent
from streams.reports.one_call import zero

# What a replay needs of a log; the rest of it is most of its rows.
KINDS = (
    *("key", "utterance", "understood", "entered", "left", "prompt_started", "prompt_heard", "prompt_unconfirmed"),
    *("agent_said", "agent_heard", "agent_finished", "tool_asked", "transfer", "transfer_finished"),
    *("recording_finished", "hangup", CONSENT_GIVEN, CONSENT_REFUSED, CONSENT_UNPROVEN),
)


def of_flow(flow_pk: int, since: datetime, most: int, rehearsals: bool = False) -> list[PastCall]:
    """The latest calls on this flow that began since then and are over, at most so many. Two queries.

    With `rehearsals` the test calls from the browser are among them.
    """
    on_flow = Q(version__flow=flow_pk)
    on_flow = on_flow | Q(rehearsal__flow=flow_pk) if rehearsals else on_flow
    over = Call.objects.filter(on_flow, began_at__gte=since).exclude(ended_at=None)
    calls = list(over.select_related("rehearsal").defer("state").order_by("-began_at")[:most])
    logs: dict[int, list[tuple[float, str, str, Any]]] = defaultdict(list)
    lines = CallEvent.objects.filter(call__in=[call.pk for call in calls], kind__in=KINDS).order_by("call", "seq")
    for pk, *logged in lines.values_list("call", "at", "kind", "step", "data"):
        logs[pk].append((logged[0], logged[1], logged[2], logged[3]))
    return [
        PastCall(
            began=zero(call),
            version_pk=call.version_id or 0,
            url=reverse("admin:streams_call_change", args=[call.pk]),
            events=logs[call.pk],
            pk=call.pk,
            rehearsed=call.rehearsal.snapshot if call.rehearsal else None,
        )
        for call in calls
    ]
