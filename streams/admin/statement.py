"""The page “Statements”: a month, for whom, what it says, and the PDF to take away."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.dateparse import parse_date
from django.utils.text import slugify

from flows.adminbase import strict
from flows.models import Flow
from streams.billing.months import next_month
from streams.models import Call, LedgerEntry
from streams.statements.adding import Payer, Statement, currencies, payers, statement
from streams.statements.pdf import as_pdf, exactly, in_cents, month_in_words, notes

MAY = "streams.view_charge"
MOST_MONTHS = 36


def statements_page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """What is chosen, as a page; with `as=pdf`, the file."""
    if not request.user.has_perm(MAY):  # type: ignore[union-attr]
        raise PermissionDenied
    months = _months()
    month = _month(request.GET.get("month", ""), months)
    payer = _payer(request.GET.get("for", ""))
    found = [statement(payer, month, currency) for currency in currencies(payer, month)]
    if request.GET.get("as") == "pdf":
        return _file(found)
    flows, centres = payers()
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": "Statements",
        "months": [(each, month_in_words(each)) for each in months],
        "month": month,
        "payer": payer,
        "chosen": _key(payer),
        "flows": flows,
        "centres": centres,
        "statements": [_shown(each) for each in found],
        "empty": not any(each.calls or each.total for each in found),
        "pdf": f"?{urlencode({'month': month.isoformat(), 'for': _key(payer), 'as': 'pdf'})}",
    }
    return strict(TemplateResponse(request, "streams/statements.html", context))


def _months() -> list[date]:
    """From the first month with a call or an entry to this one, the latest first."""
    first = Call.objects.order_by("began_at").values_list("began_at", flat=True).first()
    booked = LedgerEntry.objects.order_by("month").values_list("month", flat=True).first()
    this = timezone.localdate().replace(day=1)
    last = Call.objects.order_by("-began_at").values_list("began_at", flat=True).first()
    known = [this, *(timezone.localtime(at).date().replace(day=1) for at in (first, last) if at)]
    months, end = [min([*known, *([booked] if booked else [])])], max(known)
    while months[-1] < end:
        months.append(next_month(months[-1]))
    return months[: -MOST_MONTHS - 1 : -1]


def _month(said: str, months: list[date]) -> date:
    """The month that is meant; otherwise the last one that is over, since that is what statements are for."""
    try:
        day = parse_date(said)
    except ValueError:
        day = None
    if day and day.replace(day=1) in months:
        return day.replace(day=1)
    this = timezone.localdate().replace(day=1)
    return next((month for month in months if month < this), months[0])


def _payer(said: str) -> Payer:
    kind, _, key = said.partition(":")
    if kind == "flow" and key.isascii() and key.isdigit():
        return Payer(flow=Flow.objects.filter(pk=int(key[:9])).first())
    return Payer(cost_centre=key[:40]) if kind == "centre" else Payer()


def _key(payer: Payer) -> str:
    if payer.flow:
        return f"flow:{payer.flow.pk}"
    return f"centre:{payer.cost_centre}" if payer.cost_centre else ""


def _shown(each: Statement) -> dict[str, Any]:
    def exact(amount: Any) -> str:
        return exactly(amount, each.currency)

    return {
        "statement": each,
        "lines": [
            (
                line.title,
                f"{line.quantity.normalize():,f} {line.unit}" if line.quantity is not None else "",
                exact(line.amount),
            )
            for line in each.lines
        ],
        "adjustments": [(month_in_words(of), exact(amount)) for of, amount in each.adjustments],
        "flows": [(name, calls, exact(amount)) for name, calls, amount in each.flows],
        "total": exact(each.total),
        "to_pay": in_cents(each.total, each.currency),
        "notes": notes(each),
    }


def _file(found: list[Statement]) -> HttpResponse:
    first = found[0]
    name = f"statement-{slugify(first.payer.name) or 'line'}-{first.month:%Y-%m}.pdf"
    response = HttpResponse(as_pdf(found, site=settings.PUBLIC_URL), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    patch_cache_control(response, no_store=True)
    return response
