"""The page on which a lookup is tried: asked with sample values, and told what to read of the answer by ticks.

Whoever may not ask it yet can paste an answer instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from flows import samples, seams
from flows.adminbase import strict
from flows.models import Lookup
from flows.models.lookups import FORMS, PATH
from flows.naming import free_name


class PasteForm(forms.Form):
    """An answer that somebody has at hand."""

    answer = forms.CharField(
        label="An answer",
        strip=True,
        widget=forms.Textarea({"class": "cw-input cw-lines", "rows": 5, "spellcheck": "false"}),
        error_messages={"required": "Paste an answer first."},
    )

    def clean_answer(self) -> Any:
        try:
            return samples.pasted(self.cleaned_data["answer"])
        except samples.NotAnAnswer as error:
            raise forms.ValidationError(str(error)) from error


@dataclass
class Asked:
    """What came of asking, or of pasting: what is read now, what went wrong, and all that could be read."""

    found: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""
    leaves: list[samples.Leaf] = field(default_factory=list)
    is_pasted: bool = False


def try_view(model_admin: Any, request: HttpRequest, pk: int) -> HttpResponse:
    """Ask it with sample values, or read a pasted answer; keep what was picked from it."""
    lookup = get_object_or_404(Lookup, pk=pk)
    if not model_admin.has_change_permission(request, lookup):
        raise PermissionDenied
    may_ask = not lookup.awaits_approval or model_admin.may_approve(request)  # somebody must answer for it
    may_pick = not model_admin.is_frozen(request, lookup)
    does = next((name for name in ("_pick", "_paste") if name in request.POST), "_ask" if request.POST else "")
    if (does == "_pick" and not may_pick) or (does == "_ask" and not may_ask):
        raise PermissionDenied
    if does == "_pick":
        return _picked(model_admin, request, lookup)
    form = sample_form(lookup, request.POST if does == "_ask" else None)
    paste = PasteForm(request.POST if does == "_paste" else None)
    asked = None
    if does == "_ask" and form.is_valid():
        tried = seams.try_lookup(lookup, form.cleaned_data)
        asked = Asked(tried.found, tried.problem, samples.leaves(tried.answer))
    elif does == "_paste" and paste.is_valid():
        asked = Asked(leaves=samples.leaves(paste.cleaned_data["answer"]), is_pasted=True)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": f"Try “{lookup}”",
        "lookup": lookup,
        "form": form,
        "paste": paste,
        "asked": asked,
        "rows": _rows(lookup, asked.leaves) if asked else [],
        "may_ask": may_ask,
        "may_pick": may_pick,
    }
    return strict(TemplateResponse(request, "flows/try_lookup.html", context))


def _rows(lookup: Lookup, leaves: list[samples.Leaf]) -> list[dict[str, Any]]:
    """Each thing in an answer, with the name under which it is read, or could be."""
    read, names = {row["path"]: row["name"] for row in lookup.finds}, samples.names_for(leaves)
    return [
        {"path": path, "says": says, "is_read": path in read, "name": read.get(path, names[path])}
        for path, says in leaves
    ]


def _picked(model_admin: Any, request: HttpRequest, lookup: Lookup) -> HttpResponse:
    """Add what was ticked to what is read; what is read already stays."""
    read = {row["path"] for row in lookup.finds}
    names = {row["name"] for row in lookup.finds}
    added = []
    for path in request.POST.getlist("pick"):
        if path in read or not PATH.fullmatch(path) or len(path) > 120:
            continue
        name = free_name(request.POST.get(f"name:{path}", "").strip() or samples.suggested(path), names, longest=40)
        read.add(path)
        names.add(name)
        added.append({"name": name, "path": path})
    if added:
        lookup.finds = [*lookup.finds, *added]
        lookup.save(update_fields=["finds"])
        said = ", ".join(f"“{row['name']}”" for row in added)
        model_admin.log_change(request, lookup, f"Reads {said}, too.")
        messages.success(request, f"From now on {said} can be read. Flows know it once they are published again.")
    else:
        messages.info(request, "Nothing was ticked that is not read already.")
    return HttpResponseRedirect(lookup.get_absolute_url())


def sample_form(lookup: Lookup, data: Any) -> forms.Form:
    """A field for each thing that is sent, held to the same form as what callers give."""
    fields: dict[str, forms.Field] = {}
    for row in lookup.sends:
        words, pattern, longest = FORMS.get(row["form"], ("a telephone number, as +14155550123", r"\+[0-9]{8,15}", 16))
        fields[row["name"]] = forms.RegexField(
            regex=rf"\A(?:{pattern or '.+'})\Z",
            max_length=longest,
            label=row["hint"] or "The caller’s number",
            help_text=f"{words[:1].upper()}{words[1:]}.",
            widget=forms.TextInput({"class": "cw-input", "autocomplete": "off"}),
            error_messages={"invalid": f"Write {words}."},
        )
    return type("SampleForm", (forms.Form,), fields)(data)
