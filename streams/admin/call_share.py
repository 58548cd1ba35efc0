"""Sharing one call, masked, by a link: making it, showing it once, listing and revoking it."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from flows.adminbase import strict
from streams.models import Call, SharedLink
from streams.models.sharing import GOOD_FOR
from streams.reports.words import moment
from streams.sharing import links

MAY_SHARE = "streams.share_call"


def urls(model_admin: ModelAdmin) -> list[URLPattern]:
    """The addresses of both acts."""
    admin_view = model_admin.admin_site.admin_view
    share = require_POST(partial(share_view, model_admin))
    return [
        path("<int:pk>/share/", admin_view(share), name="streams_call_share"),
        path("<int:pk>/share/<int:link>/revoke/", admin_view(require_POST(revoke_view)), name="streams_call_unshare"),
    ]


def shown(request: HttpRequest, call: Call) -> dict[str, Any]:
    """What the page says about links of this call: nothing to who may neither share nor look."""
    may = request.user.has_perm  # type: ignore[union-attr]
    sees = may(MAY_SHARE) or may("streams.view_sharedlink")
    return {
        "may_share": may(MAY_SHARE),
        "may_share_words": may("streams.view_transcript"),
        "may_share_costs": may("streams.view_charge"),
        "share_days": [(days, words, days == GOOD_FOR.days) for days, words in links.DAYS.items()],
        "links": [_line(link) for link in links.links_of(call)] if sees else [],
    }


def state_of(link: SharedLink) -> tuple[str, str]:
    """Whether a link still opens the call, in words, and their tone."""
    if link.revoked_at:
        return f"revoked {moment(link.revoked_at)} by {link.revoked_by}", "plain"
    if link.expires_at <= timezone.now():
        return f"over since {moment(link.expires_at)}", "plain"
    if link.by is None or not link.by.is_active:
        return "over: who made it cannot sign in any more", "plain"
    return f"good until {moment(link.expires_at)}", "warn"


def with_what(link: SharedLink) -> str:
    """What the link shows beside keys, steps and outcome."""
    more = [words for words, is_in in (("what was said", link.with_words), ("costs", link.with_costs)) if is_in]
    return f"with {' and '.join(more)}" if more else "without words and costs"


def share_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """Make a link, and show it this once."""
    call = _call(request, pk)
    may, asked = request.user.has_perm, request.POST.get  # type: ignore[union-attr]
    chosen = asked("days", "")
    days = int(chosen) if chosen.isdecimal() and int(chosen) in links.DAYS else GOOD_FOR.days
    wanted = links.Shown(
        words=bool(asked("words")) and may("streams.view_transcript"),
        costs=bool(asked("costs")) and may("streams.view_charge"),
        note=asked("note", ""),
        good_for=timedelta(days=days),
    )
    link, token = links.share(call, request.user, wanted)
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": "The link is ready",
        "call": call,
        "address": request.build_absolute_uri(reverse("shared:call", args=[token])),
        "until": moment(link.expires_at),
        "with_words": link.with_words,
        "with_costs": link.with_costs,
    }
    return strict(TemplateResponse(request, "streams/call_shared.html", context))


def revoke_view(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """Make a link open nothing any more."""
    call = _call(request, pk)
    if links.revoke(get_object_or_404(SharedLink, pk=link, call=call), request.user):
        messages.success(request, "The link opens nothing any more.")
    return HttpResponseRedirect(f"{call.get_absolute_url()}#shared")


def _call(request: HttpRequest, pk: int) -> Call:
    if not request.user.has_perms(["streams.view_call", MAY_SHARE]):  # type: ignore[union-attr]
        raise PermissionDenied
    return get_object_or_404(Call, pk=pk)


def _line(link: Any) -> dict[str, Any]:
    state, tone = state_of(link)
    return {
        "pk": link.pk,
        "note": link.note or "no note",
        "made": f"{link.made_by}, {moment(link.made_at)}, {with_what(link)}",
        "state": state,
        "tone": tone,
        "may_revoke": link.revoked_at is None and link.expires_at > timezone.now(),
        "opened": opened_in_words(link),
    }


def opened_in_words(link: Any) -> str:
    """How often a link was opened and when last; of a link from `links.links_of`."""
    if not link.times:
        return "never opened"
    times = "once" if link.times == 1 else f"{link.times} times"
    return f"opened {times}, {'' if link.times == 1 else 'last '}{moment(link.last)}"
