"""Text messages to callers; above all, those that could not be sent."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.safestring import SafeString

from flows.adminbase import Immutable, ModelAdmin, display
from flows.numbers import masked
from streams.admin.listing import Listing
from streams.admin.pill import link_to, pill
from streams.models import TextMessage
from streams.models.notes import TextStatus
from streams.reports.words import moment

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
        return ["when", "name", "to" if whole else "to_masked", "state", "why"]

    def get_fields(self, request: HttpRequest, obj: TextMessage | None = None) -> list[str]:
        whole = request.user.has_perm("streams.view_number")  # type: ignore[union-attr]
        return ["name", "to" if whole else "to_masked", "text", "state", "why", "when", "tried", "call_link", "sent_as"]

    def get_readonly_fields(self, request: HttpRequest, obj: TextMessage | None = None) -> list[str]:
        return self.get_fields(request, obj)

    @display(description="to")
    def to_masked(self, message: TextMessage) -> str:
        return masked(message.to) or "no number"

    @display(description="state", ordering="status")
    def state(self, message: TextMessage) -> SafeString:
        return pill(message.get_status_display(), TONES.get(TextStatus(message.status), "plain"))

    @display(description="why")
    def why(self, message: TextMessage) -> str:
        return message.error or "–"

    @display(description="asked for", ordering="created_at")
    def when(self, message: TextMessage) -> str:
        return moment(message.created_at)

    @display(description="tried")
    def tried(self, message: TextMessage) -> str:
        last = f", last {moment(message.tried_at)}" if message.tried_at else ""
        times = {0: "not yet", 1: "once"}.get(message.attempts, f"{message.attempts} times")
        return times + last

    @display(description="call")
    def call_link(self, message: TextMessage) -> SafeString:
        return link_to(message.call)

    @display(description="the carrier’s name for it")
    def sent_as(self, message: TextMessage) -> str:
        return message.sid or "–"
