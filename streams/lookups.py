"""Asking a lookup for a call: its row is read when it is asked, so one that was withdrawn is asked no more."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings

from flows.models import Lookup
from flows.models.lookups import CALLER
from flows.models.sealed import Lost
from flows.numbers import same_number
from flows.samples import in_words
from flows.seams import Tried
from streams import egress
from streams.egress import EgressError, NothingThere, Request
from streams.models import Call
from streams.off_loop import query

log = logging.getLogger(__name__)

LONGEST = 200  # characters of one thing that was found
READ_WITHIN = 2.0  # seconds for the row; the caller waits
AT_ONCE = 8  # requests of this process to one lookup; more are told that it could not be found out

_asking: dict[str, int] = {}


@dataclass(frozen=True, slots=True)
class Asking:
    """A lookup that may be asked: the request, and where to read what from the answer."""

    request: Request
    finds: list[dict[str, str]]


async def look_up(call_pk: int, key: str, fields: Mapping[str, str]) -> dict[str, str] | None:
    """What the lookup finds for this call, nothing for what the other system does not have; None when it cannot be
    found out. Never raises."""
    if _asking.get(key, 0) >= AT_ONCE:
        log.warning("Lookup %s is asked by too many calls at once.", key)
        return None
    _asking[key] = _asking.get(key, 0) + 1
    try:
        async with asyncio.timeout(READ_WITHIN):
            asking = await query(_for_call, call_pk, key, fields)
        return await _ask(asking)
    except NothingThere:
        return {}
    except EgressError as error:
        log.warning("Lookup %s %s: %s", key, "was refused" if error.denied else "failed", error)
    except Exception as error:  # the database is away: what the caller hears is the same
        log.warning("Lookup %s failed: %s", key, type(error).__name__)
    finally:
        _asking[key] -= 1
    return None


def try_now(lookup: Lookup, sample: Mapping[str, str]) -> Tried:
    """Ask with sample values, for its page."""
    try:
        asking = _asking_of(lookup, sample, sample)
        answer = async_to_sync(_answer)(asking)
    except EgressError as error:
        return Tried(problem=str(error))
    return Tried(_found(asking, answer), answer=answer)


def _for_call(call_pk: int, key: str, given: Mapping[str, str]) -> Asking:
    lookup = Lookup.objects.filter(key=key, awaits_approval=False).first()
    if lookup is None:
        raise EgressError("It is gone, or not approved.", denied=True)
    call = Call.objects.only("caller", "called", "direction", "rehearsal").get(pk=call_pk)
    if call.rehearsal_id and lookup.changes:
        raise EgressError("It changes something, and this is a test call.", denied=True)
    theirs = same_number(call.called if call.direction == "outbound" else call.caller)
    callers = {row["name"]: theirs for row in lookup.sends if row["form"] == CALLER}
    return _asking_of(lookup, given, callers)


def _asking_of(lookup: Lookup, given: Mapping[str, str], callers: Mapping[str, str]) -> Asking:
    """What is sent: the fields that the row names, those about the caller from `callers` alone."""
    if isinstance(lookup.secret, Lost):
        raise EgressError("Its secret can no longer be read. Type it again on the page of the lookup.", denied=True)
    sources = {row["name"]: callers if row["form"] == CALLER else given for row in lookup.sends}
    request = Request(
        address=lookup.address,
        method=lookup.method,
        fields={name: source[name] for name, source in sources.items() if name in source},
        secret=(lookup.header, lookup.secret) if lookup.header and lookup.secret else None,
        seconds=lookup.seconds,
    )
    return Asking(request, lookup.finds)


async def _ask(asking: Asking) -> dict[str, str]:
    return _found(asking, await _answer(asking))


async def _answer(asking: Asking) -> Any:
    return await egress.fetch(asking.request, this_machine=settings.LOOKUPS_ON_THIS_MACHINE)


def _found(asking: Asking, answer: Any) -> dict[str, str]:
    found = {row["name"]: _at(answer, row["path"]) for row in asking.finds}
    return {name: text for name, text in found.items() if text}


def _at(answer: Any, path: str) -> str:
    """What stands at a path such as `order.items.0.name`, as text; "" when nothing does, or a whole list."""
    for part in path.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(part)
        elif isinstance(answer, list) and part.isdecimal() and len(part) < 6 and int(part) < len(answer):
            answer = answer[int(part)]
        else:
            return ""
    return in_words(answer, LONGEST)
