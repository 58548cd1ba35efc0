"""The operations desk: the calls on the line, and one of them as it goes on. And the list of what was done there."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import ModelAdmin as AnyAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.models import Destination
from streams.admin.listing import Listing
from streams.admin.pill import link_to
from streams.desk import audit, live, switching, watchers
from streams.house_texts import WE_END
from streams.models import Call, DeskAct
from streams.reports.words import length

ACTS = {
    audit.LISTENS: "began to listen",
    audit.LISTENED: "stopped listening",
    audit.REFUSED: "was refused",
    audit.CAME: "what came of it",
    "send": "sent the call to a person",
    "end": "ended the call",
    "write": "had the talk written down",
    "agents_off": "switched AI steps off",
    "agents_on": "switched AI steps on",
    "prepares_announcement": "prepared an announcement",
    "announces": "announced an emergency",
    "stops_announcing": "ended the announcement",
}


def page(calls: AnyAdmin, request: HttpRequest) -> HttpResponse:
    """The desk, with the calls as they are now; the page's socket tells it what comes after."""
    watcher = watchers.watcher(request.user)
    if not request.user.has_perm(watchers.WATCH):  # type: ignore[union-attr]
        raise PermissionDenied
    context = {
        **calls.admin_site.each_context(request),
        "title": "Operations desk",
        "rows": [row.row(watcher) for row in live.calls()],
        "most": live.MOST,
        "watcher": watcher,
        "places": Destination.objects.filter(awaits_approval=False) if watcher.directs else [],
        "we_end": WE_END,
        "switched": switching.on_lines(),
        "may_call": request.user.has_perms(["flows.view_flow", "streams.add_rehearsal"]),  # type: ignore[union-attr]
    }
    return strict(TemplateResponse(request, "streams/desk/page.html", context))


def url(call: Call, request: HttpRequest) -> str:
    """Where this person watches the call while it goes on; "" when it is over, or they may not."""
    may = request.user.has_perm(watchers.WATCH)  # type: ignore[union-attr]
    return f"{reverse('admin:streams_desk')}#call-{call.pk}" if may and call.ended_at is None else ""


@admin.register(DeskAct)
class DeskActAdmin(Immutable, Listing, ModelAdmin):
    """Who did what to which call or flow, and when. Rows are only ever added."""

    list_display = ["when", "done_by", "did", "of_call", "of_flow"]
    list_filter = ["done_by", "act", "at"]
    list_select_related = ["call"]
    search_fields = ["done_by", "=call_named", "flow_named"]
    search_help_text = "A person, a flow, or the carrier’s name for the call."
    fields = ["when", "done_by", "did", "of_call", "call_named", "of_flow", "data"]
    readonly_fields = fields
    heading = "Acts at the desk"
    empty_says = (
        "Nobody did anything at the desk yet",
        "Whoever listens to a call at the operations desk, or acts on one, appears here: who, when, and on which.",
    )

    @display(description="when", ordering="-at")
    def when(self, row: DeskAct) -> str:
        return date_format(timezone.localtime(row.at), "D j M, H:i:s")

    @display(description="what", ordering="act")
    def did(self, row: DeskAct) -> str:
        said = ACTS.get(row.act, row.act.replace("_", " "))
        seconds: Any = row.data.get("seconds")
        if row.act == audit.CAME:
            what = ACTS.get(str(row.data.get("of")), "an act")
            return f"{what}: done" if row.data.get("done") else f"{what}: not done. {row.data.get('sentence', '')}"
        if row.act == audit.REFUSED:
            return f"{said}, without the permission: {ACTS.get(str(row.data.get('wanted')), 'something unknown')}"
        return f"{said} after {length(seconds)}" if isinstance(seconds, int) else said

    @display(description="call")
    def of_call(self, row: DeskAct) -> str:
        return link_to(row.call) if row.call else f"{row.call_named} (gone)" if row.call_named else "–"

    @display(description="flow")
    def of_flow(self, row: DeskAct) -> str:
        return row.flow_named or "–"
