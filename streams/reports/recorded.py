"""The recording of a call as its page shows it: a waveform, when the notice was heard, who listened; or why none is."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from streams import notice, recordings
from streams.models import Call, CallRecording, CallStatus, RecordingPlay
from streams.reports.words import clock, length

STEP, MIDDLE, TALLEST = 3, 48, 44  # of the drawing: between strokes, of each half, and of the loudest stroke
WHY_NOT = {
    notice.REFUSED: "The caller pressed 9 at {at}, so the call was not recorded. What was said is not kept either.",
    notice.UNPROVEN: "Nothing was recorded, since it is not proved that the caller heard the notice: {why}. What was "
    "said is not kept either.",
    notice.HEARD: "The recording of this call is not there any more, or the call ended at once. The notice was heard "
    "at {at}.",
}
CUT_OFF = "Nothing was recorded: the call ended before the notice was heard. What was said is not kept either."
NOT_YET = "Nothing is recorded yet: the caller hears the notice now."
MOST_PLAYS = 20


@dataclass(frozen=True)
class Card:
    """What stands on the card. `why_not` is why there is no recording; everything else is "" or 0 then.

    `offset` is the second of the call at which the recording begins. `caller` and `line` are paths of an SVG that is
    `width` wide and 100 high.
    """

    why_not: str = ""
    notice_at: str = ""
    offset: float = 0.0
    seconds: float = 0.0
    lasts: str = ""
    lost: str = ""
    width: int = 0
    caller: str = ""
    line: str = ""
    audio_url: str = ""
    is_live: bool = False
    plays: Sequence[RecordingPlay] = field(default_factory=list)


def card_of(call: Call, *, may_play: bool) -> Card | None:
    """The card of this call; None where its flow records nothing and there is no recording."""
    recording = CallRecording.objects.filter(call=call).first()
    told = call.events.filter(kind__in=(notice.HEARD, notice.REFUSED, notice.UNPROVEN)).order_by("-seq").first()
    if recording is not None:
        return _with_sound(call, recording, clock(told.at) if told else "", may_play=may_play)
    if told is not None:
        return Card(why_not=WHY_NOT[told.kind].format(at=clock(told.at), why=told.data.get("why", "")))
    if not (call.snapshot or {}).get("recording") or call.answered_at is None:
        return None
    return Card(why_not=NOT_YET if call.status == CallStatus.LIVE else CUT_OFF)


def _with_sound(call: Call, recording: CallRecording, notice_at: str, *, may_play: bool) -> Card:
    wave = recordings.waveform(recording)
    loudest = max(1, *wave.caller, *wave.line)
    return Card(
        notice_at=notice_at,
        offset=recording.begins_at,
        seconds=recording.seconds,
        lasts=length(recording.seconds),
        lost=length(recording.lost_seconds) if recording.lost_seconds else "",
        width=len(wave.caller) * STEP,
        caller=_path(wave.caller, loudest, up=True),
        line=_path(wave.line, loudest, up=False),
        audio_url=reverse("admin:streams_recording_audio", args=[call.pk]) if may_play else "",
        is_live=call.status == CallStatus.LIVE,
        plays=list(RecordingPlay.objects.filter(call=call)[:MOST_PLAYS]) if may_play else [],
    )


def _path(strokes: list[int], loudest: int, *, up: bool) -> str:
    """One stroke for each stretch, the loudest of both sides as tall as there is room; silence is a dot."""
    base, way = (MIDDLE, "-") if up else (100 - MIDDLE, "")
    heights = (max(peak / loudest * TALLEST, 0.6) for peak in strokes)
    return "".join(f"M{n * STEP + 1} {base}v{way}{height:.1f}" for n, height in enumerate(heights))
