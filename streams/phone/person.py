"""Who answers a dial, as the script has them: they speak in a voice of their own, hear the caller, and may hang up.

It is a second handset on the same clock, held by somebody who follows lines as a caller does. Both know what the other
said when it was said to its end; what they interrupt is heard all the same.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from streams.ai.provider import ProviderError
from streams.phone.callers import ScriptedCaller, ScriptFailed
from streams.phone.handset import Handset
from streams.phone.record import Moment
from streams.phone.script import Line, Script
from streams.phone.voice import PERSON

if TYPE_CHECKING:
    from streams.phone.call import PhoneCall

SAID = "person_says"  # a moment of the record


async def take_the_call(call: "PhoneCall", lines: Iterable[Line]) -> None:
    """Talk with the caller until the person hangs up; without a line that says so, until this is cancelled.

    A line that does not come true stands in the record's failure, and the person hangs up.
    """
    person = Handset(call.clock, note=partial(_note, call), say=partial(call.voice.say, voice=PERSON))

    def caller_hears(words: str) -> None:
        call.record.heard.append(words)
        call.handset.hears(words)

    person.heard_by.append(caller_hears)
    call.handset.heard_by.append(person.hears)
    call.line.person = person
    try:
        await ScriptedCaller(Script(tuple(lines)))(person)
        await person.hung_up.wait()
        call.note("far_end", "hangs up")
    except (ScriptFailed, ProviderError) as failed:
        call.record.failure = call.record.failure or str(failed)
    finally:
        call.line.person = None
        call.handset.heard_by.remove(person.hears)


def _note(call: "PhoneCall", moment: Moment) -> None:
    """What the person says, told apart from what the caller does."""
    call.record.note(replace(moment, kind=SAID if moment.kind == "says" else moment.kind))
