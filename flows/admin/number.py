"""A phone number: what answers it now, its history, and the page on which a version goes live."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format

from flows import golive, publishing
from flows.admin.version import go_live_url
from flows.adminbase import ModelAdmin, SaysWhyItStays, display, strict
from flows.forms import GoLiveForm
from flows.models import FlowVersion, PhoneNumber, PlannedGoLive


@admin.register(PhoneNumber)
class PhoneNumberAdmin(SaysWhyItStays, ModelAdmin):
    list_display = ["number", "label", "answers"]
    list_select_related = ["version__flow"]
    search_fields = ["number", "label"]
    empty_says = ("No number yet", "Add the numbers that people call with +; then let a published version answer them.")
    fields = ["number", "label"]
    readonly_fields = ["answers"]
    change_form_template = "flows/number.html"

    def get_urls(self) -> list[URLPattern]:
        go_live = self.admin_site.admin_view(self.go_live_view)
        return [path("<int:pk>/go-live/", go_live, name="flows_phonenumber_go_live"), *super().get_urls()]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        number = self.get_object(request, object_id) if object_id else None
        shown = {**(extra_context or {})}
        if number:
            shown |= {
                "history": _history(number),
                "planned": _planned(number),
                "may_go_live": request.user.has_perm("flows.go_live"),  # type: ignore[union-attr]
                "go_live_url": reverse("admin:flows_phonenumber_go_live", args=[number.pk]),
            }
        return strict(super().changeform_view(request, object_id, form_url, shown))

    @display(description="What answers", ordering="version")
    def answers(self, number: PhoneNumber) -> str:
        return str(number.version or "nothing yet")

    def why_it_stays(self, number: PhoneNumber) -> str:
        if number.history.exists():
            return f"{number} has been live, and its history is kept, so it cannot be deleted."
        return ""

    def go_live_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask for the version and the reason, then let that version answer the number."""
        if not request.user.has_perm("flows.go_live"):  # type: ignore[union-attr]
            raise PermissionDenied
        number = get_object_or_404(PhoneNumber.objects.select_related("version__flow"), pk=pk)
        if request.method == "POST" and "_withdraw" in request.POST:
            golive.withdraw(number, by=request.user)
            messages.success(request, "It is withdrawn. The number stays as it is.")
            return HttpResponseRedirect(number.get_absolute_url())
        form = GoLiveForm(request.POST or None, initial={"version": request.GET.get("version")})
        if request.method == "POST" and form.is_valid():
            try:
                done = _go_live(number, by=request.user, **form.cleaned_data)
            except publishing.CannotGoLive as error:
                form.add_error("version", str(error))
            else:
                self.log_change(request, number, done)
                messages.success(request, done)
                return HttpResponseRedirect(number.get_absolute_url())
        context = {
            **self.admin_site.each_context(request),
            "title": f"Go live on {number}",
            "opts": self.opts,
            "number": number,
            "form": form,
        }
        return strict(TemplateResponse(request, "flows/go_live.html", context))


def _go_live(number: PhoneNumber, *, version: FlowVersion, why: str, at: datetime | None, by: Any) -> str:
    """Go live now or at a time; what was done, as a sentence. Raises `CannotGoLive`."""
    if settings.GO_LIVE_NEEDS_TWO and golive.needs_second_person(number, version, by):
        raise publishing.CannotGoLive(golive.SECOND_PERSON)
    if at:
        golive.plan(number, version, at=at, by=by, why=why)
        return f"{version} goes live on {number} at {date_format(timezone.localtime(at), 'j M Y, H:i')}."
    publishing.go_live(number, version, by=by, why=why)
    return f"{version} answers {number} from the next call on."


def _planned(number: PhoneNumber) -> list[PlannedGoLive]:
    """What is to come, and what was to come last and could not be done."""
    rows = number.planned.select_related("version__flow", "by")
    failed = rows.filter(what_came__startswith="Not done.", done_at__gt=timezone.now() - timedelta(days=2))
    return [*rows.filter(done_at=None), *failed]


def _history(number: PhoneNumber) -> list[tuple[Any, str]]:
    """Each act of going live, newest first, with the page that goes back to what it put live ("" for today's)."""
    acts = number.history.select_related("version__flow", "previous__flow", "by")
    return [
        (act, "" if act.version is None or act.version_id == number.version_id else go_live_url(number, act.version))
        for act in acts
    ]
