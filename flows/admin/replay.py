"""The page that plays past calls on the draft: which of them would go elsewhere now, and how."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from flows import engine, publishing, seams
from flows.admin.replay_map import Played, map_of
from flows.admin.testcalls import tests_url
from flows.adminbase import strict
from flows.engine import snapshot
from flows.models import Flow
from flows.pastflows import versions_of
from flows.seams import PastCall
from flows.testcalls.replaying import compare

DAYS = {"1": "the last day", "7": "the last week", "28": "the last four weeks"}
USUAL_DAYS = "7"
MOST_CALLS = 500  # as many as are played while a page is waited for


@dataclass
class Change:
    """Calls that part from their old way at the same step, in the same way. Names of steps, as people call them.

    `calls` stand with their place among all that go elsewhere, by which the map finds their ways.
    """

    where: str
    before: str
    after: str
    before_end: str
    after_end: str
    calls: list[tuple[int, PastCall]] = field(default_factory=list)


def replay_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Play the calls of the last days on the draft, and tell which would go elsewhere."""
    if not request.user.has_perms(["flows.view_flow", "flows.view_figures"]):  # type: ignore[union-attr]
        raise PermissionDenied
    flow = get_object_or_404(Flow, pk=pk)
    days = request.GET.get("days", USUAL_DAYS)
    days = days if days in DAYS else USUAL_DAYS
    with_tests = "tests" in request.GET
    since = timezone.now() - timedelta(days=int(days))
    draft = publishing.draft(flow).flow
    calls = seams.past_calls(flow.pk, since, MOST_CALLS, rehearsals=with_tests) if draft else []
    played = _played(calls, versions_of(flow, calls), draft) if draft else []
    changed = [one for one in played if not one[2].same]
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Past calls on the draft of {flow}",
        "opts": model_admin.opts,
        "flow": flow,
        "tests_url": tests_url(flow),
        "unreadable": draft is None,
        "played": len(played),
        "most": MOST_CALLS if len(calls) == MOST_CALLS else 0,
        "elsewhere": len(changed),
        "changes": _changes(draft, changed) if draft else [],
        "map": map_of(draft, changed) if draft and changed else None,
        "periods": [(key, words, key == days) for key, words in DAYS.items()],
        "days": days,
        "with_tests": with_tests,
        "may_open_calls": request.user.has_perm("streams.view_call"),  # type: ignore[union-attr]
    }
    return strict(TemplateResponse(request, "flows/replay.html", context))


def _played(calls: list[PastCall], versions: dict[int, engine.Flow], draft: engine.Flow) -> list[Played]:
    found = ((call, versions.get(call.version_pk) or snapshot.readable(call.rehearsed)) for call in calls)
    return [
        (call, before, compare(call.events, before, draft, began=call.began.timestamp()))
        for call, before in found
        if before
    ]


def _changes(draft: engine.Flow, changed: list[Played]) -> list[Change]:
    """Those that go elsewhere, alike ones together, the most frequent first."""
    found: dict[Any, Change] = {}
    for place, (call, before, compared) in enumerate(changed):
        key = (compared.differs_at, compared.before_next, compared.after_next)
        if key not in found:
            found[key] = Change(
                where=_name(before, compared.differs_at, "the beginning"),
                before=_name(before, compared.before_next, "nowhere"),
                after=_name(draft, compared.after_next, "nowhere"),
                before_end=_name(before, compared.before_end, "nowhere"),
                after_end=_name(draft, compared.after_end, "nowhere"),
            )
        found[key].calls.append((place, call))
    return sorted(found.values(), key=lambda change: -len(change.calls))


def _name(flow: engine.Flow, step: str, otherwise: str) -> str:
    return flow.name_of(step) if step else otherwise
