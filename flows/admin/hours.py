"""Opening hours, with the week and the yearly holidays in one page."""

import zoneinfo
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest

from flows import drafts
from flows.adminbase import ModelAdmin, SaysWhyItStays, TabularInline, UnfoldAdminSelectWidget, display
from flows.models import Holiday, OpeningHours, OpenPeriod

ABOUT = (
    "One row for each stretch of the week that is open; two rows make a day with a lunch break. 00:00 as closing time "
    "is the end of the day. On a holiday the week does not count: leave its hours empty when you are closed all day, "
    "and its year empty when it comes every year. A published version keeps the hours it was published with."
)


def zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """The time zones by region, as a select wants them."""
    places = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    regions = groupby(places, key=lambda zone: zone.partition("/")[0])
    return [("", [("UTC", "UTC")])] + [
        (region, [(zone, zone.partition("/")[2].replace("_", " ")) for zone in found]) for region, found in regions
    ]


class OpeningHoursForm(forms.ModelForm):
    """Opening hours, with the time zone chosen from a list."""

    zone = forms.ChoiceField(
        choices=zones,
        label="Time zone",
        initial="America/Los_Angeles",
        help_text="The hours below are on the clocks of this place.",
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = OpeningHours
        fields = ["name", "zone"]


class TimesInline(TabularInline):
    """Rows with times of the day, without the seconds."""

    extra = 1
    hide_title = True

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.TimeField):
            field.widget.format = "%H:%M"
        return field


class OpenPeriodInline(TimesInline):
    model = OpenPeriod
    verbose_name = "time when you are open"
    verbose_name_plural = "The week"


class HolidayInline(TimesInline):
    model = Holiday
    verbose_name = "holiday"
    verbose_name_plural = "Holidays"
    fields = ["name", "month", "day", "year", "opens", "closes"]


@admin.register(OpeningHours)
class OpeningHoursAdmin(SaysWhyItStays, ModelAdmin):
    form = OpeningHoursForm
    inlines = [OpenPeriodInline, HolidayInline]
    list_display = ["name", "zone", "week"]
    empty_says = (
        "No opening hours yet",
        "They say when calls go to people, and when to voicemail. Add the first with +.",
    )
    search_fields = ["name"]
    fieldsets = [(None, {"fields": ["name", "zone"], "description": ABOUT})]

    class Media:
        css = {"all": ["flows/build.css"]}

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("periods")

    @display(description="Open")
    def week(self, hours: OpeningHours) -> str:
        periods = list(hours.periods.all())
        return f"{len({period.weekday for period in periods})} days a week" if periods else "never"

    def save_model(self, request: HttpRequest, obj: OpeningHours, form: Any, change: bool) -> None:
        if not change:
            taken = set(OpeningHours.objects.values_list("key", flat=True))
            obj.key = drafts.free_key(obj.name, taken, otherwise="hours")
        super().save_model(request, obj, form, change)

    def why_it_stays(self, hours: OpeningHours) -> str:
        used = ", ".join(f"“{step.name}” of {step.flow}" for step in drafts.steps_using("hours", hours.key))
        return f"“{hours}” cannot be deleted: they are used by {used}. Choose other hours there first." if used else ""
