"""Sounds for the pages of builders: rendered prompts, recordings, and texts that nobody has heard yet."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from flows import hearing, seams, sound, spoken
from flows.forms import HearForm
from flows.models import Flow, PromptAudio, PromptRecording

log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@require_safe
@permission_required("flows.view_promptaudio", raise_exception=True)
def prompt_sound(request: HttpRequest, digest: str) -> HttpResponse:
    """A rendered prompt as callers hear it."""
    return _file(request, PromptAudio.objects.filter(digest=digest))


@require_safe
@permission_required("flows.view_promptaudio", raise_exception=True)
def recording_sound(request: HttpRequest, digest: str) -> HttpResponse:
    """A recording as callers hear it, also one that was withdrawn since."""
    return _file(request, PromptRecording.objects.filter(digest=digest).order_by())


@require_POST
@permission_required("flows.change_step", raise_exception=True)
def hear(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a text can be heard in the voice of this flow; it is rendered first, when it was not yet."""
    flow = get_object_or_404(Flow, pk=pk)
    form = HearForm(request.POST)
    if not form.is_valid():
        return _refused(" ".join(form.errors["text"]), 400)
    text, language = form.cleaned_data["text"], request.GET.get("language", "")
    how = hearing.how_of(flow, language)
    if refused := render(request, text, how):
        return refused
    made = hearing.by_voice(flow, text, language).sound
    return JsonResponse({"url": made.url, "length": made.length})


def render(request: HttpRequest, text: str, how: Mapping[str, str]) -> HttpResponse | None:
    """Have a text read, when it was not yet, by `voice` in `language`; the refusal when that cannot be."""
    if not spoken.missing([text], **how):
        return None
    if not hearing.may_have_more_rendered(request.user):
        return _refused("You have heard many new texts in this minute. Wait a moment, then try again.", 429)
    try:
        list(seams.render([text], **how))
    except Exception as error:  # whatever a voice engine raises: the builder must learn of it, in words
        log.warning("A text could not be rendered to be heard.", exc_info=True)
        return _refused(f"The voice {spoken.why(error)}, so this text cannot be heard now. Try again later.", 503)
    return None


def _refused(sentence: str, status: int) -> HttpResponse:
    return JsonResponse({"sentence": sentence}, status=status)


def _file(request: HttpRequest, rows: Any) -> HttpResponse:
    """The sound as a file. Some browsers play nothing unless they may ask for a part of it."""
    audio = rows.values_list("audio", flat=True).first()
    if audio is None:
        raise Http404
    whole = sound.wav(bytes(audio))
    first, last = asked_for(request.headers.get("Range", ""), len(whole))
    part = HttpResponse(whole[first : last + 1], content_type="audio/wav")
    if (first, last) != (0, len(whole) - 1) or "Range" in request.headers:
        part.status_code = 206
        part.headers["Content-Range"] = f"bytes {first}-{last}/{len(whole)}"
    part.headers["Accept-Ranges"] = "bytes"
    part.headers["Cache-Control"] = "private, max-age=86400, immutable"  # another sound has another address
    return part


def asked_for(header: str, size: int) -> tuple[int, int]:
    """The first and last byte of what a `Range` header asks for; everything when it makes no sense."""
    found = RANGE.fullmatch(header.strip())
    if not found or found.groups() == ("", ""):
        return 0, size - 1
    first, last = found.groups()
    if not first:
        return max(size - int(last), 0), size - 1
    begin, end = int(first), min(int(last or size), size - 1)
    return (begin, end) if begin <= end else (0, size - 1)
