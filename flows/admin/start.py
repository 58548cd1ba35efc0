"""What a builder and a publisher find on the first page: the lines, how they stand, and what waits."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Max, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from flows import drafts
from flows.admin import gallery
from flows.models import Destination, Flow, FlowVersion, Lookup, PhoneNumber

MOST = 12  # flows shown; the list holds the rest


@dataclass(frozen=True)
class Line:
    """One flow: what answers callers now, and how its draft stands."""

    name: str
    url: str
    live: list[str]
    draft: str
    changed: str
    changed_by: str


def shown(request: HttpRequest) -> dict[str, Any]:
    """The lines for who may see flows, or the templates while there are none; {} for everybody else.

    Four queries, however many flows there are.
    """
    may = request.user.has_perm  # type: ignore[union-attr]
    if not may("flows.view_flow"):
        return {}
    found = lines()
    return {
        "lines": found,
        "cards": gallery.cards() if not found and gallery.may_begin(request) else [],
        "waiting": Destination.objects.filter(awaits_approval=True) if may("flows.approve_destination") else [],
        "lookups": Lookup.objects.filter(awaits_approval=True) if may("flows.approve_lookup") else [],
        "silent": PhoneNumber.objects.filter(version=None) if may("flows.go_live") else [],
        "add_url": reverse("admin:flows_gallery") if may("flows.add_flow") else "",
        "all_url": reverse("admin:flows_flow_changelist"),
    }


def lines() -> list[Line]:
    """The flows that were changed last, newest first."""
    flows = list(_with_newest_version().select_related("changed_by")[:MOST])
    live: dict[int, list[str]] = {}
    numbers = PhoneNumber.objects.filter(version__flow__in=flows).annotate(
        flow_pk=F("version__flow"), v=F("version__number")
    )
    for number in numbers:
        live.setdefault(number.flow_pk, []).append(f"v{number.v} live on {number.number}")
    return [
        Line(
            name=flow.name,
            url=flow.get_absolute_url(),
            live=live.get(flow.pk, []),
            draft=_draft_state(flow),
            changed=drafts.ago(flow.changed_at),
            changed_by=_who(flow),
        )
        for flow in flows
    ]


def _with_newest_version() -> QuerySet[Any]:
    newest = FlowVersion.objects.filter(flow=OuterRef("pk")).order_by("-number")
    return Flow.objects.annotate(
        newest=Max("versions__number"), published_at=Subquery(newest.values("published_at")[:1])
    ).order_by("-changed_at")


def _draft_state(flow: Any) -> str:
    if flow.newest is None:
        return "draft, not published yet"
    return f"draft, edited since v{flow.newest}" if flow.changed_at > flow.published_at else ""


def _who(flow: Flow) -> str:
    return (flow.changed_by.get_full_name() or flow.changed_by.get_username()) if flow.changed_by else ""
