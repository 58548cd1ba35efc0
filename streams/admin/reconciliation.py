"""The pages “Reconciliation”: each day's account with the carrier, and what in it waits for a person."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from flows.adminbase import strict
from streams.carriers import at_hand
from streams.figures import rollups
from streams.models import AwaitedRecord, BookDay, UnreadableRecord
from streams.reconciling import account, settling
from streams.reconciling.both_sides import apart, things
from streams.reconciling.clearing import DAYS, Day, by_day, days
from streams.reconciling.matching import Bucket, Thing
from streams.reports.words import moment, money

SEES, SETTLES = "streams.view_carrierrecord", "streams.settle_difference"
MOST_SHOWN = 200
LONG_NOTE = 500
OUTDATED = "The carrier changed its record since you opened this page. Look at it again: it stands below as it is now."
NOTHING_WRITTEN = "Write something first, then press “Add the note”."

# What the two decisions are called, by how the sides differ: accept theirs, keep ours.
CHOICES: dict[Bucket, tuple[str, str]] = {
    Bucket.DIFFERS: ("Accept the carrier’s figure", "Keep ours and dispute"),
    Bucket.THEIRS: ("Accept: we pay it", "Dispute: we do not owe it"),
    Bucket.OURS: ("Accept: it is not billed", "Keep ours: it is still owed"),
}
DECIDED = {"accept-theirs": "accepted", "keep-ours": "disputed"}


def overview(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The last 35 days, the ones that do not add up first."""
    _may_see(request)
    rollups.roll_up(rollups.IN_A_PAGE)
    found = days()
    context = {
        **calls.admin_site.each_context(request),
        "title": "Reconciliation",
        "days": [_day_row(day) for day in found],
        "how_many": DAYS,
        "has_account": account.is_there(),
        "is_the_phone": account.is_there() and not at_hand.has_account(),
        "has_books": BookDay.objects.exists() or AwaitedRecord.objects.exists(),
        "open_things": sum(day.open_things for day in found),
        "open_days": sum(bool(day.open_things) for day in found),
        "problem": _problem(),
        "time_zone": timezone.get_current_timezone_name(),
    }
    return strict(TemplateResponse(request, "streams/reconciliation/days.html", context))


def one_day(calls: ModelAdmin, request: HttpRequest, day: str) -> HttpResponse:
    """One day. GET shows what does not add up; POST settles one thing, or notes something about it."""
    _may_see(request)
    on = _date(day)
    if request.method == "POST":
        return _act(request, on)
    found = things(on, on)
    row = by_day(found, on, on)[on]
    row.read = BookDay.objects.filter(day=on).first()
    unreadable = list(UnreadableRecord.objects.filter(day=on)[:MOST_SHOWN])
    row.unreadable = len(unreadable)
    differing = apart(found)
    notes = settling.notes_of([thing.source_key for thing in differing])
    context = {
        **calls.admin_site.each_context(request),
        "title": f"Reconciliation of {on:%A %-d %B}",
        "on": on,
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1) if on < timezone.localdate() else None,
        "row": _day_row(row),
        "things": [_thing_row(thing, notes.get(thing.source_key, [])) for thing in differing[:MOST_SHOWN]],
        "left_out": max(len(differing) - MOST_SHOWN, 0),
        "unreadable": unreadable,
        "may_settle": request.user.has_perm(SETTLES),  # type: ignore[union-attr]
        "long_note": LONG_NOTE,
    }
    return strict(TemplateResponse(request, "streams/reconciliation/day.html", context))


def _may_see(request: HttpRequest) -> None:
    if not request.user.has_perm(SEES):  # type: ignore[union-attr]
        raise PermissionDenied


def _date(said: str) -> date:
    try:
        found = parse_date(said)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        raise Http404
    return found


def _act(request: HttpRequest, on: date) -> HttpResponse:
    if not request.user.has_perm(SETTLES):  # type: ignore[union-attr]
        raise PermissionDenied
    key, act = request.POST.get("thing", ""), request.POST.get("act", "")
    if act not in ACTS or not any(thing.source_key == key and thing.is_apart for thing in things(on, on)):
        messages.warning(request, "This is settled or gone by now. Look at the day again.")
    else:
        ACTS[act](request, key, act)
    return HttpResponseRedirect(f"{reverse('admin:streams_reconciliation_day', args=[on.isoformat()])}#things")


def _settle(request: HttpRequest, key: str, decision: str) -> None:
    note = request.POST.get("note", "")
    try:
        settling.settle(key, request.POST.get("digest", ""), decision, note=note, by=request.user)  # type: ignore[arg-type]
    except settling.Outdated:
        messages.warning(request, OUTDATED)
    else:
        messages.success(request, f"It is settled: {DECIDED[decision]}.")


def _note(request: HttpRequest, key: str, _: str) -> None:
    note = request.POST.get("note", "").strip()
    if note:
        settling.write_note(key, note, by=request.user)  # type: ignore[arg-type]
        messages.success(request, "The note is kept. The difference stays open.")
    else:
        messages.warning(request, NOTHING_WRITTEN)


ACTS: dict[str, Callable[[HttpRequest, str, str], None]] = {
    "accept-theirs": _settle,
    "keep-ours": _settle,
    "note": _note,
}


def _day_row(day: Day) -> dict[str, Any]:
    words, tone = stands(day)
    return {
        "day": day,
        "url": reverse("admin:streams_reconciliation_day", args=[day.date.isoformat()]),
        "words": words,
        "tone": tone,
        "matched": "–" if day.matched_percent is None else f"{day.matched_percent} %",
        "ours_only": day.counts[Bucket.OURS],
        "theirs_only": day.counts[Bucket.THEIRS],
        "differs": day.counts[Bucket.DIFFERS],
        "waiting": day.counts[Bucket.WAITING],
        "theirs": money(day.theirs),
        "ours": money(day.ours),
        "settled": signed(day.settled),
        "open": signed(day.open),
        "oldest": _age(day.oldest_open),
        "read": moment(day.read.whole_at) if day.read and day.read.whole_at else "",
    }


def stands(day: Day) -> tuple[str, str]:
    """How the day stands, in words, and the tone that repeats them."""
    if day.open_things:
        return f"{day.open_things} open", "bad"
    if day.unreadable:
        return f"{day.unreadable} not readable", "warn"
    if day.counts[Bucket.WAITING]:
        return "waiting", "plain"
    if not day.things:
        return ("no calls" if day.read and day.read.whole_at else "not read yet"), "plain"
    return "adds up", "good"


def signed(amount: Decimal) -> str:
    """A difference with its sign; what is alike has none."""
    return ("+" if amount > 0 else "−" if amount < 0 else "") + money(abs(amount))


def _age(at: datetime | None) -> str:
    if at is None:
        return "–"
    old = datetime.now(UTC) - at
    return f"{old.days} days" if old.days > 1 else "1 day" if old.days else f"{max(old.seconds // 3600, 0)} h"


def _thing_row(thing: Thing, notes: list[tuple[str, str, datetime]]) -> dict[str, Any]:
    accept, keep = CHOICES[thing.bucket]
    decided = thing.decided
    return {
        "thing": thing,
        "what": "Audio stream" if thing.is_stream else "Call leg",
        "at": moment(thing.at),
        "call_url": reverse("admin:streams_call_change", args=[thing.call_pk]) if thing.call_pk else "",
        "name": thing.source_key.partition(":")[2],
        "theirs": "nothing" if thing.theirs is None else money(thing.theirs),
        "ours": "nothing" if thing.ours is None else money(thing.ours),
        "difference": signed(thing.difference),
        "state": DECIDED[decided.decision] if decided else "open",
        "tone": ("good" if decided.decision == "accept-theirs" else "warn") if decided else "bad",
        "decided": f"{decided.by}, {moment(decided.at)}" if decided else "",
        "accept": accept,
        "keep": keep,
        "notes": [{"text": text, "by": by, "at": moment(at)} for text, by, at in notes],
    }


def _problem() -> str:
    """Why the carrier's books could not be read at the last try, "" when they could."""
    days_ = BookDay.objects.exclude(problem="").order_by("-day").values_list("problem", flat=True)
    calls = AwaitedRecord.objects.exclude(problem="").order_by("-pk").values_list("problem", flat=True)
    return next(iter([*days_[:1], *calls[:1]]), "")
