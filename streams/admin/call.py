"""Calls: the list that operations search, and one call's page. Nobody changes a call here."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import DecimalField, Exists, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.numbers import masked
from streams.admin import (
    call_share,
    call_try,
    call_unmask,
    desk,
    emergency,
    engine,
    keeping,
    note,
    outward,
    phone,
    reconciliation,
    report,
    report_calls,
)
from streams.admin.listing import Listing
from streams.admin.pill import pill
from streams.admin.searching import by_number
from streams.models import MAX_TRIES, Call, CallNote, CarrierMessage, Charge, Cue, CueMark
from streams.reports.one_call import TONES, Reader, one_call, seconds_of
from streams.reports.words import length, moment, money

# What no list needs, and may hold a hundred kilobytes a row.
LARGE = ("state", "version__snapshot", "version__report", "rehearsal__snapshot", "rehearsal__page")
KNOWN_DIGITS = 7  # of a number that is searched for beyond its end
MONEY = DecimalField(max_digits=14, decimal_places=6)


def with_cost(calls: QuerySet[Call]) -> QuerySet[Call]:
    """The same calls, each with `cost`: the sum of its current charges, in the same query."""
    current = Charge.objects.current().filter(call=OuterRef("pk")).order_by().values("call")
    total = Subquery(current.annotate(total=Sum("amount")).values("total"), output_field=MONEY)
    return calls.annotate(cost=Coalesce(total, Value(0), output_field=MONEY))


def parked() -> list[str]:
    """What was given up and needs a person, as sentences."""
    messages = CarrierMessage.objects.filter(applied_at=None, attempts__gte=MAX_TRIES).count()
    records = Call.objects.filter(status__in=["ended", "finished"], finalise_attempts__gte=MAX_TRIES).count()
    said = []
    if messages:
        what = "1 carrier message" if messages == 1 else f"{messages} carrier messages"
        said.append(f"{what} could not be applied and wait for a person; the list of messages says why.")
    if records:
        what = "1 call has" if records == 1 else f"{records} calls have"
        said.append(f"{what} a record that could not be made whole; its page says why.")
    return said


def reader_of(request: HttpRequest, *, unmasked: bool = False) -> Reader:
    """What this user sees of calls. Numbers and digits are masked for everybody, but on a call that they unmasked."""
    may = request.user.has_perm  # type: ignore[union-attr]
    return Reader(
        transcript=may("streams.view_transcript"),
        money=may("streams.view_charge"),
        numbers=unmasked,
        digits=unmasked,
    )


class NeedsFollowUp(admin.SimpleListFilter):
    """Whether something is left to do. Calls where it is have `to_do_now`: what waits longest."""

    title = "follow-up"
    parameter_name = "follow_up"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("needed", "open"), ("none", "none open")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Call]) -> QuerySet[Call]:
        waiting = CallNote.objects.filter(call=OuterRef("pk"), done_at=None).order_by("created_at")
        match self.value():
            case "needed":
                return queryset.annotate(to_do_now=Subquery(waiting.values("text")[:1])).exclude(to_do_now=None)
            case "none":
                return queryset.exclude(Exists(waiting))
        return queryset


class WithCue(admin.SimpleListFilter):
    """Calls on which a cue was said."""

    title = "cue"
    parameter_name = "cue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(Cue.objects.values_list("key", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Call]) -> QuerySet[Call]:
        said = CueMark.objects.filter(call=OuterRef("pk"), key=self.value() or "")
        return queryset.filter(Exists(said)) if self.value() else queryset


class TestCalls(admin.SimpleListFilter):
    """Calls of callers, unless somebody asks for those that builders made from the browser."""

    title = "who called"
    parameter_name = "tests"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("only", "test calls"), ("too", "everybody")]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": "callers"}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Call]) -> QuerySet[Call]:
        match self.value():
            case "only":
                return queryset.exclude(rehearsal=None)
            case "too":
                return queryset
        return queryset.filter(rehearsal=None)


@admin.register(Call)
class CallAdmin(Immutable, Listing, ModelAdmin):
    """Who called, when, what came of it, how long it took and what it cost."""

    list_select_related = ["version__flow", "rehearsal"]
    search_fields = ["caller"]
    search_help_text = "The last four digits of a number, or most of it, or the carrier’s name for the call."
    heading = "Calls"
    empty_says = (
        "No calls here yet",
        "Each call appears here the moment it comes in. Put a version on a number, then call it.",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Call]:
        return with_cost(super().get_queryset(request).defer(*LARGE))

    def get_list_display(self, request: HttpRequest) -> list[str]:
        reader = reader_of(request)
        to_do = ["to_do"] if reader.transcript and request.GET.get(NeedsFollowUp.parameter_name) == "needed" else []
        return ["when", "who", "line", "how", *to_do, "lasted", *(["what_it_cost"] if reader.money else [])]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """What should follow, and cues, tell what was said, so who may not read that may not look for it either."""
        told = [NeedsFollowUp, WithCue] if reader_of(request).transcript else []
        return [report_calls.Counted, *told, TestCalls, "outcome_kind", "status", "version__flow", "began_at"]

    def get_ordering(self, request: HttpRequest) -> Any:
        return report_calls.ordering(request) or super().get_ordering(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Call], search_term: str
    ) -> tuple[QuerySet[Call], bool]:
        """Who may not see whole numbers may search by no more of them than is shown: the last four digits.

        Who may, must know most of one: else a search would tell digit by digit what the list masks.
        """
        term = search_term.strip()
        if not term:
            return queryset, False
        knows = sum(map(str.isdigit, term)) >= KNOWN_DIGITS
        whole = knows and request.user.has_perm("streams.view_number")  # type: ignore[union-attr]
        found = by_number(term, "caller", "called", whole=whole)
        return queryset.filter(found | Q(call_uuid=term)), False

    @display(description="when", ordering="-began_at")
    def when(self, call: Call) -> str:
        return date_format(timezone.localtime(call.began_at), "D j M, H:i:s")

    @display(description="caller")
    def who(self, call: Call) -> str:
        return masked(call.caller) or "no number"

    @display(description="flow", ordering="version__flow__name")
    def line(self, call: Call) -> str:
        return call.line

    @display(description="outcome", ordering="outcome_kind")
    def how(self, call: Call) -> SafeString:
        return pill(call.outcome or call.get_status_display(), TONES.get(call.outcome_kind, "plain"))

    @display(description="to\N{NO-BREAK SPACE}do")
    def to_do(self, call: Any) -> str:
        return str(Truncator(call.to_do_now).chars(80))

    @display(description="lasted", ordering="seconds")
    def lasted(self, call: Call) -> str:
        return length(seconds_of(call))

    @display(description="cost", ordering="cost")
    def what_it_cost(self, call: Any) -> str:
        return money(call.cost)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One call's page."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        call = self.get_object(request, unquote(object_id))
        if call is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, call):
            raise PermissionDenied
        until = call_unmask.sees_until(request, call)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Call of {moment(call.began_at)}",
            "shown": one_call(call, reader_of(request, unmasked=until is not None)),
            "keep_url": keeping.url(call, request),
            "try_url": call_try.url(request, call),
            "desk_url": desk.url(call, request),
            "tried": call_try.tried(request, call),
            "may_finish": request.user.has_perm(note.FINISH),  # type: ignore[union-attr]
            **call_unmask.shown(request, until),
            **call_share.shown(request, call),
        }
        return strict(TemplateResponse(request, "streams/call.html", context))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(
            request, {"parked": parked(), "counted": report_calls.chip_of(request), **(extra_context or {})}
        )

    def get_urls(self) -> list[Any]:
        pages = {
            "desk": desk.page,
            "emergency": emergency.page,
            "report": report.page,
            "engines": engine.page,
            "reconciliation": reconciliation.overview,
        }
        day = self.admin_site.admin_view(partial(reconciliation.one_day, self))
        views = {name: self.admin_site.admin_view(partial(view, self)) for name, view in pages.items()}
        return [
            path("<int:pk>/keep/", self.admin_site.admin_view(keeping.keep_as_test), name="streams_call_keep"),
            *(path(f"{name}/", view, name=f"streams_{name}") for name, view in views.items()),
            path("reconciliation/<slug:day>/", day, name="streams_reconciliation_day"),
            path(
                "emergency/<int:pk>/<slug:code>.wav",
                self.admin_site.admin_view(emergency.sound),
                name="streams_announced",
            ),
            *phone.urls(self.admin_site),
            *call_unmask.urls(self.admin_site),
            *call_share.urls(self),
            *outward.urls(self),
            *super().get_urls(),
        ]
