"""Charges: every version of every figure. Append-only, so nothing can be edited here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from flows.adminbase import Immutable, ModelAdmin, display
from streams.admin.ledger import account_in_words
from streams.admin.listing import Listing
from streams.admin.pill import link_to, pill
from streams.billing.kinds import AI
from streams.models import Charge
from streams.reports.bill import BASIS
from streams.reports.names import names_in
from streams.reports.words import money

STATUS_TONES = {"matched": "good", "estimated": "plain", "disputed": "bad"}


class CurrentOrReplaced(admin.SimpleListFilter):
    """Whether a figure still counts."""

    title = "counts"
    parameter_name = "counts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "current"), ("no", "replaced by a newer figure")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Charge]) -> QuerySet[Charge]:
        if self.value() is None:
            return queryset
        return queryset.filter(superseded_by__isnull=self.value() == "yes")


@admin.register(Charge)
class ChargeAdmin(Immutable, Listing, ModelAdmin):
    """What each thing cost, on what it rests, and what it said before."""

    list_display = ["what", "amount_shown", "rests_on", "status_shown", "of_call", "version_shown"]
    list_filter = [CurrentOrReplaced, "kind", "status", "basis", "created_at"]
    list_select_related = ["call", "superseded_by"]
    ordering = ["-created_at", "-pk"]
    search_fields = ["description", "=source_key", "=call__call_uuid"]
    search_help_text = "A model, such as gpt-realtime, or the carrier’s name for the call."
    readonly_fields = [
        *("what", "amount_shown", "carriers", "price", "rests_on", "status_shown", "of_call", "of_step"),
        *("version_shown", "made_at", "versions", "booked", "key"),
    ]
    fields = readonly_fields
    heading = "Charges"
    empty_says = ("No charges here yet", "A charge appears here when a stream has ended or an engine was used.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Charge]:
        return super().get_queryset(request).defer("call__state", "call__pending")

    @display(description="what", ordering="source_key")
    def what(self, charge: Charge) -> str:
        return charge.description

    @display(description="amount", ordering="amount")
    def amount_shown(self, charge: Charge) -> str:
        return money(charge.amount, charge.currency)

    @display(description="rests on", ordering="basis")
    def rests_on(self, charge: Charge) -> str:
        return BASIS.get(charge.basis, charge.basis)

    @display(description="status", ordering="status")
    def status_shown(self, charge: Charge) -> SafeString:
        return pill(charge.get_status_display(), STATUS_TONES.get(charge.status, "plain"))

    @display(description="call")
    def of_call(self, charge: Charge) -> SafeString:
        return link_to(charge.call)

    @display(description="version", ordering="version")
    def version_shown(self, charge: Charge) -> SafeString:
        replaced = getattr(charge, "superseded_by", None) is not None
        return pill(f"{charge.version}, replaced", "warn") if replaced else pill(str(charge.version))

    @display(description="at the price")
    def price(self, charge: Charge) -> str:
        return str(charge.rate or "none")

    @display(description="the carrier says")
    def carriers(self, charge: Charge) -> str:
        if charge.carrier_amount is None:
            return "nothing yet" if charge.kind != AI else "nothing: this is an engine’s"
        return money(charge.carrier_amount, charge.currency)

    @display(description="of the step")
    def of_step(self, charge: Charge) -> str:
        return names_in(charge.call.snapshot).step(charge.step) if charge.step else "no single one"

    @display(description="all its versions")
    def versions(self, charge: Charge) -> SafeString:
        """The whole history, the latest first."""
        rows = Charge.objects.filter(source_key=charge.source_key).order_by("-version")
        return format_html_join(
            SafeString("<br>"),
            '<a class="cw-link" href="{}">{}</a>: {}, {}, {} ({})',
            (
                (
                    reverse("admin:streams_charge_change", args=[row.pk]),
                    row.version,
                    money(row.amount, row.currency),
                    BASIS.get(row.basis, row.basis),
                    date_format(timezone.localtime(row.created_at), "DATETIME_FORMAT"),
                    "first" if row.version == 1 else row.reason,
                )
                for row in rows
            ),
        )

    @display(description="in the books")
    def booked(self, charge: Charge) -> SafeString | str:
        """The lines of this version."""
        entries = charge.entries.select_related("period")
        lines = format_html_join(
            SafeString("<br>"),
            '{}{} {} {} in <a class="cw-link" href="{}">{}</a>',
            (
                (
                    "taken back: " if entry.reversal else "",
                    account_in_words(entry.account),
                    money(abs(entry.amount), entry.currency),
                    "debit" if entry.amount > 0 else "credit",
                    reverse("admin:streams_period_change", args=[entry.period_id]),
                    str(entry.period),
                )
                for entry in entries
            ),
        )
        return lines or "nothing: it is free, or an earlier version booked the same"

    @display(description="made")
    def made_at(self, charge: Charge) -> str:
        why = "" if charge.version == 1 else f", because of: {charge.reason}"
        return f"{date_format(timezone.localtime(charge.created_at), 'DATETIME_FORMAT')}{why}"

    @display(description="known here as")
    def key(self, charge: Charge) -> str:
        return charge.source_key
