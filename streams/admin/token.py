"""The page “API”: tokens of other programs, made, shown once, and revoked."""

from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control

from flows.adminbase import strict
from streams.api import tokens
from streams.models import ApiToken
from streams.models.tokens import SCOPES

SEE, MAKE, REVOKE = "streams.view_apitoken", "streams.add_apitoken", "streams.change_apitoken"
GOOD_FOR = {30: "30 days", 90: "90 days", 365: "a year"}
TONES = {"active": "good", "revoked": "bad", "expired": "warn"}


def tokens_page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """GET lists them; POST makes one, and shows its secret this once, or revokes one."""
    may = request.user.has_perm  # type: ignore[union-attr]
    if not may(SEE):
        raise PermissionDenied
    secret, problem = "", ""
    if request.method == "POST":
        act = request.POST.get("do", "")
        if not may({"make": MAKE, "revoke": REVOKE}.get(act, "")):
            raise PermissionDenied
        if act == "revoke":
            return _revoked(request)
        secret, problem = _made(request)
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": "API",
        "secret": secret,
        "problem": problem,
        "rows": [_row(token) for token in ApiToken.objects.select_related("made_by", "revoked_by")],
        "scopes": [(scope, SCOPES[scope][0]) for scope in tokens.may_give(request.user)],
        "good_for": GOOD_FOR,
        "may_make": may(MAKE),
        "may_revoke": may(REVOKE),
    }
    response = strict(TemplateResponse(request, "streams/tokens.html", context))
    patch_cache_control(response, no_store=True)
    return response


def _made(request: HttpRequest) -> tuple[str, str]:
    """The secret of a new token, or why there is none."""
    days = request.POST.get("days", "")
    try:
        _token, secret = tokens.issue(
            request.POST.get("name", ""),
            by=request.user,
            scopes=request.POST.getlist("scopes"),
            days=int(days) if days.isascii() and days.isdigit() else 0,
        )
    except ValueError as error:
        return "", str(error)
    return secret, ""


def _revoked(request: HttpRequest) -> HttpResponse:
    pk = request.POST.get("token", "")
    token = get_object_or_404(ApiToken, pk=int(pk) if pk.isascii() and pk.isdigit() else 0)
    if tokens.revoke(token, by=request.user):
        messages.success(request, f"“{token}” opens nothing any more.")
    return HttpResponseRedirect(request.path)


def _row(token: ApiToken) -> dict[str, Any]:
    return {
        "token": token,
        "tone": TONES[token.state],
        "may": ", ".join(SCOPES[scope][0] for scope in token.scopes if scope in SCOPES),
        "by": token.made_by.get_full_name() or token.made_by.get_username(),
    }
