"""The page “Calls and cost per day”."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from flows.adminbase import strict
from streams.reports.daily import LONGEST_RANGE, Day, bounds, days, total
from streams.reports.words import money

USUAL_DAYS = 14
OFFERED = (7, 14, 30, 90)
BAR = 100  # the length of the longest bar, in the drawing's own units


def daily(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """One row for each day of a range (`from`, `to` in the query string), each a link to that day's calls."""
    if not calls.has_view_permission(request):
        raise PermissionDenied
    may_see_money = request.user.has_perm("streams.view_charge")  # type: ignore[union-attr]
    today = timezone.localdate()
    first, last, problem = chosen_range(request.GET.get("from", ""), request.GET.get("to", ""), today)
    found = days(first, last)
    whole = total(found)
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": "Calls and cost per day",
        "first": first,
        "last": last,
        "problem": problem,
        "rows": _rows(found),
        "whole": _row(whole, None, bounds(first, last)),
        "may_see_money": may_see_money,
        "unpriced": sorted(whole.unpriced) if may_see_money else [],
        "prices_url": reverse("admin:streams_rate_changelist"),
        "time_zone": timezone.get_current_timezone_name(),
        "offered": [
            (n, urlencode({"from": today - timedelta(days=n - 1), "to": today}), (first, last) == _back(today, n))
            for n in OFFERED
        ],
    }
    return strict(TemplateResponse(request, "streams/daily.html", context))


def chosen_range(said_first: str, said_last: str, today: date) -> tuple[date, date, str]:
    """The range that was asked for, and a sentence when it could not be taken as it was."""
    problem = ""
    first, last = _day(said_first), _day(said_last)
    if (said_first and not first) or (said_last and not last):
        problem = "A date was not understood, so the usual range is shown. Write dates as 2026-11-22."
        first = last = None
    last = last or today
    first = first or last - timedelta(days=USUAL_DAYS - 1)
    if first > last:
        first, last = last, first
    if last - first >= LONGEST_RANGE:
        first = last - LONGEST_RANGE + timedelta(days=1)
        problem = "At most one year can be shown; this is the last year of what you asked for."
    return first, last, problem


def _day(said: str) -> date | None:
    """A date with room on both sides for the arithmetic, or None."""
    try:
        day = parse_date(said)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None


def _back(today: date, n: int) -> tuple[date, date]:
    return today - timedelta(days=n - 1), today


def _rows(found: list[Day]) -> list[dict[str, Any]]:
    busiest = max(day.calls for day in found)
    costliest = max(day.spent for day in found)
    rows = []
    for day in found:
        row = _row(day, day.date, bounds(day.date, day.date))
        row["calls_bar"] = BAR * day.calls // busiest if busiest else 0
        row["cost_bar"] = int(BAR * day.spent / costliest) if costliest else 0
        rows.append(row)
    return rows


def _row(day: Day, date_: date | None, between: tuple[Any, Any]) -> dict[str, Any]:
    began, ended = between
    query = urlencode({"began_at__gte": began.isoformat(), "began_at__lt": ended.isoformat()})
    average = day.cost_per_call
    return {
        "date": date_,
        "figures": day,
        "cost": money(day.spent),
        "prompts": money(day.prompts) if day.prompts else "",
        "average": money(average) if average is not None else "–",
        "calls_url": f"{reverse('admin:streams_call_changelist')}?{query}",
    }
