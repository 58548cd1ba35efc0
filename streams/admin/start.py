"""What operations find on the first page: how today goes, and the calls that came last."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from flows.numbers import masked
from streams.admin import alert, callback
from streams.admin.call import parked, reader_of, with_cost
from streams.admin.engine import in_trouble
from streams.admin.note import waiting
from streams.desk import switching
from streams.models import Call
from streams.reports.daily import days
from streams.reports.one_call import TONES, seconds_of
from streams.reports.words import length, money

LATEST = 8


def shown(request: HttpRequest) -> dict[str, Any]:
    """Today's figures and the latest calls, for who may see calls; {} for everybody else."""
    if not request.user.has_perm("streams.view_call"):  # type: ignore[union-attr]
        return {}
    reader, today = reader_of(request), timezone.localdate()
    figures = days(today, today)[0]
    tiles = [
        ("Calls today", figures.calls),
        ("Reached a person", figures.people),
        ("Left a message", figures.messages),
        ("Hung up", figures.hung_up),
        ("Faults", figures.faults),
        *([("Cost", money(figures.spent))] if reader.money else []),
    ]
    of_callers = Call.objects.filter(rehearsal=None).defer("state", "version__snapshot", "version__report")
    calls = with_cost(of_callers).select_related("version__flow")
    latest = [
        {
            "url": reverse("admin:streams_call_change", args=[call.pk]),
            "began_at": call.began_at,
            "caller": (call.caller if reader.numbers else masked(call.caller)) or "no number",
            "line": str(call.version or "none"),
            "outcome": call.outcome or call.get_status_display(),
            "tone": TONES.get(call.outcome_kind, "plain"),
            "lasted": length(seconds_of(call)),
            "cost": money(call.cost) if reader.money else "",
        }
        for call in calls.order_by("-began_at")[:LATEST]
    ]
    return {
        "tiles": tiles,
        "latest": latest,
        "alerts": alert.told(request),
        "parked": [*parked(), *switching.on_lines()],
        "in_trouble": in_trouble(),
        "waiting": waiting(request),
        "callbacks": callback.waiting(request),
        "callbacks_url": reverse("admin:streams_callbackrequest_changelist"),
        "notes_url": f"{reverse('admin:streams_callnote_changelist')}?state=open",
        "money": reader.money,
        "calls_url": reverse("admin:streams_call_changelist"),
        "report_url": reverse("admin:streams_report"),
    }
