"""The page “How long data is kept”: rules of the site and of each flow, what goes tonight, and what went."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from flows.adminbase import ModelAdmin, strict
from flows.models import Flow
from streams.admin.retention_form import RetentionForm
from streams.models import RetentionRule, RetentionRun
from streams.retention import nightly, rules
from streams.retention.kinds import BY_NAME

NIGHTS = 14  # runs that the page shows
CHANGE = "streams.change_retentionrule"


@admin.register(RetentionRule)
class RetentionRuleAdmin(ModelAdmin):
    """One page; rules are not looked at one by one."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """GET shows the rules of the site, or of `?flow=`; POST changes them, after a second look where data goes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.get("flow", "")
        flow = get_object_or_404(Flow, pk=asked) if asked.isdecimal() else None
        return _page(self, request, flow)


def _page(model_admin: ModelAdmin, request: HttpRequest, flow: Flow | None) -> HttpResponse:
    pk, now = flow.pk if flow else None, datetime.now(UTC)
    stored, going_tonight = rules.kept(pk), rules.tonight(now)
    form = RetentionForm(request.POST or None, kept=stored, on_flow=flow is not None)
    going: dict[str, int] = {}
    if request.method == "POST":
        if not request.user.has_perm(CHANGE):  # type: ignore[union-attr]
            raise PermissionDenied
        if form.is_valid():
            going = rules.would_go(pk, form.wanted(), now)
            if not going or "confirm" in request.POST:
                rules.change(pk, form.wanted(), by=request.user)
                messages.success(request, "Saved. What is older than that goes next night.")
                return HttpResponseRedirect(request.get_full_path())
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "How long data is kept",
        "flow": flow,
        "flows": Flow.objects.order_by("name"),
        "differ": _differ(),
        "form": form,
        "going": [(BY_NAME[name].title, calls) for name, calls in going.items()],
        "rows": [
            (kind, how, days, _in_words(stored[kind.name]), going_tonight[kind.name]) for kind, how, days in form.rows()
        ],
        "may_change": request.user.has_perm(CHANGE),  # type: ignore[union-attr]
        "nights": [(night, _removed(night)) for night in RetentionRun.objects.all()[:NIGHTS]],
    }
    return strict(TemplateResponse(request, "streams/retention.html", context))


def _in_words(kept: Any) -> str:
    """What is stored of one kind, for who may not change it."""
    return {rules.SITE: "as on the whole site", None: "for ever"}.get(kept) or f"{kept} days"


def _differ() -> set[int]:
    """The flows that keep something otherwise than the site."""
    return set(RetentionRule.objects.exclude(flow=None).values_list("flow", flat=True))


def _removed(night: RetentionRun) -> list[str]:
    titles = {name: kind.title for name, kind in BY_NAME.items()} | {
        nightly.STRAYS: "Messages about no call of ours",
        nightly.UNPROVEN: "Recordings without proof of their notice",
    }
    return [f"{titles.get(name, name)}: {count:,}" for name, count in night.removed.items()]
