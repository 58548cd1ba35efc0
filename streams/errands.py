"""What an assistant has done beside the line: notes, text messages, lookups. A part of the session."""

import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, TypeVar

from flows.engine.commands import AskForCallback, Command, KeepNote, LookUp, SendText
from flows.engine.events import CallbackNoted, LookedUp, TextOrdered
from streams.brief import Host

if TYPE_CHECKING:
    from streams.session import CallSession

log = logging.getLogger(__name__)

T = TypeVar("T")


def run(session: "CallSession", host: Host, errand: Command) -> None:
    """Have it done, also when the call ends now; what takes time is told to the flow later."""
    match errand:
        case KeepNote(text=text):
            session.note("note_kept", what="message")
            host.order("note", at=session.at, what="message", text=text)
        case AskForCallback():
            _ask_for_callback(session, host, errand)
        case SendText(name=name, text=text, request=request):
            session.note("text_ordered", name=name)
            host.order("text", at=session.at, name=name, text=text)
            session.dialogue.takes_time(request)
            session.spawn(_tell_of_text(session, host, errand))
        case LookUp(request=request):
            session.dialogue.takes_time(request)
            session.spawn(_look_up(session, host, errand))


def _ask_for_callback(session: "CallSession", host: Host, errand: AskForCallback) -> None:
    session.note("note_kept", what="callback")
    step = session.state.step or ""
    host.order(
        "callback",
        step=step,
        number=errand.number,
        about=errand.about,
        destination=errand.destination,
        hours=errand.hours,
        attempts=errand.attempts,
        minutes=errand.minutes,
    )
    if errand.request:
        session.spawn(_tell_of_callback(session, host, errand, step))


async def _tell_of_callback(session: "CallSession", host: Host, errand: AskForCallback, step: str) -> None:
    ok = await _or_none(host.is_noted(step))
    session.feed(CallbackNoted(request=errand.request, ok=bool(ok), turn=errand.turn))


async def _tell_of_text(session: "CallSession", host: Host, errand: SendText) -> None:
    ok = await _or_none(host.will_be_sent(errand.name))
    session.feed(TextOrdered(request=errand.request, ok=bool(ok), turn=errand.turn))


async def _look_up(session: "CallSession", host: Host, errand: LookUp) -> None:
    found = await _or_none(host.look_up(errand.lookup, errand.fields))
    session.feed(LookedUp(request=errand.request, ok=found is not None, found=found or {}, turn=errand.turn))


async def _or_none(finding: Awaitable[T]) -> T | None:
    try:
        return await finding
    except Exception:  # whatever fails: the caller waits for an answer
        log.exception("What an assistant asked for could not be found out.")
        return None
