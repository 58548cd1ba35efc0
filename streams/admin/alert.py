"""Alerts: what is wrong now, what was, and one alert whole: what to do, who took it on, who was told."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from flows.adminbase import Immutable, ModelAdmin, strict
from streams.alerts.delivering import mail_in_words
from streams.alerts.kinds import KINDS
from streams.alerts.watching import open_alerts
from streams.alerts.wording import upper_first
from streams.models import Alert
from streams.reports.words import length

HANDLE = "streams.handle_alert"
SEE = "streams.view_alert"
PAST = 50


@admin.register(Alert)
class AlertAdmin(Immutable, ModelAdmin):
    """What nobody took on comes first."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """Open alerts as cards, past ones as a list; `kind` in the query string narrows it down."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        kind = request.GET.get("kind", "")
        of_kind = {"rule__kind": kind} if kind in KINDS else {}
        past = Alert.objects.exclude(closed_at=None).filter(**of_kind).order_by("-closed_at").select_related("rule")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Alerts",
            "open": [_shown(request, alert) for alert in open_alerts().filter(**of_kind)],
            "past": [_shown(request, alert) for alert in past[:PAST]],
            "most": PAST,
            "kinds": [(name, each.title, name == kind) for name, each in KINDS.items()],
            "kind": kind in KINDS,
            "may_set": request.user.has_perm("streams.view_alertrule"),  # type: ignore[union-attr]
        }
        return strict(TemplateResponse(request, "streams/alerts.html", context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One of them, whole."""
        alert = self.get_object(request, unquote(object_id))
        if alert is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, alert):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": alert.title,
            **_shown(request, alert),
            "rule_says": upper_first(KINDS[alert.rule.kind].opens_when(alert.rule)) if alert.rule.kind in KINDS else "",
            "notices": alert.notices.select_related("endpoint").order_by("number", "pk"),
            "mail": mail_in_words(),
            "may_handle": request.user.has_perm(HANDLE),  # type: ignore[union-attr]
            "may_set": request.user.has_perm("streams.view_alertrule"),  # type: ignore[union-attr]
        }
        return strict(TemplateResponse(request, "streams/alert.html", context))

    def get_urls(self) -> list[URLPattern]:
        take = self.admin_site.admin_view(require_POST(self.take_view))
        return [path("<int:pk>/take/", take, name="streams_alert_take"), *super().get_urls()]

    def take_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take it on, with a note; or, with `again`, leave it to others."""
        if not request.user.has_perm(HANDLE):  # type: ignore[union-attr]
            raise PermissionDenied
        alert = get_object_or_404(Alert, pk=pk)
        if "again" in request.POST:
            Alert.objects.filter(pk=pk).update(taken_at=None, taken_by=None)
            done = "Nobody has it now. Reminders go on."
        else:
            note = request.POST.get("note", "").strip()[:300]
            Alert.objects.filter(pk=pk).update(taken_at=timezone.now(), taken_by=request.user, note=note)
            done = "You took it on. Nobody is reminded of it any more."
        self.log_change(request, alert, done)
        messages.success(request, done)
        return HttpResponseRedirect(alert.get_absolute_url())


def _shown(request: HttpRequest, alert: Alert) -> dict[str, Any]:
    """An alert as its pages show it."""
    kind = KINDS.get(alert.rule.kind)
    may_see_calls = request.user.has_perm("streams.view_call")  # type: ignore[union-attr]
    behind = f"{reverse('admin:streams_call_changelist')}?{alert.behind}" if alert.behind and may_see_calls else ""
    return {
        "alert": alert,
        "kind_title": kind.title if kind else alert.rule.kind,
        "figure": upper_first(alert.figure),
        "next": kind.next if kind else "",
        "calls_url": behind,
        "page_url": _address(kind.page) if kind else "",
        "lasted": _lasted(alert),
        "calming": bool(alert.calm_since) and not alert.closed_at,
    }


def _lasted(alert: Alert) -> str:
    """To the minute, once it is some."""
    seconds = ((alert.closed_at or timezone.now()) - alert.opened_at).total_seconds()
    return length(seconds if seconds < 600 else seconds // 60 * 60)


def _address(name: str) -> str:
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


def open_count(request: HttpRequest) -> int:
    """How many nobody took on yet, for who may see them: the figure beside the bell."""
    if not request.user.has_perm(SEE):  # type: ignore[union-attr]
        return 0
    return Alert.objects.filter(closed_at=None, taken_at=None).count()


def told(request: HttpRequest) -> list[Alert]:
    """What is open, for the first page."""
    return list(open_alerts()[:5]) if request.user.has_perm(SEE) else []  # type: ignore[union-attr]
