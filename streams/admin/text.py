"""Text messages to callers; above all, those that could not be sent."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from flows.adminbase import Immutable, ModelAdmin, display
from flows.numbers import masked
from streams.admin.listing import Listing
from streams.admin.pill import pill
from streams.models import TextMessage
from streams.models.notes import TextStatus

TONES = {
    TextStatus.SENT: "good",
    TextStatus.FAILED: "bad",
    TextStatus.UNCLEAR: "warn",
}


@admin.register(TextMessage)
class TextMessageAdmin(Immutable, Listing, ModelAdmin):
    """Each message once, with whether the carrier took it, and why not."""

    list_filter = ["status", "created_at"]
    heading = "Text messages"
    empty_says = ("No text messages yet", "When an AI step sends a caller a text message, it is here.")

    def get_list_display(self, request: HttpRequest) -> list[str]:
        whole = request.user.has_perm("streams.view_number")  # type: ignore[union-attr]
        return ["created_at", "name", "to" if whole else "to_masked", "state", "error"]

    def get_exclude(self, request: HttpRequest, obj: TextMessage | None = None) -> list[str]:
        return [] if request.user.has_perm("streams.view_number") else ["to"]  # type: ignore[union-attr]

    @display(description="to")
    def to_masked(self, message: TextMessage) -> str:
        return masked(message.to) or "no number"

    @display(description="state", ordering="status")
    def state(self, message: TextMessage) -> SafeString:
        return pill(message.get_status_display(), TONES.get(TextStatus(message.status), "plain"))
