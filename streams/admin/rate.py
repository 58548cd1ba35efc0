"""Rates: prices are added, not edited, so that what was billed can always be explained."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from flows.adminbase import ModelAdmin, SaysWhyItStays, display
from streams.admin.listing import Listing
from streams.admin.rate_form import RateForm
from streams.billing.kinds import kind_of
from streams.models import Rate

IN_USE = "Charges rest on this price, so it stays. To change the price, add one with a later date."


class OfModel(admin.SimpleListFilter):
    """The model that is priced, or the line's own stream."""

    title = "model"
    parameter_name = "model"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        kinds = map(kind_of, Rate.objects.order_by("kind").values_list("kind", flat=True).distinct())
        return [(name or "-", title) for name, title in dict.fromkeys((kind.model, kind.title) for kind in kinds)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Rate]) -> QuerySet[Rate]:
        match self.value():
            case None:
                return queryset
            case "-":
                return queryset.exclude(kind__startswith="ai:")
        return queryset.filter(kind__startswith=f"ai:{self.value()}:")


@admin.register(Rate)
class RateAdmin(SaysWhyItStays, Listing, ModelAdmin):
    """A new price is a new row with its date; a row that charges rest on can only be read."""

    form = RateForm
    list_display = ["whose", "counted", "price_shown", "valid_from"]
    list_filter = [OfModel]
    list_per_page = 100
    search_fields = ["kind"]
    search_help_text = "A model, such as gpt-realtime."
    heading = "Prices"
    empty_says = ("No prices yet", "Without a price for the audio stream, no call can be charged. Add one.")

    def get_fieldsets(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        is_stream = obj is None or not kind_of(obj.kind).model
        rounding = {
            "fields": [("increment_seconds", "minimum_seconds")],
            "classes": ["collapse"] if obj is None else [],
        }
        return [
            (None, {"fields": ["whose", "counted", "valid_from"]}),
            ("Price", {"fields": [("price", "currency"), "per"]}),
            *([("Rounding of time, for the line’s audio stream alone", rounding)] if is_stream else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Rate | None = None) -> Any:
        """Who only reads sees the same, in words."""
        return ["counted", "whose"] if obj and not self.has_change_permission(request, obj) else []

    @display(description="model", ordering="kind")
    def whose(self, rate: Rate) -> str:
        return kind_of(rate.kind).title

    @display(description="what is counted")
    def counted(self, rate: Rate) -> str:
        return kind_of(rate.kind).counted

    @display(description="price", ordering="price")
    def price_shown(self, rate: Rate) -> str:
        if kind_of(rate.kind).model:
            return rate.in_words()
        return f"{rate.in_words()}, rounded up to {rate.increment_seconds} s, at least {rate.minimum_seconds} s"

    def has_change_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        if obj is not None and obj.charges.exists():
            return False
        return super().has_change_permission(request, obj)

    def why_it_stays(self, obj: Any) -> str:
        return IN_USE if obj.charges.exists() else ""
