"""What callers would mind, on a page of its own and on the one that publishes.

It is mended by a press, or let pass by a publisher with a reason, which may be taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from flows import drafts, linting, mending, publishing
from flows.adminbase import strict
from flows.linting import Linted
from flows.models import Flow, Step, Waiver
from flows.practice import Severity
from flows.testcalls import gate

WHY = "Say why: whoever reads this later asks it."
PAGES = ("lint", "publish")  # where the findings are shown with their buttons
CHANGE = ["flows.change_flow", "flows.change_step"]


class WaiverForm(forms.Form):
    """Which finding is to pass, and why."""

    fingerprint = forms.CharField(max_length=32, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, error_messages={"required": WHY})


class TakeBackForm(forms.Form):
    """Which waiver is taken back, and why."""

    waiver = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, error_messages={"required": WHY})


@dataclass(frozen=True)
class Shown:
    """The findings of a draft, parted as a page shows them, and what whoever looks may do about them.

    `taken_back` are waivers of this flow that are no longer in force. `page` is one of `PAGES`.
    """

    errors: list[Linted]
    waived: list[Linted]
    warnings: list[Linted]
    hints: list[Linted]
    taken_back: list[Waiver]
    may_waive: bool
    may_change: bool
    revision: int
    page: str
    urls: dict[str, str]

    @property
    def blocks(self) -> bool:
        return bool(self.errors)

    @property
    def some_may_pass(self) -> bool:
        """Whether a publisher may let any of the errors pass."""
        return any(linted.may_pass for linted in self.errors)


def shown(
    request: HttpRequest,
    flow: Flow,
    draft: publishing.Draft,
    steps: Iterable[Step],
    ran: gate.Ran = (),
    *,
    page: str = "publish",
) -> Shown:
    """What the page shows as `lint`. Where something does not work at all, that is mended first, and this is empty."""
    found = []
    if draft.flow and not draft.problems:
        found = linting.lint(flow, draft.flow, steps=steps, tested=gate.tested(ran))
    gone = flow.waivers.exclude(taken_back_at=None).select_related("by", "taken_back_by")
    return Shown(
        errors=[linted for linted in found if linted.blocks],
        waived=[linted for linted in found if linted.waiver],
        warnings=[linted for linted in found if linted.severity == Severity.WARNING],
        hints=[linted for linted in found if linted.severity == Severity.HINT],
        taken_back=list(gone.order_by("-taken_back_at")) if page == "lint" else [],
        may_waive=_may_waive(request),
        may_change=_may_change(request),
        revision=flow.revision,
        page=page,
        urls={name: reverse(f"admin:flows_flow_{name}", args=[flow.pk]) for name in ("waive", "take_back", "mend")},
    )


def lint_view(model_admin: ModelAdmin, request: HttpRequest, pk: int) -> HttpResponse:
    """All that callers would mind about a flow, with who let what pass; for everybody who may see the flow."""
    flow = get_object_or_404(Flow, pk=pk)
    if not model_admin.has_view_permission(request, flow):
        raise PermissionDenied
    draft = publishing.draft(flow)
    ran = gate.results(flow, draft.flow) if draft.flow else []
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "What callers would mind",
        "opts": model_admin.opts,
        "flow": flow,
        "unfinished": bool(draft.problems),
        "lint": shown(request, flow, draft, list(flow.steps.all()), ran, page="lint"),
    }
    return strict(TemplateResponse(request, "flows/practice.html", context))


@require_POST
def mend_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what a finding offers, and go back to the page."""
    if not _may_change(request):
        raise PermissionDenied
    flow = get_object_or_404(Flow, pk=pk)
    messages.info(request, mended_in_words(request, flow))
    return _back(request, flow)


def mended_in_words(request: HttpRequest, flow: Flow) -> str:
    """Do what the finding that was pressed offers; what came of it, as a sentence. The caller checks who may."""
    revision = request.POST.get("revision", "")
    try:
        label = mending.mend(
            flow.pk,
            request.POST.get("fingerprint", ""),
            int(revision) if revision.isdecimal() else 0,
            by=request.user,
        )
    except mending.Gone:
        return "This was mended or changed meanwhile, so nothing was done."
    except drafts.Conflict as conflict:
        return f"{conflict} Look at it, and press the button again."
    return f"Done: {label}. Undo in the flow takes it back."


@require_POST
def waive_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one error pass, with a reason, and go back to the page."""
    if not _may_waive(request):
        raise PermissionDenied
    flow = get_object_or_404(Flow, pk=pk)
    form, draft = WaiverForm(request.POST), publishing.draft(flow)
    if not form.is_valid():
        messages.error(request, _wrong(form))
    elif draft.flow is None or not _waived(request, flow, draft, form):
        messages.warning(request, "This was mended or changed meanwhile, so there is nothing to let pass.")
    return _back(request, flow)


@require_POST
def take_back_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a waiver be no longer in force, with a reason, and go back to the page."""
    if not _may_waive(request):
        raise PermissionDenied
    flow = get_object_or_404(Flow, pk=pk)
    form = TakeBackForm(request.POST)
    if not form.is_valid():
        messages.error(request, _wrong(form))
        return _back(request, flow)
    waiver = get_object_or_404(linting.in_force(flow), pk=form.cleaned_data["waiver"])
    linting.take_back(waiver, by=request.user, why=form.cleaned_data["reason"])
    messages.success(request, "It is taken back: while it is found, this flow is not published again.")
    return _back(request, flow)


def _back(request: HttpRequest, flow: Flow) -> HttpResponse:
    page = request.POST.get("page", "")
    return HttpResponseRedirect(reverse(f"admin:flows_flow_{page if page in PAGES else PAGES[-1]}", args=[flow.pk]))


def _wrong(form: forms.Form) -> str:
    return " ".join(sentence for found in form.errors.values() for sentence in found)


def _may_waive(request: HttpRequest) -> bool:
    return _has(request, ["flows.publish_flow"])


def _may_change(request: HttpRequest) -> bool:
    return _has(request, CHANGE)


def _has(request: HttpRequest, perms: list[str]) -> bool:
    user: Any = request.user
    return bool(user.has_perms(perms))


def _waived(request: HttpRequest, flow: Flow, draft: publishing.Draft, form: WaiverForm) -> bool:
    given = form.cleaned_data
    try:
        linting.waive(flow, draft.flow, given["fingerprint"], by=request.user, reason=given["reason"])
    except linting.NotThere:
        return False
    messages.success(request, "It may be published all the same. Your reason is kept with the version.")
    return True
