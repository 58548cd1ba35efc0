"""Call lists: how far each is, the people on it and each attempt, and starting, pausing and stopping it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from flows.adminbase import ModelAdmin, strict
from flows.numbers import masked
from streams.admin.call_list_form import CallListForm, OneCallForm
from streams.admin.call_list_people import people_page
from streams.admin.exporting import send_file
from streams.admin.own_form import OwnForm
from streams.exports.reading import reader_of
from streams.models import Callee, CallList
from streams.models.outbound import CalleeState, CallsFor, ListState
from streams.outbound import results, running, window, wording
from streams.outbound.standstill import standstill

RUN = "streams.run_calllist"
ON_A_PAGE = 50
LOCKED = {
    ListState.RUNNING: "It runs. Pause it to change its rules.",
    ListState.DONE: "It is done, so its rules stay as they are.",
}
OPEN_STATES = (ListState.DRAFT, ListState.RUNNING, ListState.PAUSED)


@admin.register(CallList)
class CallListAdmin(OwnForm, ModelAdmin):
    """Whoever may run lists sees the numbers of the people on them."""

    form = CallListForm
    back = ("admin:streams_calllist_changelist", "Call lists")

    def note(self, obj: Any) -> str:
        return "" if obj else "First the rules. People are added on the next page, from a file; nobody is called yet."

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Starting looks at the rules, and has the first words made, so they do not change under a list that runs."""
        may_change = obj is None or (obj.state not in LOCKED and not obj.by_hand)
        return super().has_change_permission(request, obj) and may_change

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or obj.state == ListState.DRAFT)

    def after(self, request: HttpRequest, obj: Any, is_new: bool) -> HttpResponse:
        messages.success(request, "It is saved. Now add people." if is_new else "It is saved.")
        return HttpResponseRedirect(obj.get_absolute_url())

    def get_urls(self) -> list[URLPattern]:
        page, post = self.admin_site.admin_view, require_POST
        own = [
            path("call-a-number/", page(self.one_call_view), name="streams_calllist_one"),
            path("<int:pk>/people/", page(self.people_view), name="streams_calllist_people"),
            path("<int:pk>/results/", page(self.results_view), name="streams_calllist_results"),
            path("<int:pk>/take-off/<int:callee>/", page(post(self.take_off_view)), name="streams_calllist_take_off"),
            path("<int:pk>/<slug:act>-it/", page(post(self.act_view)), name="streams_calllist_act"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every list with how far it is; single calls apart."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        by_hand = "single" in request.GET
        lists = CallList.objects.filter(by_hand=by_hand).select_related("flow", "ours")
        found = Paginator(lists, ON_A_PAGE).get_page(request.GET.get("page"))
        counted = wording.progress(*found)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Call lists",
            "rows": [_shown(each, counted[each.pk]) for each in found],
            "page": found,
            "kept": "single&" if by_hand else "",
            "by_hand": by_hand,
            "may_run": _may(request),
        }
        return strict(TemplateResponse(request, "streams/call_lists.html", context))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The list itself; `?edit` shows its rules as a form."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = CallList.objects.select_related("flow", "ours", "state_by").filter(pk=_number(object_id)).first()
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if request.method == "POST" or "edit" in request.GET:
            if row.state not in LOCKED:
                return self.changeform_view(request, object_id, form_url, extra_context)
            messages.warning(request, LOCKED[ListState(row.state)])
            return HttpResponseRedirect(row.get_absolute_url())
        return strict(TemplateResponse(request, "streams/call_list.html", self._context(request, row)))

    def _context(self, request: HttpRequest, row: CallList) -> dict[str, Any]:
        state = request.GET.get("state", "")
        callees = row.callees.prefetch_related("attempts__call")
        callees = callees.filter(state=state) if state in CalleeState.values else callees
        page = Paginator(callees, ON_A_PAGE).get_page(request.GET.get("page"))
        numbers, now = may_see_number(request), timezone.now()
        progress = wording.progress(row)[row.pk]
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": row.name,
            **_shown(row, progress),
            "somebody_waits": CalleeState.WAITING in progress.counts,
            "rules": wording.rules(row),
            "today": window.begun_today(row, now),
            "halt": _halt(row, now),
            "people": [_person(callee, row, now, numbers=numbers) for callee in page],
            "page": page,
            "kept": f"state={state}&" if state else "",
            "state": state,
            "may_run": _may(request),
            "may_edit": self.has_change_permission(request, row),
            "is_open": row.state in OPEN_STATES,
            "can_start": row.state in (ListState.DRAFT, ListState.PAUSED),
            "is_running": row.state == ListState.RUNNING,
            "may_take_away": _may_take_away(request),
            "asks_consent": row.calls_for == CallsFor.SALES,
        }

    def act_view(self, request: HttpRequest, pk: int, act: str) -> HttpResponse:
        """Start, pause or stop it."""
        if not _may(request):
            raise PermissionDenied
        row = get_object_or_404(CallList.objects.select_related("ours__version", "flow"), pk=pk)
        done = ACTS[act](request, row) if act in ACTS else ""
        if done:
            self.log_change(request, row, done)
            messages.success(request, done)
        return HttpResponseRedirect(row.get_absolute_url())

    def take_off_view(self, request: HttpRequest, pk: int, callee: int) -> HttpResponse:
        """Take somebody off who waits."""
        if not _may(request):
            raise PermissionDenied
        row = get_object_or_404(CallList, pk=pk)
        waiting = Callee.objects.filter(pk=callee, call_list=row, state=CalleeState.WAITING)
        whom = waiting.first()
        if whom and waiting.update(state=CalleeState.REMOVED, done_at=timezone.now()):
            self.log_change(request, row, f"Took {whom} off.")
            messages.success(request, "They will not be called.")
        else:
            messages.warning(request, "They do not wait any more: look where they stand.")
        return HttpResponseRedirect(row.get_absolute_url())

    def people_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Add people from a file."""
        row = get_object_or_404(CallList.objects.select_related("ours"), pk=pk)
        if not _may(request) or row.by_hand:
            raise PermissionDenied
        if row.state == ListState.DONE:
            messages.warning(request, "It is done, so nobody is added to it. Make a new list for them.")
            return HttpResponseRedirect(row.get_absolute_url())
        return people_page(self, request, row)

    def results_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """What became of everybody, as a file."""
        row = get_object_or_404(CallList, pk=pk)
        if not (self.has_view_permission(request, row) and _may_take_away(request)):
            raise PermissionDenied
        reader = replace(reader_of(request.user), numbers=may_see_number(request))
        name = f"{slugify(row.name) or 'call-list'}.csv"
        return send_file(request, partial(results.chunks, row, reader), "csv", name)

    def one_call_view(self, request: HttpRequest) -> HttpResponse:
        """“Call a number”: one call, now."""
        if not _may(request):
            raise PermissionDenied
        form = OneCallForm(request.POST or None, initial={"company": _last_company(), "machines": "hang-up"})
        problems: list[str] = []
        if request.method == "POST" and form.is_valid():
            asked = form.cleaned_data
            about = {name: asked[name] for name in ("flow", "ours", "company", "machines")}
            call_list = CallList(**about)
            problems = running.call_one(
                call_list, asked["number"], timezone.now(), name=asked["name"], by=request.user
            )  # fmt: skip
            if not problems:
                self.log_addition(request, call_list, "Called a number.")
                messages.success(request, "They are being called, if they may be now. Load this page in a moment.")
                return HttpResponseRedirect(call_list.get_absolute_url())
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Call a number",
            "form": form,
            "problems": problems,
        }
        return strict(TemplateResponse(request, "streams/call_one.html", context))


def _may(request: HttpRequest) -> bool:
    return bool(request.user.has_perm(RUN))  # type: ignore[union-attr]


def _may_take_away(request: HttpRequest) -> bool:
    return _may(request) or bool(request.user.has_perm("streams.add_export"))  # type: ignore[union-attr]


def may_see_number(request: HttpRequest) -> bool:
    """Who runs lists sees whom they call."""
    return _may(request) or bool(request.user.has_perm("streams.view_number"))  # type: ignore[union-attr]


def _halt(row: CallList, now: datetime) -> str:
    """What keeps a running list from calling, and nobody on it can help; "" for nothing."""
    halt = standstill(now) if row.state == ListState.RUNNING else None
    return halt.in_words(now) if halt else ""


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _last_company() -> str:
    return CallList.objects.order_by("-pk").values_list("company", flat=True).first() or ""


def _shown(row: CallList, progress: wording.Progress) -> dict[str, Any]:
    return {
        "row": row,
        "progress": progress,
        "tone": wording.stands(row.state),
        "window": wording.window(row),
        "here": reverse("admin:streams_calllist_change", args=[row.pk]),
    }


def _person(callee: Callee, row: CallList, now: datetime, *, numbers: bool) -> dict[str, Any]:
    attempts = list(callee.attempts.all())
    calls = [one.call for one in attempts if one.call is not None]
    return {
        "row": callee,
        "number": (callee.number if numbers else masked(callee.number)) or "removed",
        "name": callee.name if numbers else "",
        "tone": wording.stands(callee.state),
        "attempts": wording.attempts(callee),
        "next": wording.next_call(callee, row, now),
        "call": calls[-1] if calls else None,
        "waits": callee.state == CalleeState.WAITING,
        "problem": "" if attempts and attempts[-1].why == callee.problem else callee.problem,
    }


def _start(request: HttpRequest, row: CallList) -> str:
    problems = running.start(row, timezone.now(), by=request.user, agreed=request.POST.get("agreed") == "on")
    for problem in problems:
        messages.warning(request, problem)
    return "" if problems else "It runs. The first calls begin within half a minute, if they may be made now."


def _pause(request: HttpRequest, row: CallList) -> str:
    paused = running.pause(row, timezone.now(), by=request.user)
    return "It is paused. Calls that are under way go on." if paused else ""


def _stop(request: HttpRequest, row: CallList) -> str:
    stopped = running.stop(row, timezone.now(), by=request.user)
    return "It is stopped for good; nobody else on it is called." if stopped else ""


ACTS: dict[str, Callable[[HttpRequest, CallList], str]] = {"start": _start, "pause": _pause, "stop": _stop}
