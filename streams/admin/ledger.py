"""The months of the books: what each cost as it was billed and as is known now, its lines, and closing it."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from flows.adminbase import Immutable, ModelAdmin, strict
from streams.billing import books, months
from streams.billing.kinds import AI, LEG, STREAM
from streams.billing.price_list import CARRIER
from streams.models import Charge, LedgerEntry, Period
from streams.reports.words import money

PER_PAGE = 50
CLOSE = "streams.close_period"
ACCOUNTS = {  # as people read them
    f"{books.EXPENSE}:{STREAM}": "Cost: audio streams",
    f"{books.EXPENSE}:{LEG}": "Cost: the carrier’s minutes",
    f"{books.EXPENSE}:{AI}": "Cost: AI and speech",
}

PAYEES = {CARRIER: "the carrier", "": "whoever it was"}


def account_in_words(account: str) -> str:
    """“Cost: audio streams”, “Owed to the carrier”."""
    payee = account.removeprefix(f"{books.PAYABLE}:")
    return ACCOUNTS.get(account) or f"Owed to {PAYEES.get(payee, payee)}"


@admin.register(Period)
class PeriodAdmin(Immutable, ModelAdmin):
    """Nothing is edited here; a month is closed by a page that says what that means."""

    def get_urls(self) -> list[Any]:
        close = path("<int:pk>/close/", self.admin_site.admin_view(self.close_view), name="streams_close_period")
        return [close, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """All months, the latest first."""
        self._may_see(request)
        known = {period.month: period for period in Period.objects.select_related("closed_by")}
        rows = [_row(month, known) for month in books.months()]
        return self._page(request, "ledger", "The books", rows=rows)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One month: its sums by account, and its lines."""
        self._may_see(request)
        period = get_object_or_404(Period.objects.select_related("closed_by"), pk=_whole(object_id))
        lines = LedgerEntry.objects.filter(period=period).select_related("charge").order_by("-pk")
        shown = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
        return self._page(
            request,
            "ledger_month",
            f"{period.month:%B %Y}",
            period=period,
            rows=[_row(row, {period.month: period}) for row in books.of_month(period.month)],
            accounts=[(account_in_words(name), _balance(*more)) for name, *more in books.accounts(period)],
            lines=[_line(entry, period.month) for entry in shown],
            shown=shown,
            why_open=months.why_open(period.month),
            may_close=request.user.has_perm(CLOSE),  # type: ignore[union-attr]
        )

    def close_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, and close."""
        self._may_see(request)
        if not request.user.has_perm(CLOSE):  # type: ignore[union-attr]
            raise PermissionDenied
        period = get_object_or_404(Period, pk=pk)
        here = reverse("admin:streams_period_change", args=[pk])
        if request.method == "POST":
            try:
                months.close(period.month, by=request.user, note=request.POST.get("note", "").strip())
            except months.StaysOpen as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"{period.month:%B %Y} is closed.")
            return HttpResponseRedirect(here)
        return self._page(
            request,
            "ledger_close",
            f"Close {period.month:%B %Y}?",
            period=period,
            back=here,
            why_open=months.why_open(period.month),
            following=months.next_month(period.month),
            rows=[_row(row, {period.month: period}) for row in books.of_month(period.month)],
            in_doubt=_in_doubt(period.month),
        )

    def _may_see(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, title: str, **more: Any) -> HttpResponse:
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, **more}
        context["zone"] = timezone.get_current_timezone_name()
        return strict(TemplateResponse(request, f"streams/{name}.html", context))


def _row(row: books.Month, known: dict[date, Period]) -> dict[str, Any]:
    period = known.get(row.month)
    return {
        "month": row.month,
        "currency": row.currency,
        "period": period,
        "billed": _balance(row.currency, row.billed),
        "known": _balance(row.currency, row.known),
        "carried": _balance(row.currency, row.carried) if row.carried else "",
        "difference": _signed(row) if row.difference else "",
    }


def _balance(currency: str, amount: Decimal) -> str:
    return f"{'−' if amount < 0 else ''}{money(abs(amount), currency)}"


def _signed(row: books.Month) -> str:
    """A difference with its sign, in words that need no colour."""
    return f"{money(abs(row.difference), row.currency)} {'more' if row.difference > 0 else 'less'}"


def _line(entry: LedgerEntry, month: date) -> dict[str, Any]:
    return {
        "account": account_in_words(entry.account),
        "amount": money(abs(entry.amount), entry.currency),
        "debit": entry.amount > 0,
        "what": entry.charge.description,
        "url": reverse("admin:streams_charge_change", args=[entry.charge_id]),
        "taken_back": entry.reversal,
        "posted_at": entry.posted_at,
        "of": entry.month if entry.month != month else None,
    }


def _in_doubt(month: date) -> dict[str, int]:
    """How many charges of this month are not agreed with the carrier, by their status."""
    of_month = Charge.objects.current().filter(entries__month=month).exclude(kind=AI)
    return {status: of_month.filter(status=status).distinct().count() for status in ("estimated", "disputed")}


def _whole(said: str) -> int:
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 19 else 0
