"""Keeping a call that took place as a test call of its flow, with one click on the call's page."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from flows import engine, publishing
from flows.admin.testcalls import tests_url
from flows.engine import snapshot
from flows.models import Flow
from flows.testcalls.keeping import MOST_TESTS, keep
from flows.testcalls.recorded import lines_from
from streams.models import Call
from streams.reports.one_call import zero


def url(call: Call, request: HttpRequest) -> str:
    """Where this call is kept as a test, "" for whom it is not offered to."""
    if _row(call) is None or not _may_keep(request, call):
        return ""
    return reverse("admin:streams_call_keep", args=[call.pk])


def keep_as_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a test call from what the caller did and where it led, and go to where it stands."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    call = get_object_or_404(Call.objects.select_related("version__flow", "rehearsal__flow"), pk=pk)
    if not _may_keep(request, call):
        raise PermissionDenied
    row = _row(call)
    if row is None:
        raise Http404
    if row.test_calls.count() >= MOST_TESTS:
        messages.error(request, f"A flow has at most {MOST_TESTS} test calls. Delete one that is not needed any more.")
        return HttpResponseRedirect(tests_url(row))
    flow = publishing.draft(row).flow or snapshot.load(call.snapshot or {})
    test = keep(row, f"Call of {_when(call)}", _lines(call, flow), origin=call.call_uuid, by=request.user)
    messages.success(request, "The call is kept as a test. What it did then is what is expected from now on.")
    return HttpResponseRedirect(test.get_absolute_url())


def _lines(call: Call, flow: engine.Flow) -> str:
    logged = call.events.values_list("at", "kind", "step", "data")
    return lines_from(list(logged), flow, began=_began(call).timestamp())


def _row(call: Call) -> Flow | None:
    """The flow that the call was made to; None when nothing answered, or the flow is gone."""
    return call.rehearsal.flow if call.rehearsal else call.version.flow if call.version else None


def _began(call: Call) -> datetime:
    """When the call came in, or pretended to."""
    return (call.rehearsal.moment if call.rehearsal else None) or zero(call)


def _when(call: Call) -> str:
    return date_format(timezone.localtime(_began(call)), "j F, H:i")


def _may_keep(request: HttpRequest, call: Call) -> bool:
    """A test tells what was said, to everybody who may see the flow: so only who may read that may keep it.

    Of a test call that is who made it.
    """
    may = request.user.has_perm  # type: ignore[union-attr]
    if call.rehearsal:
        return bool(call.rehearsal.by_id == request.user.pk and may("flows.change_flow"))
    return bool(may("streams.view_call") and may("streams.view_transcript") and may("flows.change_flow"))
