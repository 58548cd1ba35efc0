"""The cues that were said in the days of a report, flow by flow."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from streams.figures.asked import Asked
from streams.figures.counting import narrowed, span
from streams.models import CueMark


def cues_said(asked: Asked) -> list[dict[str, Any]]:
    """Each cue and flow with its calls, the most first; a call counts once, however often it was said."""
    began, over = span(asked.first, asked.last)
    of_calls = {f"call__figures__{name}": value for name, value in narrowed(asked).items()}
    marks = CueMark.objects.filter(call__rehearsal=None, call__began_at__gte=began, call__began_at__lt=over, **of_calls)
    rows = marks.order_by().values("key", "call__version__flow", "call__version__flow__name")
    counted = rows.annotate(calls=Count("call", distinct=True), times=Count("pk"))
    names = dict(marks.order_by("said_at").values_list("key", "name"))  # as it was called last
    return [
        {
            "name": names[row["key"]],
            "flow": row["call__version__flow__name"] or "no flow",
            "calls": row["calls"],
            "times": row["times"],
            "url": _url(row["key"], row["call__version__flow"], began, over),
        }
        for row in sorted(counted, key=lambda row: (-row["calls"], row["key"], str(row["call__version__flow__name"])))
    ]


def _url(key: str, flow: int | None, began: Any, over: Any) -> str:
    of_flow = {"version__flow__id__exact": flow} if flow else {}
    days = {"began_at__gte": began.isoformat(), "began_at__lt": over.isoformat()}
    return f"{reverse('admin:streams_call_changelist')}?{urlencode({'cue': key, **of_flow, **days})}"
