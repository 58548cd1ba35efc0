"""What callers would mind, on the page that publishes a flow, and letting an error of that sort pass."""

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from flows import linting, publishing
from flows.linting import Linted
from flows.models import Flow, Step
from flows.practice import Severity


class WaiverForm(forms.Form):
    """Which finding is to pass, and why."""

    fingerprint = forms.CharField(max_length=32, widget=forms.HiddenInput)
    reason = forms.CharField(max_length=300, error_messages={"required": "Say why: whoever reads this later asks it."})


@dataclass(frozen=True)
class Shown:
    """The findings of a draft, parted as the page shows them. `may_waive`: whoever looks is a publisher."""

    errors: list[Linted]
    waived: list[Linted]
    warnings: list[Linted]
    hints: list[Linted]
    may_waive: bool
    waive_url: str

    @property
    def blocks(self) -> bool:
        return bool(self.errors)


def shown(request: HttpRequest, flow: Flow, draft: publishing.Draft, steps: Iterable[Step]) -> Shown:
    """What the page shows as `lint`. Where something does not work at all, that is mended first, and this is empty."""
    found = linting.lint(flow, draft.flow, steps=steps) if draft.flow and not draft.problems else []
    return Shown(
        errors=[linted for linted in found if linted.blocks],
        waived=[linted for linted in found if linted.waiver],
        warnings=[linted for linted in found if linted.severity == Severity.WARNING],
        hints=[linted for linted in found if linted.severity == Severity.HINT],
        may_waive=_may_waive(request),
        waive_url=reverse("admin:flows_flow_waive", args=[flow.pk]),
    )


@require_POST
def waive_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Let one error pass, with a reason, and go back to publishing."""
    if not _may_waive(request):
        raise PermissionDenied
    flow = get_object_or_404(Flow, pk=pk)
    form, draft = WaiverForm(request.POST), publishing.draft(flow)
    if not form.is_valid():
        messages.error(request, " ".join(sentence for found in form.errors.values() for sentence in found))
    elif draft.flow is None or not _waived(request, flow, draft, form):
        messages.warning(request, "This was mended or changed meanwhile, so there is nothing to let pass.")
    return HttpResponseRedirect(reverse("admin:flows_flow_publish", args=[flow.pk]))


def _may_waive(request: HttpRequest) -> bool:
    return request.user.has_perm("flows.publish_flow")


def _waived(request: HttpRequest, flow: Flow, draft: publishing.Draft, form: WaiverForm) -> bool:
    given = form.cleaned_data
    try:
        linting.waive(flow, draft.flow, given["fingerprint"], by=request.user, reason=given["reason"])
    except linting.NotThere:
        return False
    messages.success(request, "It may be published all the same. Your reason is kept with the version.")
    return True
