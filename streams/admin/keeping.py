"""Keeping a call that took place as a test call of its flow, with one click on the call's page."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from flows import engine, publishing
from flows.admin.testcalls import MOST_TESTS, keep, tests_url
from flows.engine import snapshot
from flows.testcalls.recorded import lines_from
from streams.models import Call
from streams.reports.one_call import zero


def url(call: Call, request: HttpRequest) -> str:
    """Where this call is kept as a test, "" for whom it is not offered to."""
    if call.version is None or not _may_keep(request):
        return ""
    return reverse("admin:streams_call_keep", args=[call.pk])


def keep_as_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a test call from what the caller did and where it led, and go to where it stands."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    if not _may_keep(request):
        raise PermissionDenied
    call = get_object_or_404(Call.objects.select_related("version__flow").exclude(version=None), pk=pk)
    assert call.version is not None
    row = call.version.flow
    if row.test_calls.count() >= MOST_TESTS:
        messages.error(request, f"A flow has at most {MOST_TESTS} test calls. Delete one that is not needed any more.")
        return HttpResponseRedirect(tests_url(row))
    flow = publishing.draft(row).flow or snapshot.load(call.version.snapshot)
    test = keep(row, f"Call of {_when(call)}", _lines(call, flow), by=request.user)
    messages.success(request, "The call is kept as a test. What it did then is what is expected from now on.")
    return HttpResponseRedirect(test.get_absolute_url())


def _lines(call: Call, flow: engine.Flow) -> str:
    logged = call.events.values_list("at", "kind", "step", "data")
    return lines_from(list(logged), flow, began=zero(call).timestamp())


def _when(call: Call) -> str:
    return date_format(timezone.localtime(zero(call)), "j F, H:i")


def _may_keep(request: HttpRequest) -> bool:
    """A test tells what was said, to everybody who may see the flow: so only who may read that may keep it."""
    may = request.user.has_perm  # type: ignore[union-attr]
    return bool(may("streams.view_call") and may("streams.view_transcript") and may("flows.change_flow"))
