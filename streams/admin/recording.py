"""Recordings of calls: their sound, for those who may listen, and the list of who did."""

from datetime import timedelta

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from flows.admin.hearing import asked_for
from flows.adminbase import Immutable, ModelAdmin, display
from streams import recordings
from streams.admin.listing import Listing
from streams.admin.pill import link_to
from streams.models import CallRecording, RecordingPlay
from streams.reports.words import moment

PLAY = "streams.play_recording"
MOST_AT_ONCE = 1_000_000  # bytes of one answer to a browser that plays: it asks for the next when it needs it
ONE_PRESS = timedelta(seconds=3)  # a browser may ask twice for the beginning when play is pressed once
ONE_SITTING = timedelta(minutes=30)  # in which what follows a beginning belongs to it


@require_safe
def audio(request: HttpRequest, call_pk: int) -> HttpResponse:
    """The recording of a call as WAV, whole or the part that is asked for. Each listening is noted before it begins."""
    if not request.user.has_perm(PLAY) or not request.user.has_perm("streams.view_call"):  # type: ignore[union-attr]
        raise PermissionDenied
    recording = get_object_or_404(CallRecording.objects.select_related("call"), call=call_pk)
    size, is_part = recordings.size(recording), "Range" in request.headers
    first, last = asked_for(request.headers.get("Range", ""), size)
    if is_part:
        last = min(last, first + MOST_AT_ONCE - 1)
    note(request, recording, first=first)
    answer = HttpResponse(
        recordings.read(recording, first, last), content_type="audio/wav", status=206 if is_part else 200
    )
    if is_part:
        answer.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "private, no-store"
    if _is_copy(request):
        name = date_format(timezone.localtime(recording.call.began_at), "Y-m-d-Hi")
        answer.headers["Content-Disposition"] = f'attachment; filename="call-{name}.wav"'
    return answer


def note(request: HttpRequest, recording: CallRecording, *, first: int) -> None:
    """Keep who listens, once for each time it is begun. No byte is sent to anybody who is not noted."""
    how = RecordingPlay.DOWNLOADED if _is_copy(request) else RecordingPlay.PLAYED
    within = ONE_SITTING if first else ONE_PRESS
    mine = RecordingPlay.objects.filter(call=recording.call_id, by=request.user.pk, how=how)
    if not mine.filter(at__gt=timezone.now() - within).exists():
        user = request.user
        who = (user.get_full_name() or user.get_username())[:150]  # type: ignore[union-attr]
        RecordingPlay.objects.create(call_id=recording.call_id, by_id=user.pk, who=who, how=how)


def _is_copy(request: HttpRequest) -> bool:
    return "copy" in request.GET


@admin.register(RecordingPlay)
class RecordingPlayAdmin(Immutable, Listing, ModelAdmin):
    """Who listened to which recording, and when."""

    list_display = ["when", "who", "what", "call_link"]
    list_display_links = None
    list_filter = ["how", "at"]
    list_select_related = ["call"]
    search_fields = ["who"]
    heading = "Who listened to recordings"
    empty_says = ("Nobody listened yet", "Each time somebody plays the recording of a call, it is noted here.")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(audio)
        return [path("<int:call_pk>/audio/", view, name="streams_recording_audio"), *super().get_urls()]

    @display(description="when", ordering="at")
    def when(self, play: RecordingPlay) -> str:
        return moment(play.at)

    @display(description="what", ordering="how")
    def what(self, play: RecordingPlay) -> str:
        return str(play.get_how_display())

    @display(description="call")
    def call_link(self, play: RecordingPlay) -> SafeString:
        return link_to(play.call)
