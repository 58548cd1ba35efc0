"""Rates: prices are added, not edited, so that what was billed can always be explained."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from flows.adminbase import ModelAdmin, SaysWhyItStays, display
from streams.admin.listing import Listing
from streams.models import Rate

IN_USE = "Charges rest on this price, so it stays. To change the price, add one with a later date."


@admin.register(Rate)
class RateAdmin(SaysWhyItStays, Listing, ModelAdmin):
    """A new price is a new row with its date; a row that charges rest on can only be read."""

    list_display = ["kind", "price_shown", "rounding", "valid_from"]
    list_filter = ["kind"]
    fieldsets = [
        (None, {"fields": ["kind", "valid_from"]}),
        ("Price", {"fields": ["price", "currency", "per", "unit"]}),
        ("Rounding of time", {"fields": ["increment_seconds", "minimum_seconds"]}),
    ]
    heading = "Prices"
    empty_says = ("No prices yet", "Without a price for “stream”, no call can be charged. Run “manage.py migrate”.")

    @display(description="price", ordering="price")
    def price_shown(self, rate: Rate) -> str:
        many = "a" if rate.per == 1 else f"for {rate.per:,}"
        return f"{rate.price.normalize():f} {rate.currency} {many} {rate.unit.replace('_', ' ')}"

    @display(description="rounding of time")
    def rounding(self, rate: Rate) -> str:
        if rate.kind != "stream":
            return "–"
        return f"up to {rate.increment_seconds} s, at least {rate.minimum_seconds} s"

    def has_change_permission(self, request: HttpRequest, obj: Rate | None = None) -> bool:
        if obj is not None and obj.charges.exists():
            return False
        return super().has_change_permission(request, obj)

    def why_it_stays(self, obj: Any) -> str:
        return IN_USE if obj.charges.exists() else ""
