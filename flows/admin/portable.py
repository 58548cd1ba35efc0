"""The pages on which a flow leaves as a file, and comes in from one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.views.decorators.http import require_POST, require_safe

from flows.adminbase import strict
from flows.models import Flow
from flows.portable import applying, comparing, gathering, reading, writing
from flows.portable.describing import FlowFile
from flows.portable.outline import MOST_CHARACTERS, Unreadable

MOST_BYTES = 4 * MOST_CHARACTERS
MOST_COMPLAINTS = 20
NEEDED = {"destinations": "destination", "hours": "openinghours", "lookups": "lookup"}


class FileForm(forms.Form):
    """A file from somebody's computer; `text` is the same once it was looked at."""

    file = forms.FileField(
        label="A file that was exported, or written by hand",
        help_text="A text file whose name ends with .yaml, as “Save this flow as a file” makes it.",
        required=False,
        widget=forms.ClearableFileInput({"accept": ".yaml,.yml,.txt", "class": "cw-input"}),
    )

    def clean_file(self) -> str:
        """The text of the file."""
        uploaded = self.cleaned_data["file"]
        if not uploaded:
            raise forms.ValidationError("Choose a file first.")
        if uploaded.size > MOST_BYTES:
            raise forms.ValidationError("This file is too large for a flow. Export the flow again, and import that.")
        try:
            return str(uploaded.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This is not a text file. Import a file that was exported here.") from error


@require_safe
def export_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as a file."""
    flow = get_object_or_404(Flow, pk=pk)
    if not request.user.has_perms(["flows.view_flow", "flows.view_step"]):  # type: ignore[union-attr]
        raise PermissionDenied
    answer = HttpResponse(writing.text_of(gathering.file_of(flow)), content_type="application/yaml; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{flow.slug}.yaml"'
    return answer


@require_POST
def copy_view(request: HttpRequest, pk: int) -> HttpResponse:
    """A second flow like this one, with its test calls; recordings stay with the first."""
    _may_import(request, None)
    flow = get_object_or_404(Flow, pk=pk)
    made = applying.apply(gathering.file_of(flow), by=request.user)
    messages.success(
        request, f"“{made.flow}” is a copy of “{flow}”. Recordings are not copied: the voice reads those texts."
    )
    for note in made.notes:
        messages.warning(request, note)
    return HttpResponseRedirect(made.flow.get_absolute_url())


def import_view(model_admin: ModelAdmin, request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Take a file, show what it would change, and then change it. With `pk`, it replaces the draft of that flow."""
    _may_import(request, pk)
    flow = get_object_or_404(Flow, pk=pk) if pk else None
    shown: dict[str, Any] = {
        "form": FileForm(),
        "flow": flow,
        "title": f"Import into “{flow}”" if flow else "Import a file",
    }
    if request.method == "POST":
        text = request.POST.get("text", "") or _uploaded(request, shown)
        if text:
            answer = _looked_at(request, text, flow, shown)
            if answer is not None:
                return answer
    context = {**model_admin.admin_site.each_context(request), **shown}
    return strict(TemplateResponse(request, "flows/import.html", context))


def _uploaded(request: HttpRequest, shown: dict[str, Any]) -> str:
    form = shown["form"] = FileForm(request.POST, request.FILES)
    return str(form.cleaned_data["file"]) if form.is_valid() else ""


def _looked_at(request: HttpRequest, text: str, flow: Flow | None, shown: dict[str, Any]) -> HttpResponse | None:
    """Show what the file would do; do it where exactly that was seen and agreed to."""
    try:
        file = reading.file_of(text)
        _may_add(request, file)
        with transaction.atomic():
            if flow:
                flow = Flow.objects.select_for_update().get(pk=flow.pk)
            preview = comparing.preview(file, to=flow, by=request.user)
            if request.POST.get("seen") == f"{preview.digest}-{flow.revision if flow else 0}":
                return _done(request, file, flow)
    except Unreadable as error:
        shown["complaints"] = error.complaints[:MOST_COMPLAINTS]
        shown["more"] = max(len(error.complaints) - MOST_COMPLAINTS, 0)
        return None
    moved_on = "Something changed since you looked. Look again: this is what the import would do now."
    shown |= {"text": text, "preview": preview, "file": file, "warning": moved_on if "seen" in request.POST else ""}
    shown["seen"] = f"{preview.digest}-{flow.revision if flow else 0}"
    return None


def _done(request: HttpRequest, file: FlowFile, flow: Flow | None) -> HttpResponse:
    made = applying.apply(file, to=flow, by=request.user).flow
    if flow:
        messages.success(request, f"The file is imported into “{made}”. Callers notice nothing until it is published.")
    else:
        messages.success(request, f"“{made}” is there. Callers notice nothing until it is published and live.")
    return HttpResponseRedirect(made.get_absolute_url())


def _may_import(request: HttpRequest, pk: int | None) -> None:
    wanted = ["flows.change_flow", "flows.change_step", "flows.add_step"] + ([] if pk else ["flows.add_flow"])
    if not request.user.has_perms(wanted):  # type: ignore[union-attr]
        raise PermissionDenied


def _may_add(request: HttpRequest, file: FlowFile) -> None:
    """Whoever may not add destinations by hand does not add them with a file either."""
    for part, model in NEEDED.items():
        if getattr(file, part) and not request.user.has_perm(f"flows.add_{model}"):  # type: ignore[union-attr]
            raise PermissionDenied
