"""The page “Emergency”: what new callers hear before anything else, and flows whose AI steps are switched off."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from flows.adminbase import strict
from flows.models import Destination, Flow
from flows.sound import wav
from streams.desk import announcing, switching, watchers
from streams.models import Announcement

LASTS = ((0, "until somebody ends it"), (30, "30 minutes"), (60, "an hour"), (240, "four hours"), (1440, "a day"))
FURTHER = {"es": "Spanish", "fr": "French", "de": "German"}
NAMES = {"en": "English", **FURTHER}
INPUT = {"class": "cw-input"}
AREA = {"class": "cw-input", "rows": "3"}


class Words(forms.Form):
    """What is announced, to whom, and what follows."""

    text = forms.CharField(
        label="What new callers hear first",
        max_length=600,
        widget=forms.Textarea(attrs=AREA),
        help_text="Before the menu and before the notice of a recording. Nobody can skip it.",
        error_messages={"required": "Write what callers are to hear."},
    )
    then = forms.ChoiceField(
        label="Then",
        choices=Announcement.Then.choices,
        widget=forms.Select(attrs=INPUT),
        help_text="What becomes of the call once they have heard it.",
    )
    destination = forms.ModelChoiceField(
        label="Put through to",
        queryset=Destination.objects.filter(awaits_approval=False),
        required=False,
        empty_label="Nobody",
        widget=forms.Select(attrs=INPUT),
        help_text="Only where callers are put through. If nobody answers, their call goes on as usual.",
    )
    flows = forms.ModelMultipleChoiceField(
        label="On which lines",
        queryset=Flow.objects.order_by("name"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick none for every line.",
    )
    lasts = forms.TypedChoiceField(
        label="For how long",
        choices=LASTS,
        coerce=int,
        widget=forms.Select(attrs=INPUT),
        help_text="You can end it at any moment.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, name in FURTHER.items():
            self.fields[code] = forms.CharField(
                label=f"The same in {name}",
                max_length=600,
                required=False,
                widget=forms.Textarea(attrs={**AREA, "rows": "2", "lang": code}),
                help_text=f"Heard after it on lines that also speak {name}.",
            )

    def clean(self) -> dict[str, Any]:
        """Whoever is put through is put through to somebody."""
        found: dict[str, Any] = super().clean() or self.cleaned_data
        if found.get("then") == Announcement.Then.TRANSFER and not found.get("destination"):
            self.add_error("destination", "Choose where callers are put through to.")
        return found


class Off(forms.Form):
    """Which flow goes on without its AI steps."""

    flow = forms.ModelChoiceField(
        label="Flow",
        queryset=Flow.objects.order_by("name"),
        empty_label="Choose a flow",
        widget=forms.Select(attrs=INPUT),
        help_text="Its calls go on as if no assistant could be reached.",
        error_messages={"required": "Choose a flow."},
    )
    reason = forms.CharField(
        label="Why",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=INPUT),
        help_text="For your colleagues. Callers never hear it.",
    )
    lasts = forms.TypedChoiceField(
        label="For how long",
        choices=((0, "until somebody switches them on"), *LASTS[1:]),
        coerce=int,
        widget=forms.Select(attrs=INPUT),
        help_text="You can switch them on at any moment.",
    )


def page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """GET shows what is on, and the forms; POST does what was pressed."""
    if not request.user.has_perm(watchers.WATCH):  # type: ignore[union-attr]
        raise PermissionDenied
    do = request.POST.get("do", "")
    words = Words(request.POST if do == "announce" else None, prefix="words")
    off = Off(request.POST if do == "off" else None, prefix="off")
    forms_of = {"announce": words, "off": off}
    if request.method == "POST" and do in DO and (do not in forms_of or forms_of[do].is_valid()):
        messages.success(request, DO[do](request, forms_of[do].cleaned_data if do in forms_of else {}))
        return HttpResponseRedirect(request.path)
    context = {
        **calls.admin_site.each_context(request),
        "title": "Emergency",
        "words": words,
        "further": [words[code] for code in FURTHER],
        "off": off,
        "announced": [_shown(each) for each in Announcement.objects.active()],
        "switches": switching.off(),
        "may": request.user.has_perm(switching.DIRECT),  # type: ignore[union-attr]
    }
    return strict(TemplateResponse(request, "streams/desk/emergency.html", context))


def sound(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """An announcement as callers hear it, in this language."""
    if not request.user.has_perm(watchers.WATCH):  # type: ignore[union-attr]
        raise PermissionDenied
    audio = announcing.sound_of(get_object_or_404(Announcement, pk=pk), code)
    if not audio:
        raise Http404
    return HttpResponse(wav(audio), content_type="audio/wav", headers={"Cache-Control": "private, no-store"})


def _shown(announcement: Announcement) -> dict[str, Any]:
    """It, in which languages it can be heard on this page, and how far it is."""
    made, of = announcing.progress(announcement)
    return {
        "row": announcement,
        "languages": [(code, NAMES.get(code, code)) for code in announcing.languages(announcement)],
        "made": made,
        "of": of,
        "is_made": bool(made) and (made == of or bool(announcement.problem)),
        "fails": bool(announcement.problem),
    }


def _until(minutes: int) -> datetime | None:
    return timezone.now() + timedelta(minutes=minutes) if minutes else None


def _write(request: HttpRequest, said: Mapping[str, Any]) -> str:
    announcing.write(
        by=request.user,
        text=said["text"],
        further={code: said[code] for code in FURTHER if said[code]},
        flows=list(said["flows"]) or None,
        then=said["then"],
        destination=said["destination"] if said["then"] == Announcement.Then.TRANSFER else None,
        until=_until(said["lasts"]),
    )
    return "It is being prepared. No caller hears it before you put it on the line."


def _put_on(request: HttpRequest, _: Mapping[str, Any]) -> str:
    wanted = get_object_or_404(Announcement, pk=_number(request))
    return announcing.put_on(wanted, by=request.user) or "It is on the line: new callers hear it first."


def _stop(request: HttpRequest, _: Mapping[str, Any]) -> str:
    announcing.stop(get_object_or_404(Announcement, pk=_number(request)), by=request.user)
    return "It is ended. No caller hears it from now on."


def _again(request: HttpRequest, _: Mapping[str, Any]) -> str:
    announcing.prepare_again(_number(request), by=request.user)
    return "It is being prepared once more."


def _off(request: HttpRequest, said: Mapping[str, Any]) -> str:
    switching.switch_off(said["flow"], by=request.user, reason=said["reason"], until=_until(said["lasts"]))
    return f"The AI steps of {said['flow']} are off. Who talks with an assistant is led on at the next pause."


def _on(request: HttpRequest, _: Mapping[str, Any]) -> str:
    flow = get_object_or_404(Flow, pk=_number(request))
    switching.switch_on(flow, by=request.user)
    return f"The AI steps of {flow} talk again."


def _number(request: HttpRequest) -> int:
    number = request.POST.get("which", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0


DO: dict[str, Callable[[HttpRequest, Mapping[str, Any]], str]] = {
    "announce": _write,
    "put_on": _put_on,
    "stop": _stop,
    "again": _again,
    "off": _off,
    "on": _on,
}
