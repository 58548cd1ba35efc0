"""Opening hours on one page: the week as bars and rows, holidays, what happens at a moment, and where they are used."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from flows import drafts, openways, whenopen
from flows.adminbase import ModelAdmin, SaysWhyItStays, display, strict
from flows.clocktime import clock_time
from flows.engine.schedule import WEEKDAYS, Schedule
from flows.hoursform import MONTHS, HoursForm
from flows.models import OpeningHours
from flows.used_in import used_in

CHECK = "check"  # the act of the button that only asks
FIRST_YEAR, LAST_YEAR = 2000, 2100


class AskForm(forms.Form):
    """The moment that is asked about, on the clock of the place; without one it is now."""

    ask_day = forms.DateField(
        label="Day",
        required=False,
        help_text="Empty: today.",
        error_messages={"invalid": "Choose a day, such as 2026-12-25."},
        widget=forms.DateInput({"class": "cw-input", "type": "date"}, format="%Y-%m-%d"),
    )
    ask_time = forms.CharField(
        label="Time",
        required=False,
        max_length=20,
        help_text="Empty: now.",
        widget=forms.TextInput({"class": "cw-input", "autocomplete": "off", "size": 8}),
    )

    def clean_ask_day(self) -> date | None:
        day: date | None = self.cleaned_data["ask_day"]
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"Choose a day between {FIRST_YEAR} and {LAST_YEAR}.")
        return day

    def clean_ask_time(self) -> time | None:
        typed = self.cleaned_data["ask_time"]
        found = clock_time(typed)
        if typed and not found:
            raise forms.ValidationError("Write the time as 18:05, or as 6:05 pm.")
        return time.fromisoformat(found) if found and found != "24:00" else time() if found else None


@admin.register(OpeningHours)
class OpeningHoursAdmin(SaysWhyItStays, ModelAdmin):
    list_display = ["name", "zone", "week"]
    empty_says = (
        "No opening hours yet",
        "They say when calls go to people, and when to voicemail. Add the first with +.",
    )
    search_fields = ["name"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("periods", "holidays")

    @display(description="Open")
    def week(self, hours: OpeningHours) -> str:
        periods = list(hours.periods.all())
        return f"{len({period.weekday for period in periods})} days a week" if periods else "never"

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page. `_save` stores what was typed; any other button changes rows or asks, and stores nothing."""
        hours = self._found(request, object_id)
        act = "" if "_save" in request.POST else request.POST.get("_do", "")
        data = request.POST if request.method == "POST" else None
        form = HoursForm(data, act=act, instance=hours or OpeningHours())
        if "_save" in request.POST and form.is_valid():
            if not self._may_change(request, hours):
                raise PermissionDenied
            return self._stored(request, form, is_new=hours is None)
        return strict(TemplateResponse(request, "flows/hours.html", self._shown(request, hours, form)))

    def why_it_stays(self, hours: OpeningHours) -> str:
        used = used_in("hours", hours.key).in_words()
        return f"“{hours}” cannot be deleted: they are used by {used}. Choose other hours there first." if used else ""

    def _found(self, request: HttpRequest, object_id: str | None) -> OpeningHours | None:
        if object_id is None:
            if not self.has_add_permission(request):
                raise PermissionDenied
            return None
        hours: OpeningHours | None = self.get_object(request, object_id)
        if hours is None:
            raise Http404
        if not self.has_view_or_change_permission(request, hours):
            raise PermissionDenied
        return hours

    def _may_change(self, request: HttpRequest, hours: OpeningHours | None) -> bool:
        return hours is None or self.has_change_permission(request, hours)

    def _stored(self, request: HttpRequest, form: HoursForm, *, is_new: bool) -> HttpResponse:
        if is_new:
            taken = set(OpeningHours.objects.values_list("key", flat=True))
            form.instance.key = drafts.free_key(form.instance.name, taken, otherwise="hours")
        hours = form.save()
        if is_new:
            self.log_addition(request, hours, "Added.")
        else:
            self.log_change(request, hours, "Changed.")
        messages.success(request, f"“{hours}” is saved.{_publish_again(hours)}")
        return HttpResponseRedirect(hours.get_absolute_url())

    def _shown(self, request: HttpRequest, hours: OpeningHours | None, form: HoursForm) -> dict[str, Any]:
        if form.is_bound:
            form.is_valid()  # marks the rows
        schedule = form.schedule()
        here = datetime.now(ZoneInfo(schedule.zone))
        may_delete = hours is not None and self.has_delete_permission(request, hours)
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": form.initial["name"] if hours else "Add opening hours",
            "hours": hours,
            "form": form,
            "week": [(day, whenopen.bars(_hours_of(schedule, day.weekday))) for day in form.days],
            "months": MONTHS,
            "here": f"{here:%H:%M} on {WEEKDAYS[here.weekday()]}",
            "days": whenopen.days_from(schedule, here.date()),
            "is_unsaved": form.is_bound,
            "may_change": self._may_change(request, hours),
            "delete_url": reverse("admin:flows_openinghours_delete", args=[hours.pk]) if hours and may_delete else "",
            "used": used_in("hours", hours.key) if hours else None,
            **_asked(request, hours, schedule, here),
        }


def _asked(request: HttpRequest, hours: OpeningHours | None, schedule: Schedule, here: datetime) -> dict[str, Any]:
    """What happens at the moment that is asked about, and which way calls go then."""
    usual = {"ask_day": f"{here:%Y-%m-%d}", "ask_time": f"{here:%H:%M}"}
    asking = AskForm({**usual, **{name: typed for name in usual if (typed := request.POST.get(name))}})
    if not asking.is_valid():
        return {"asking": asking}
    said = whenopen.at(schedule, asking.cleaned_data["ask_day"], asking.cleaned_data["ask_time"])
    shown: dict[str, Any] = {"asking": asking, "said": said}
    if hours:
        versions = list(drafts.live_versions_using("hours", hours.key))
        shown["ways"] = list(openways.in_drafts(hours.key, schedule, said.moment))
        shown["live_ways"] = list(openways.live(versions, hours.key, schedule, said.moment))
    return shown


def _hours_of(schedule: Schedule, weekday: int) -> list[tuple[str, str]]:
    return [(period.opens, period.closes) for period in schedule.periods if period.weekday == weekday]


def _publish_again(hours: OpeningHours) -> str:
    """What is left to do until callers notice, where the hours are live."""
    flows = list(dict.fromkeys(f"“{version.flow}”" for version in drafts.live_versions_using("hours", hours.key)))
    if not flows:
        return ""
    return f" Callers notice it once {' and '.join(flows)} is published again and that version goes live."
