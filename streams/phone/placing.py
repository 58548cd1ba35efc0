"""Place one call against any site, and get back everything that was observed."""

import ssl
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from functools import cache

import httpx2

from streams.ai.provider import ProviderError
from streams.phone.book import Book
from streams.phone.call import Application, Caller, PhoneCall
from streams.phone.callbacks import Account, Callbacks
from streams.phone.callers import ScriptedCaller, ScriptFailed
from streams.phone.causes import Cause
from streams.phone.clock import Clock
from streams.phone.far_end import FarEnd
from streams.phone.forms import Facts
from streams.phone.handset import Handset
from streams.phone.hearing import Knowledge
from streams.phone.line import Line as AudioPath
from streams.phone.live import LiveCalls
from streams.phone.profile import DEFAULT, Profile
from streams.phone.record import OnEvent, Record, ignore
from streams.phone.script import Line, Says, Script
from streams.phone.voice import PERSON, Voice

NUMBER, CALLER = "+14155550199", "+14155550142"


async def place_call(
    caller: Script | Caller,
    *,
    site: str | Application,
    account: Account,
    number: str = "",
    caller_number: str = "",
    profile: Profile = DEFAULT,
    knowledge: Knowledge | None = None,
    voice: Voice | None = None,
    far_ends: Mapping[str, FarEnd] | None = None,
    speed: float = 1.0,
    on_event: OnEvent = ignore,
    call_uuid: str = "",
    not_taken: Cause | None = None,
    on_call: Callable[[PhoneCall], object] = lambda call: None,
    book: Book | None = None,
    live: LiveCalls | None = None,
) -> Record:
    """Call `number` on the site (its public address, or the URLs themselves) and do what the caller does.

    Numbers that are given come before the script's own. `not_taken` is why nobody picks up, on a call of the site's.
    `on_call` gets the call before it begins. The call is entered in `book`, so that the site may ask what it cost, and
    stands in `live` while it goes on, so that the site may ask for streams of it.
    Never raises for what the site or the script do: a line of the script that did not come true stands in
    `record.failure`, everything else in the record.
    """
    script = caller if isinstance(caller, Script) else Script(lines=())
    voice = voice or Voice()
    record = Record(
        call_uuid=call_uuid or str(uuid.uuid4()),
        number=number or script.number or NUMBER,
        caller=caller_number or script.caller or CALLER,
        on_event=on_event,
    )
    ends = {**script.far_ends, **(far_ends or {})}
    try:
        await _rehearse(script.lines, voice)
        for end in ends.values():
            await _rehearse(end.lines, voice, PERSON)
        async with httpx2.AsyncClient(trust_env=False, verify=_certificates()) as http:
            clock = Clock(speed)  # only here: making voices and sockets takes time that is not the call's
            call = _call(record, clock, http, site, account, profile, knowledge or Knowledge(), ends, voice)
            if not_taken is not None:
                call.decide(not_taken)
            on_call(call)
            with live.on_the_line(call) if live else nullcontext():
                await call.run(ScriptedCaller(caller) if isinstance(caller, Script) else caller)
    except (ScriptFailed, ProviderError) as failed:
        record.failure = record.failure or str(failed)
    if book is not None:
        book.write(record.legs, record.streamed)
    return record


def _call(
    record: Record,
    clock: Clock,
    http: httpx2.AsyncClient,
    site: str | Application,
    account: Account,
    profile: Profile,
    knowledge: Knowledge,
    far_ends: Mapping[str, FarEnd],
    voice: Voice,
) -> PhoneCall:
    handset = Handset(clock, note=record.note, say=voice.say)
    return PhoneCall(
        application=Application.of(site) if isinstance(site, str) else site,
        account=account,
        profile=profile,
        facts=_facts(record, profile, account, clock),
        clock=clock,
        handset=handset,
        line=AudioPath(clock, handset, record, buffer_seconds=profile.buffer_seconds),
        record=record,
        callbacks=Callbacks(http, account, profile, clock, record),
        knowledge=knowledge,
        far_ends=far_ends,
        voice=voice,
    )


@cache
def _certificates() -> ssl.SSLContext:
    """Whom to trust; reading them takes longer than a short call."""
    return ssl.create_default_context()


def _facts(record: Record, profile: Profile, account: Account, clock: Clock) -> Facts:
    return Facts(
        profile=profile,
        call_uuid=record.call_uuid,
        caller=record.caller,
        called=record.number,
        account_id=account.auth_id,
        dialled_at=clock.dialled_at,
    )


async def _rehearse(lines: Iterable[Line], voice: Voice, whose: str = "") -> None:
    """Make what will be said beforehand: nobody pauses to think of a voice."""
    for line in lines:
        if isinstance(line.act, Says):
            await voice.say(line.act.words, whose)
