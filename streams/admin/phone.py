"""The phone in the browser: its page, and what it asks the site for while a test call goes on.

The page plays the carrier. Audio goes over the very socket that a carrier opens; here are the orders that a carrier
would fetch as documents, the call's story for the page to show, and a voice for words that are typed.
"""

import base64
from datetime import UTC, datetime, time
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from flows import diagram
from flows.adminbase import strict
from flows.models import Flow, FlowVersion
from flows.numbers import validate_e164
from streams import rehearsals
from streams.ai.provider import ProviderError
from streams.continuation import Told
from streams.models import Call
from streams.phone.own_site import voice
from streams.reports.running import running

LONGEST_SAYING = 300  # characters that a tester may type at once
may_call = permission_required(["flows.view_flow", "streams.add_rehearsal"], raise_exception=True)


class StartForm(forms.Form):
    """Who calls, what, and when the call pretends to come in (in the site's time zone)."""

    flow = forms.ModelChoiceField(Flow.objects.all(), required=False)
    version = forms.ModelChoiceField(FlowVersion.objects.select_related("flow"), required=False)
    caller = forms.CharField(required=False, max_length=16)
    date = forms.DateField(required=False, error_messages={"invalid": "Write the date as 2026-12-25."})
    time = forms.TimeField(required=False, error_messages={"invalid": "Write the time as 18:05."})
    language = forms.CharField(required=False, max_length=10)
    earlier_calls = forms.IntegerField(required=False, min_value=0, max_value=99)
    note = forms.CharField(required=False, max_length=200)

    def clean_caller(self) -> str:
        """A number with its country code, or none, as of a caller who hides it."""
        caller: str = self.cleaned_data["caller"].replace(" ", "")
        if caller:
            validate_e164(caller)
        return caller

    def clean(self) -> dict[str, Any]:
        super().clean()
        if not (self.cleaned_data.get("flow") or self.cleaned_data.get("version")):
            raise ValidationError("This flow is not there any more. Load the page again.")
        return self.cleaned_data

    def subject(self) -> rehearsals.Subject:
        """What is called. Raises `rehearsals.CannotCall`."""
        version = self.cleaned_data["version"]
        called = rehearsals.of_version(version) if version else rehearsals.of_draft(self.cleaned_data["flow"])
        return rehearsals.speaking(called, self.cleaned_data["language"])

    def moment(self) -> datetime | None:
        """When the call pretends to come in; None for now."""
        day, hour = self.cleaned_data["date"], self.cleaned_data["time"]
        if day is None and hour is None:
            return None
        now = timezone.localtime()
        return timezone.make_aware(datetime.combine(day or now.date(), hour or time(now.hour, now.minute)))


def urls(site: AdminSite) -> list[URLPattern]:
    """The addresses of the phone, all for staff only."""

    def page(view: Any) -> Any:
        return site.admin_view(view)

    return [
        path("phone/", page(page_view), {"site": site}, name="streams_phone"),
        path("phone/start/", page(start_view), name="streams_phone_start"),
        path("phone/<int:pk>/next/", page(next_view), name="streams_phone_next"),
        path("phone/<int:pk>/events/", page(events_view), name="streams_phone_events"),
        path("phone/<int:pk>/say/", page(say_view), name="streams_phone_say"),
        path("phone/<int:pk>/hang-up/", page(hang_up_view), name="streams_phone_hang_up"),
    ]


@require_safe
@may_call
def page_view(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The phone on a page of its own, beside the map of what it calls."""
    form = StartForm({"flow": request.GET.get("flow", ""), "version": request.GET.get("version", "")})
    drawing, sentences, title, called = None, list[str](), "Test call", {}
    if form.is_valid():
        version, flow = form.cleaned_data["version"], form.cleaned_data["flow"]
        called = {"version": version.pk} if version else {"flow": flow.pk}
        try:
            subject = form.subject()
            drawing, title = diagram.drawing(subject.flow), subject.title
        except rehearsals.CannotCall as error:
            sentences = list(error.sentences)
    else:
        sentences = _sentences(form)
    context = {
        **site.each_context(request),
        "title": title,
        "phone": called,
        "phone_languages": (version.flow if version else flow).languages_to_try() if called else [],
        "drawing": drawing,
        "sentences": sentences,
        "back": (version.get_absolute_url() if version else flow.get_absolute_url()) if called else "",
    }
    return strict(TemplateResponse(request, "streams/phone_page.html", context))


@require_POST
@may_call
def start_view(request: HttpRequest) -> HttpResponse:
    """Begin a call, once every prompt is there; until then, how far they are. The page asks again."""
    form = StartForm(request.POST)
    if not form.is_valid():
        return _refused(*_sentences(form))
    try:
        subject = form.subject()
        progress = rehearsals.make_prompts(subject)
    except rehearsals.CannotCall as error:
        return _refused(*error.sentences)
    if progress:
        made = {"done": progress.done, "of": progress.of, "seconds_left": progress.seconds_left}
        return JsonResponse({"preparing": made}, status=202)
    call = rehearsals.begin(
        subject,
        by=request.user,  # type: ignore[arg-type]
        caller=form.cleaned_data["caller"],
        moment=form.moment(),
        earlier_calls=form.cleaned_data["earlier_calls"] or 0,
        note=form.cleaned_data["note"],
    )
    addresses = {
        name: reverse(f"admin:streams_phone_{name}", args=[call.pk]) for name in ("next", "events", "say", "hang_up")
    }
    page = rehearsals.handed_out(call, {"do": "stream"})
    addresses["keep"] = reverse("admin:streams_call_keep", args=[call.pk])
    about = {"call": call.pk, "call_uuid": call.call_uuid, "call_page": call.get_absolute_url(), "title": subject.title}
    return JsonResponse({**about, **addresses, "page": page})


@require_POST
@may_call
def next_view(request: HttpRequest, pk: int) -> HttpResponse:
    """What the carrier would be told next, now that the stream, the transfer or the recording is over."""
    call = _own(request, pk)
    told = Told(
        dial_status=request.POST.get("dial", "")[:20],
        dial_seconds=_whole(request.POST.get("talked")),
        recorded_seconds=_whole(request.POST.get("recorded")),
    )
    return JsonResponse(rehearsals.next_page(call.pk, _whole(request.POST.get("document")), told))


@require_safe
@may_call
def events_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The call's story so far."""
    call = _own(request, pk)
    rehearsals.seen(call, datetime.now(UTC))
    after = request.GET.get("after", "")
    return JsonResponse(running(call, int(after) if after.lstrip("-").isdecimal() and len(after) < 10 else -1))


@require_POST
@may_call
def say_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The typed words as a caller says them: mu-law, 8 kHz, in base64."""
    _own(request, pk)
    words = request.POST.get("text", "").strip()
    if not words:
        return _refused("Type what the caller says first.")
    if len(words) > LONGEST_SAYING:
        return _refused(f"Say at most {LONGEST_SAYING} characters at once.")
    try:
        audio = async_to_sync(voice().say)(words)
    except ProviderError as error:
        return _refused(f"There is no voice that could say this here: {error} Press keys, or speak yourself.")
    return JsonResponse({"audio": base64.b64encode(audio).decode()})


@require_POST
@may_call
def hang_up_view(request: HttpRequest, pk: int) -> HttpResponse:
    """The tester hung up."""
    rehearsals.hang_up(_own(request, pk))
    return JsonResponse({"over": True})


def _own(request: HttpRequest, pk: int) -> Call:
    """A test call of this very person; everybody else's is not there."""
    calls = Call.objects.select_related("rehearsal")
    return get_object_or_404(calls, pk=pk, rehearsal__by=request.user)


def _whole(said: str | None) -> int:
    said = said or ""
    return min(int(said), 86_400) if said.isdecimal() and said.isascii() and len(said) < 9 else 0


def _sentences(form: StartForm) -> list[str]:
    return [str(sentence) for sentences in form.errors.values() for sentence in sentences]


def _refused(*sentences: str) -> HttpResponse:
    return JsonResponse({"sentences": list(sentences)}, status=400)
