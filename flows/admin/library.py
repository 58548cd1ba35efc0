"""The prompt library: every text callers hear, found, heard and recorded; and one text said anew everywhere."""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from flows import drafts, hearing, library, rewording
from flows.admin.studio import CHANGE
from flows.adminbase import strict
from flows.library import Wanted
from flows.rows import Text as TextField
from flows.spoken import LONGEST_TEXT
from flows.written_texts import Text, Use, in_drafts, texts

A_PAGE = 20
WHERE = (("", "drafts and live"), ("draft", "in drafts"), ("live", "live now"))
HOW = (
    ("", "recorded or by a voice"),
    ("recorded", "recorded"),
    ("outdated", "recorded for other words"),
    ("voice", "read by a voice"),
    ("missing", "not made yet"),
)


class SearchForm(forms.Form):
    """What is looked for."""

    q = forms.CharField(
        label="Words", max_length=200, required=False, widget=forms.TextInput({"class": "cw-input", "type": "search"})
    )
    flow = forms.TypedChoiceField(
        label="Flow", required=False, coerce=int, empty_value=0, widget=forms.Select({"class": "cw-input"})
    )
    where = forms.ChoiceField(label="Where", choices=WHERE, required=False, widget=forms.Select({"class": "cw-input"}))
    how = forms.ChoiceField(label="Sound", choices=HOW, required=False, widget=forms.Select({"class": "cw-input"}))

    def __init__(self, *args: Any, flows: dict[int, str]) -> None:
        super().__init__(*args)
        field: Any = self.fields["flow"]
        field.choices = [("", "every flow"), *sorted(flows.items(), key=lambda each: each[1].casefold())]

    def wanted(self) -> Wanted:
        """What is looked for; what makes no sense is left out."""
        self.is_valid()
        given = self.cleaned_data
        return Wanted(
            words=" ".join(given.get("q", "").split()),
            flow=given.get("flow") or 0,
            where=given.get("where", ""),
            how=given.get("how", ""),
        )


def library_view(model_admin: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The library, a page at a time."""
    _only_for(request, "flows.view_promptaudio")
    every = texts()
    form = SearchForm(request.GET, flows={use.flow_pk: use.flow for text in every for use in text.uses})
    wanted = form.wanted()
    made = library.made_sounds() if wanted.how == "missing" else frozenset[str]()
    found = [text for text in every if wanted.fits(text, made)]
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    library.hear(page.object_list)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Prompts",
        "opts": model_admin.opts,
        "form": form,
        "page": page,
        "count": len(found),
        "every": len(every),
        "is_filtered": wanted != Wanted(),
        "may_change": request.user.has_perms(CHANGE),  # type: ignore[union-attr]
        "sounds_url": reverse("admin:flows_promptaudio_changelist"),
    }
    return strict(TemplateResponse(request, "flows/library.html", context))


class RewordForm(forms.Form):
    """What a text is to say from now on, and in which places of drafts."""

    new = TextField(
        label="What it says from now on",
        max_length=LONGEST_TEXT,
        error_messages={"required": "Write what callers are to hear."},
        widget=forms.Textarea({"class": "cw-input", "rows": 4}),
    )
    at = forms.MultipleChoiceField(
        label="Where",
        error_messages={"required": "Choose at least one place.", "invalid_choice": "One of these places is gone."},
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, text: Text) -> None:
        self.text = text
        self.places = {f"{use.row.pk}:{use.setting}": use for use in text.in_drafts if use.row}
        super().__init__(data, initial={"new": text.text, "at": list(self.places)})
        field: Any = self.fields["at"]
        field.choices = [(place, f"{use.flow} · {use.step} · {use.label}") for place, use in self.places.items()]

    def clean_new(self) -> str:
        new: str = self.cleaned_data["new"].strip()
        if new == self.text.text:
            raise forms.ValidationError("This is what it says already. Write the new words.")
        return new

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for sentence in rewording.what_is_wrong(self.chosen(), cleaned.get("new", "")):
            self.add_error("new", sentence)
        return cleaned

    def chosen(self) -> list[Use]:
        """The places that were ticked."""
        return [self.places[place] for place in self.cleaned_data.get("at", ())]

    def preview(self) -> str:
        """What a preview of this would be told by: it is saved only as it was shown."""
        told = "\n".join([self.cleaned_data["new"], *sorted(self.cleaned_data["at"])])
        return hashlib.sha256(told.encode()).hexdigest()

    def was_shown(self) -> bool:
        """Whether exactly this was shown before."""
        return self.data.get("shown") == self.preview()

    def revisions(self) -> dict[int, int]:
        """The revision of each flow that the page was opened with."""
        sent = {use.flow_pk: str(self.data.get(f"revision-{use.flow_pk}", "")) for use in self.places.values()}
        return {pk: int(revision) for pk, revision in sent.items() if revision.isdigit()}


def reword_view(model_admin: ModelAdmin, request: HttpRequest, digest: str) -> HttpResponse:
    """One text and its places: first what would change is shown, then it is changed."""
    _only_for(request, *CHANGE)
    text = next((each for each in in_drafts() if each.digest == digest), None)
    if text is None:
        messages.warning(request, "No draft says this text any more. Choose it again.")
        return HttpResponseRedirect(reverse("admin:flows_library"))
    form = RewordForm(request.POST if request.method == "POST" else None, text=text)
    conflict = ""
    if "_save" in request.POST and form.is_valid() and form.was_shown():
        try:
            return _reworded(request, form)
        except drafts.Conflict as error:
            conflict = f"{error} Nothing was changed. Look at it again, then change it."
    context = {
        **model_admin.admin_site.each_context(request),
        "title": "Change a text",
        "opts": model_admin.opts,
        "text": text,
        "form": form,
        "flows": {use.flow_pk: use.row.flow for use in text.in_drafts if use.row},
        "conflict": conflict,
        "library_url": reverse("admin:flows_library"),
        **_preview(form),
    }
    return strict(TemplateResponse(request, "flows/reword.html", context))


def _only_for(request: HttpRequest, *permissions: str) -> None:
    if not request.user.has_perms(permissions):  # type: ignore[union-attr]
        raise PermissionDenied


def _preview(form: RewordForm) -> dict[str, Any]:
    """What would change, once the form can be read."""
    if not (form.is_bound and form.is_valid()):
        return {}
    new, chosen = form.cleaned_data["new"], form.chosen()
    voices = {(use.voice.name, use.voice.language): use for use in chosen}
    return {
        "chosen": chosen,
        "new": new,
        "shown": form.preview(),
        "minded": rewording.to_mind(chosen, new),
        "heard": [hearing.by_voice(use.voice.flow, new) for use in voices.values() if use.voice.flow],
        "recorded": sorted({use.flow for use in chosen if use.recording}),
    }


def _reworded(request: HttpRequest, form: RewordForm) -> HttpResponse:
    chosen = form.chosen()
    rewording.reword(chosen, form.revisions(), old=form.text.text, new=form.cleaned_data["new"], by=request.user)
    flows = {use.flow: use.row.flow.get_absolute_url() for use in chosen if use.row}
    links = format_html_join(", ", '<a class="cw-link" href="{}">{}</a>', ((url, name) for name, url in flows.items()))
    places = "1 place" if len(chosen) == 1 else f"{len(chosen)} places"
    said = "Changed in {} of {}. Undo on the page of a flow takes it back there; callers hear it once it is published."
    messages.success(request, format_html(said, places, links))
    return HttpResponseRedirect(reverse("admin:flows_library"))
