"""Call-backs: who waits to be called, when the line calls next, how that went, and what people do themselves."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from flows.adminbase import Immutable, ModelAdmin, display, strict
from flows.numbers import masked
from streams.admin.listing import Listing
from streams.admin.pill import link_to, pill
from streams.admin.searching import by_number
from streams.callbacks import closing, due, timing
from streams.carriers import at_hand
from streams.models import CallbackRequest
from streams.models.callbacks import NEEDS_A_PERSON, OPEN, CallbackState
from streams.reports.left import HIDDEN
from streams.reports.words import moment

HANDLE = "streams.handle_callbackrequest"
CLOSED_ALREADY = "It was closed before, or they are being called at this moment. Look at it again."


class Stands(admin.SimpleListFilter):
    """What needs a person, what the line will do, what is over."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("person", "a person must call"), ("line", "the line will call"), ("over", "over")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[CallbackRequest]) -> QuerySet[CallbackRequest]:
        match self.value():
            case "person":
                return queryset.filter(NEEDS_A_PERSON)
            case "line":
                return queryset.filter(state__in=OPEN).exclude(destination="")
            case "over":
                return queryset.exclude(state__in=closing.CLOSABLE)
        return queryset


@admin.register(CallbackRequest)
class CallbackAdmin(Immutable, Listing, ModelAdmin):
    """What needs a person comes first; whoever may call sees the numbers."""

    list_filter = [Stands, "created_at"]
    list_select_related = ["call"]
    search_fields = ["number"]
    search_help_text = "The end of a number."
    heading = "Call-backs"
    empty_says = (
        "Nobody waits to be called back",
        "When a caller asks for it, in a step “Call the caller back later” or of an AI step, it is here: when the "
        "line calls them, and how that went.",
    )
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[CallbackRequest]:
        return super().get_queryset(request).prefetch_related("attempts")

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        return [closing.URGENCY.asc(), "-created_at"]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        number = "whole_number" if may_see_number(request) else "number_masked"
        about = "wants" if _may(request)("streams.view_transcript") else "wants_hidden"
        return ["when", number, about, "state_pill", "next_call", "tries", "call_link"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[CallbackRequest], search_term: str
    ) -> tuple[QuerySet[CallbackRequest], bool]:
        """By no more of a number than is shown."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(by_number(search_term, "number", whole=may_see_number(request))), False

    @display(description="asked")
    def when(self, row: CallbackRequest) -> str:
        return moment(row.created_at)

    @display(description="caller")
    def whole_number(self, row: CallbackRequest) -> str:
        return row.number or "no number"

    @display(description="caller")
    def number_masked(self, row: CallbackRequest) -> str:
        return masked(row.number) or "no number"

    @display(description="what it is about")
    def wants(self, row: CallbackRequest) -> str:
        return (row.about if len(row.about) <= 120 else f"{row.about[:119]}…") or "–"

    @display(description="what it is about")
    def wants_hidden(self, row: CallbackRequest) -> str:
        return HIDDEN if row.about else "–"

    @display(description="state")
    def state_pill(self, row: CallbackRequest) -> SafeString:
        return pill(*closing.stands(row))

    @display(description="the line calls")
    def next_call(self, row: CallbackRequest) -> str:
        return closing.next_in_words(row) or "–"

    @display(description="last attempt")
    def tries(self, row: CallbackRequest) -> str:
        return (closing.attempts_in_words(row) or ["none yet"])[-1]

    @display(description="the call")
    def call_link(self, row: CallbackRequest) -> SafeString:
        return link_to(row.call)

    def get_urls(self) -> list[URLPattern]:
        act = self.admin_site.admin_view(require_POST(self.act_view))
        return [path("<int:pk>/<slug:act>-it/", act, name="streams_callbackrequest_act"), *super().get_urls()]

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Call now, or close it."""
        if not _may(request)(HANDLE):
            raise PermissionDenied
        row = get_object_or_404(CallbackRequest, pk=pk)
        done = ACTS[act](request, row) if act in ACTS else ""
        if done:
            self.log_change(request, row, done)
            messages.success(request, done)
        return HttpResponseRedirect(row.get_absolute_url())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One of them, whole."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        number = (row.number if may_see_number(request) else masked(row.number)) or "no number"
        words, tone = closing.stands(row)
        is_open = row.state in closing.CLOSABLE
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Call-back asked for on {moment(row.created_at)}",
            "row": row,
            "number": number,
            "words": words,
            "tone": tone,
            "about": row.about if _may(request)("streams.view_transcript") or not row.about else HIDDEN,
            "place": closing.places().get(row.destination, row.destination),
            "next": closing.next_in_words(row),
            "attempts": closing.attempts_in_words(row),
            "may_call": _may(request)(HANDLE) and is_open and row.destination and row.state != CallbackState.CALLING,
            "may_close": _may(request)(HANDLE) and is_open,
        }
        return strict(TemplateResponse(request, "streams/callback.html", context))


def _may(request: HttpRequest) -> Callable[[str], bool]:
    may: Callable[[str], bool] = request.user.has_perm  # type: ignore[union-attr]
    return may


def may_see_number(request: HttpRequest) -> bool:
    """Who is to call sees whom."""
    return _may(request)("streams.view_number") or _may(request)(HANDLE)


def waiting(request: HttpRequest) -> int:
    """How many need a person, for who may see them."""
    may = _may(request)("streams.view_callbackrequest")
    return CallbackRequest.objects.filter(NEEDS_A_PERSON).count() if may else 0


def _call_now(request: HttpRequest, row: CallbackRequest) -> str:
    """What was done, or "" after saying why not."""
    now = timezone.now()
    at = timing.may_be_called_at(row, now, by_hand=True)
    if problem := at_hand.why_not():
        messages.warning(request, problem)
    elif at is None or at > now:
        until = f" before {moment(at)}" if at else ""
        messages.warning(request, f"They may not be called{until}: it is late where they are, or too often in a day.")
    elif row.state not in (CallbackState.WAITING, CallbackState.GAVE_UP) or not row.destination:
        messages.warning(request, CLOSED_ALREADY)
    else:
        due.ring(row.pk, by_hand=True)
        return "They are being called. Load this page again in a moment."
    return ""


def _close(state: CallbackState, said: str) -> Callable[[HttpRequest, CallbackRequest], str]:
    def close(request: HttpRequest, row: CallbackRequest) -> str:
        if closing.close(row.pk, state, timezone.now(), by=request.user):
            return said
        messages.warning(request, CLOSED_ALREADY)
        return ""

    return close


ACTS: dict[str, Callable[[HttpRequest, CallbackRequest], str]] = {
    "call": _call_now,
    "finish": _close(CallbackState.DONE, "It is done: you called them."),
    "withdraw": _close(CallbackState.WITHDRAWN, "They will not be called."),
}
