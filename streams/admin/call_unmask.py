"""Unmasking the numbers of one call, for a reason; and masking them again."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST

from streams.models import Call
from streams.models.sharing import SHORTEST_REASON
from streams.sharing.unmasking import NoReason, mask_again, may_unmask, unmask, unmasked_until


def urls(site: Any) -> list[URLPattern]:
    """The addresses of both acts."""
    return [
        path("<int:pk>/unmask/", site.admin_view(require_POST(unmask_view)), name="streams_call_unmask"),
        path("<int:pk>/mask/", site.admin_view(require_POST(mask_view)), name="streams_call_mask"),
    ]


def sees_until(request: HttpRequest, call: Call) -> datetime | None:
    """Until when this person sees the call's numbers; None for who does not, or may not any more."""
    return unmasked_until(call, request.user) if may_unmask(request.user) else None


def shown(request: HttpRequest, until: datetime | None) -> dict[str, Any]:
    """What the page says about it."""
    return {
        "may_unmask": may_unmask(request.user),
        "unmasked_until": _clock(until) if until else "",
        "shortest_reason": SHORTEST_REASON,
    }


def unmask_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Show this person the call's numbers for a while."""
    call = _call(request, pk)
    if not may_unmask(request.user):
        raise PermissionDenied
    digits = request.user.has_perm("streams.view_transcript")  # type: ignore[union-attr]
    try:
        noted = unmask(call, request.user, request.POST.get("reason", ""), digits=digits)
    except NoReason as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"You see this call’s numbers until {_clock(noted.until)}. Your reason is kept.")
    return HttpResponseRedirect(call.get_absolute_url())


def mask_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Mask them again before the time is up."""
    call = _call(request, pk)
    mask_again(call, request.user)
    messages.success(request, "The numbers are masked again.")
    return HttpResponseRedirect(call.get_absolute_url())


def _call(request: HttpRequest, pk: int) -> Call:
    if not request.user.has_perm("streams.view_call"):  # type: ignore[union-attr]
        raise PermissionDenied
    return get_object_or_404(Call, pk=pk)


def _clock(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "H:i")
