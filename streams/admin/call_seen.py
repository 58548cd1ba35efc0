"""Who saw the numbers of calls, and which links were shared and opened. Nobody changes or deletes any of it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from flows.adminbase import Immutable, ModelAdmin, display
from streams.admin.call_share import opened_in_words, state_of, with_what
from streams.admin.listing import Listing
from streams.admin.pill import link_to, pill
from streams.models import LinkOpening, SharedLink, Unmasking
from streams.reports.words import moment

MOST_OPENINGS = 100  # on the page of one link


class Seen(Immutable, Listing, ModelAdmin):
    """What the two lists have in common: each row names its call, and the call is a link while it exists."""

    @display(description="call")
    def of_call(self, row: Any) -> str:
        return link_to(row.call) if row.call else f"{row.call_named} (gone)"


@admin.register(Unmasking)
class UnmaskingAdmin(Seen):
    """Who looked at whole numbers of which call, why, and until when."""

    list_display = ["when", "seen_by", "of_call", "what", "reason", "until_when"]
    list_filter = ["seen_by", "at"]
    list_select_related = ["call"]
    search_fields = ["seen_by", "reason", "=call_named"]
    search_help_text = "A person, a word of a reason, or the carrier’s name for the call."
    fields = ["when", "seen_by", "of_call", "call_named", "what", "reason", "until_when"]
    readonly_fields = fields
    heading = "Unmasked calls"
    empty_says = (
        "Nobody unmasked a call yet",
        "Numbers and digits are masked on each call’s page. Who unmasks them gives a reason, which appears here.",
    )

    @display(description="when", ordering="-at")
    def when(self, row: Unmasking) -> str:
        return date_format(timezone.localtime(row.at), "D j M, H:i:s")

    @display(description="until")
    def until_when(self, row: Unmasking) -> str:
        return date_format(timezone.localtime(row.until), "H:i:s")


@admin.register(SharedLink)
class SharedLinkAdmin(Seen):
    """Each link to a call: who made it, for whom, what it shows, whether it still opens, how often it was opened."""

    list_display = ["when", "made_by", "of_call", "note", "with_what", "state", "opened"]
    list_filter = ["made_by", "with_words", "with_costs", "made_at"]
    list_select_related = ["call", "by"]
    search_fields = ["made_by", "note", "=call_named"]
    search_help_text = "A person, a word of what it is for, or the carrier’s name for the call."
    fields = ["when", "made_by", "of_call", "call_named", "note", "with_what", "state", "opened", "openings"]
    readonly_fields = fields
    heading = "Shared links"
    empty_says = (
        "No call was shared yet",
        "“Share, masked” on a call’s page makes a link that shows it without its numbers. Each link, and each time it "
        "is opened, appears here.",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[SharedLink]:
        return super().get_queryset(request).annotate(times=Count("openings"), last=Max("openings__at"))

    @display(description="when", ordering="-made_at")
    def when(self, link: SharedLink) -> str:
        return moment(link.made_at)

    @display(description="shows")
    def with_what(self, link: SharedLink) -> str:
        return with_what(link)

    @display(description="state", ordering="expires_at")
    def state(self, link: SharedLink) -> SafeString:
        return pill(*state_of(link))

    @display(description="opened", ordering="times")
    def opened(self, link: Any) -> str:
        return opened_in_words(link)

    @display(description="each time")
    def openings(self, link: SharedLink) -> str:
        rows = LinkOpening.objects.filter(link=link)[:MOST_OPENINGS]
        lines = ((date_format(timezone.localtime(row.at), "D j M, H:i:s"), _from(row.address)) for row in rows)
        return format_html_join("", "<div>{}{}</div>", lines) or "Nobody opened it yet."


def _from(address: str) -> str:
    return f", from {address}" if address else ""
