"""What the carrier sent, as it came; above all, what could not be applied."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from flows.adminbase import Immutable, ModelAdmin, display
from streams.admin.listing import Listing
from streams.admin.pill import pill
from streams.models import MAX_TRIES, CarrierMessage

STATES = {"applied": "good", "waiting": "plain", "failing": "warn", "parked": "bad"}


def state_of(message: CarrierMessage) -> str:
    """Whether the message had its effect; `parked` ones are not tried again."""
    if message.applied_at:
        return "applied"
    if message.attempts >= MAX_TRIES:
        return "parked"
    return "failing" if message.error else "waiting"


class HadItsEffect(admin.SimpleListFilter):
    """Applied, waiting, or given up."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("applied", "applied"), ("waiting", "waiting or failing"), ("parked", "parked, needs a person")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CarrierMessage]) -> QuerySet[CarrierMessage]:
        match self.value():
            case "applied":
                return queryset.filter(applied_at__isnull=False)
            case "waiting":
                return queryset.filter(applied_at=None, attempts__lt=MAX_TRIES)
            case "parked":
                return queryset.filter(applied_at=None, attempts__gte=MAX_TRIES)
        return queryset


@admin.register(CarrierMessage)
class CarrierMessageAdmin(Immutable, Listing, ModelAdmin):
    """Each message once, with how often it came and whether it had its effect."""

    list_display = ["received_at", "kind", "call_name", "state", "copies", "tries"]
    list_filter = [HadItsEffect, "kind", "received_at"]
    search_fields = ["=call_uuid"]
    search_help_text = "The carrier’s name for the call."
    heading = "Messages of the carrier"
    empty_says = ("No messages here", "What the carrier tells us about calls appears here, each message once.")

    def get_exclude(self, request: HttpRequest, obj: CarrierMessage | None = None) -> list[str]:
        """The body holds whole numbers."""
        return [] if request.user.has_perm("streams.view_number") else ["body"]  # type: ignore[union-attr]

    @display(description="the carrier’s name for the call", ordering="call_uuid")
    def call_name(self, message: CarrierMessage) -> str:
        return message.call_uuid

    @display(description="state")
    def state(self, message: CarrierMessage) -> SafeString:
        state = state_of(message)
        return pill(state, STATES[state])

    @display(description="tries", ordering="attempts")
    def tries(self, message: CarrierMessage) -> str:
        return str(message.attempts) if message.attempts else ""
