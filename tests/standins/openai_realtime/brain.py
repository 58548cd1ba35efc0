"""What the model says. A brain is asked once for each response; a test's brain says what the test wrote down."""

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.standins.sound import speaking_ms

SAY_EXACTLY = re.compile(r"Say exactly the following[^:]*:\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """A function call. Arguments that are a text are sent as they are: broken ones, say."""

    name: str
    arguments: Mapping[str, Any] | str = ""


@dataclass(frozen=True)
class Say:
    """One thing said, `ms` long, and perhaps a call after it in the same response.

    `stays_after`: after so many deltas of audio no more comes, until the response is cancelled. `late_done`: its end is
    told only after the next item has begun to sound.
    """

    text: str
    ms: int = 0
    call: Call | None = None
    phase: str = ""  # commentary or final_answer: several audio items in one response
    stays_after: int | None = None
    late_done: bool = False

    @property
    def lasts_ms(self) -> int:
        """How long it takes to say."""
        return self.ms or speaking_ms(self.text)


Turn = Say | Call | Sequence[Say | Call]  # one response


@dataclass(frozen=True)
class Asked:
    """What the model has before it: its instructions, its tools, and the conversation with what was understood."""

    instructions: str
    tools: tuple[str, ...]
    items: tuple[Mapping[str, Any], ...]
    metadata: Mapping[str, str]


Brain = Callable[[Asked], Awaitable[Turn]]
Voice = Callable[[str], Awaitable[bytes]]  # text to mu-law
Recogniser = Callable[
    [bytes, Mapping[str, Any]], Awaitable[str]
]  # the caller's mu-law, the session's settings, to text


class Scripted:
    """Says one turn after another, then that it has nothing more to say."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self.left = list(turns)

    async def __call__(self, asked: Asked) -> Turn:
        """The next turn."""
        return self.left.pop(0) if self.left else Say("I have nothing more to say.")


class ScriptedHearing:
    """Understands one text after another, then nothing."""

    def __init__(self, texts: Iterable[str]) -> None:
        self.left = list(texts)

    async def __call__(self, audio: bytes, settings: Mapping[str, Any]) -> str:
        """The next text."""
        return self.left.pop(0) if self.left else ""


def dictated(instructions: str) -> str:
    """The text that these instructions want said word by word, without its quotation marks; "" when they do not."""
    found = SAY_EXACTLY.match(instructions)
    text = found[1].strip() if found else ""
    try:
        quoted = json.loads(text)
    except ValueError:
        return text
    return quoted if isinstance(quoted, str) else text


def parts(turn: Turn) -> list[Say | Call]:
    """The items of one response, in order."""
    given = [turn] if isinstance(turn, Say | Call) else list(turn)
    return [item for one in given for item in ([one, one.call] if isinstance(one, Say) and one.call else [one])]
