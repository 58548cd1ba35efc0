"""Playing one call on the draft of its flow, on the call's own page: would it go elsewhere now?"""

from dataclasses import dataclass

from django.http import HttpRequest

from flows import engine, publishing
from flows.engine import snapshot
from flows.models import Flow
from flows.testcalls.replaying import Comparison, compare
from streams.models import Call
from streams.reports.reading import zero

ASKED = "draft"  # in the address of the page
MAY = ("flows.view_flow", "flows.view_figures")


@dataclass(frozen=True, slots=True)
class Tried:
    """What the draft would do with the call, in sentences. `url` leads to the draft."""

    heading: str
    sentences: list[str]
    url: str


def url(request: HttpRequest, call: Call) -> str:
    """Where the call is tried on the draft, "" for whom that is not offered to and while it goes on."""
    may = request.user.has_perms(MAY)  # type: ignore[union-attr]
    return f"?{ASKED}#tried" if may and call.ended_at and flow_of(call) else ""


def tried(request: HttpRequest, call: Call) -> Tried | None:
    """What became of it there, where somebody asks who may."""
    row = flow_of(call)
    if ASKED not in request.GET or not url(request, call) or row is None:
        return None
    draft, before = publishing.draft(row).flow, snapshot.readable(call.snapshot or {})
    if draft is None or before is None:
        unread = "A step of this flow cannot be read. Mend it first; the call is kept."
        return Tried("It cannot be tried now", [unread], row.get_absolute_url())
    logged = list(call.events.values_list("at", "kind", "step", "data"))
    way = compare(logged, before, draft, began=zero(call).timestamp())
    return Tried(*_in_words(way, before, draft), row.get_absolute_url())


def flow_of(call: Call) -> Flow | None:
    """The flow that the call was made to; None when nothing answered, or the flow is gone."""
    carried = call.rehearsal or call.version
    return carried.flow if carried else None


def _in_words(way: Comparison, before: engine.Flow, draft: engine.Flow) -> tuple[str, list[str]]:
    if way.same:
        return "On the draft it goes the same way", [f"It ends at {_name(draft, way.after_end)}."]
    return f"On the draft it goes elsewhere from {_name(before, way.differs_at, 'the beginning')} on", [
        f"Then it went to {_name(before, way.before_next)}, and ended at {_name(before, way.before_end)}.",
        f"Now it would go to {_name(draft, way.after_next)}, and end at {_name(draft, way.after_end)}.",
    ]


def _name(flow: engine.Flow, step: str, otherwise: str = "nowhere") -> str:
    return f"“{flow.name_of(step)}”" if step else otherwise
