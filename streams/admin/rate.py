"""Rates: prices are added, not edited, so that what was billed can always be explained."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format

from flows.adminbase import ModelAdmin, SaysWhyItStays, display
from streams.admin.listing import Listing
from streams.admin.rate_form import RateForm
from streams.billing import repricing
from streams.billing.kinds import is_of_minutes, kind_of
from streams.billing.prices import with_until
from streams.models import Rate

IN_USE = "Charges rest on this price, so it stays. To change the price, add one with a later date."


class OfModel(admin.SimpleListFilter):
    """The model that is priced, the line's own stream, or the carrier's minutes."""

    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = map(kind_of, Rate.objects.order_by("kind").values_list("kind", flat=True).distinct())
        shown = ((kind.model or "-", kind.title) for kind in kinds if not kind.direction)
        return [("leg", "The carrier’s minutes"), *dict.fromkeys(shown)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rate]) -> QuerySet[Rate]:
        match self.value():
            case None:
                return queryset
            case "-":
                return queryset.exclude(kind__startswith="ai:").exclude(kind__startswith="leg:")
            case "leg":
                return queryset.filter(kind__startswith="leg:")
        return queryset.filter(kind__startswith=f"ai:{self.value()}:")


@admin.register(Rate)
class RateAdmin(SaysWhyItStays, Listing, ModelAdmin):
    """A new price is a new row with its date; a row that charges rest on can only be read."""

    form = RateForm
    list_display = ["whose", "counted", "price_shown", "valid_from", "until_shown"]
    list_filter = [OfModel]
    list_per_page = 100
    search_fields = ["kind"]
    search_help_text = "A model, such as gpt-realtime, or the first digits of a number."
    heading = "Prices"
    empty_says = ("No prices yet", "Without a price for the audio stream, no call can be charged. Add one.")

    def get_fieldsets(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        is_of_time = obj is None or is_of_minutes(obj.kind)
        rounding = {
            "fields": [("increment_seconds", "minimum_seconds"), "unconnected_seconds"],
            "classes": ["collapse"] if obj is None else [],
        }
        return [
            (
                None,
                {"fields": ["counted", "whose", *([] if self._only_reads(request, obj) else ["begins"]), "valid_from"]},
            ),
            ("Price", {"fields": [("price", "currency"), "per"]}),
            *([("Rounding of time, for what the carrier takes", rounding)] if is_of_time else []),
        ]

    def _only_reads(self, request: HttpRequest, obj: Rate | None) -> bool:
        return obj is not None and not self.has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rate]:
        return with_until(super().get_queryset(request))

    def save_model(self, request: HttpRequest, obj: Rate, form: Any, change: bool) -> None:
        """What was charged by another price meanwhile is charged anew."""
        obj.applied_at, obj.applied_to = None, 0
        super().save_model(request, obj, form, change)
        repricing.ring(obj.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        """Who only reads sees the same, in words."""
        return ["counted", "whose"] if self._only_reads(request, obj) else []

    @display(description="until")
    def until_shown(self, rate: Rate) -> str:
        until = getattr(rate, "until", None)
        return date_format(timezone.localtime(until), "DATETIME_FORMAT") if until else "further notice"

    @display(description="of what", ordering="kind")
    def whose(self, rate: Rate) -> str:
        return kind_of(rate.kind).title

    @display(description="what is counted")
    def counted(self, rate: Rate) -> str:
        return kind_of(rate.kind).counted

    @display(description="price", ordering="price")
    def price_shown(self, rate: Rate) -> str:
        if not is_of_minutes(rate.kind):
            return rate.in_words()
        return f"{rate.in_words()}, rounded up to {rate.increment_seconds} s, at least {rate.minimum_seconds} s"

    def has_change_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        if obj is not None and obj.charges.exists():
            return False
        return super().has_change_permission(request, obj)

    def why_it_stays(self, obj: Any) -> str:
        return IN_USE if obj.charges.exists() else ""
