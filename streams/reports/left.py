"""What a call left for people to do, and the text messages that were sent, for a reader."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse

from streams.callbacks.closing import stands
from streams.models import Call, CallbackRequest, CallNote
from streams.reports.reading import HIDDEN
from streams.reports.words import moment
from streams.sharing.hiding import Hiding

TEXT_TONES = {"sent": "good", "queued": "plain", "sending": "plain", "test": "plain"}


@dataclass(frozen=True, slots=True)
class Left:
    """A follow-up or a text message of this call, ready to be shown.

    `url` leads to it, "" for none; `done_url` marks it as done, or opens it again where `is_done`.
    """

    what: str
    text: str
    state: str
    tone: str
    url: str = ""
    done_url: str = ""
    is_done: bool = False


def left_by(call: Call, *, sees_words: bool, hide: Hiding) -> list[Left]:
    """What the call left for people to do, and the text messages that were sent; numbers as `hide` shows them."""
    notes = [
        Left(
            what=note.get_what_display().capitalize(),
            text=hide.text(note.text) if sees_words else HIDDEN,
            state=f"done {done_in_words(note)}" if note.done_at else "open",
            tone="good" if note.done_at else "warn",
            url=reverse("admin:streams_callnote_change", args=[note.pk]),
            done_url=reverse("admin:streams_callnote_done", args=[note.pk]),
            is_done=note.done_at is not None,
        )
        for note in call.notes.select_related("done_by")
    ]
    texts = [
        Left(
            what=f"Text message “{text.name}”",
            text=hide.fault(text.error),
            state=text.get_status_display(),
            tone=TEXT_TONES.get(text.status, "bad"),
        )
        for text in call.texts.all()
    ]
    return [*_callbacks(call, sees_words, hide), *notes, *texts]


def _callbacks(call: Call, sees_words: bool, hide: Hiding) -> list[Left]:
    """The call-backs that were asked for on this call, or that this call is."""
    mine = Q(call=call) | Q(also_on=call) | Q(attempts__call=call)
    return [
        Left(
            what="Call back",
            text=hide.text(request.about) if sees_words or not request.about else HIDDEN,
            state=stands(request)[0],
            tone=stands(request)[1],
            url=request.get_absolute_url(),
        )
        for request in CallbackRequest.objects.filter(mine).distinct()
    ]


def done_in_words(note: CallNote) -> str:
    """When it was done, and by whom; "" while it is open."""
    if note.done_at is None:
        return ""
    by = f" by {note.done_by.get_full_name() or note.done_by.get_username()}" if note.done_by else ""
    return f"{moment(note.done_at)}{by}"
