"""Who holds the handset: somebody who follows a script or presses keys, or a person at a keyboard."""

import asyncio
import re
from collections.abc import AsyncIterator

from streams.ai.provider import ProviderError
from streams.phone.handset import Handset
from streams.phone.script import Ends, HangsUp, Hears, Line, Presses, Says, Script, Waits

KEYS = re.compile(r"[0-9*#]+")
ENOUGH = 3.0  # seconds that somebody listens who knows which key to press
RECENT = 3  # how many of the things heard last stand in a failure


class ScriptFailed(Exception):
    """A call did not go as its script says. The message says which line, what was expected and what was heard."""


def plain(text: str) -> str:
    """Words only, in lower case with single spaces: how texts are compared."""
    return " ".join(re.findall(r"\w+", text.lower()))


class ScriptedCaller:
    """Does what a script says, line by line; raises `ScriptFailed` at the first that does not come true."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._heard_upto = 0  # in the plain text of everything heard
        self._speeches = 0

    async def __call__(self, handset: Handset) -> None:
        for line in self._script.lines:
            await self._perform(line, handset)

    async def _perform(self, line: Line, handset: Handset) -> None:
        match line.act:
            case Hears(words=None, within=within):
                self._speeches += 1
                if not await handset.until(lambda: handset.speeches >= self._speeches, within):
                    raise self._failure(line, handset, "any speech", within)
            case Hears(words=str(words), within=within):
                if not await handset.until(lambda: self._finds(words, handset), within):
                    raise self._failure(line, handset, f"“{words}”", within)
            case Presses(keys=keys):
                self._must_be_on(line, handset)
                await handset.press(keys)
            case Says(words=words):
                self._must_be_on(line, handset)
                await handset.say(words)
            case Waits(seconds=seconds):
                await handset.think(seconds)
            case Ends(how=how, within=within):
                await self._ends(line, handset, how, within)
            case HangsUp():
                handset.hang_up()

    def _finds(self, words: str, handset: Handset) -> bool:
        """Whether the words were heard since those found last; from then on only what follows counts."""
        everything = plain(" ".join(handset.heard))
        at = f" {everything} ".find(f" {plain(words)} ", self._heard_upto)
        if at < 0:
            return False
        self._heard_upto = at + len(plain(words))
        return True

    async def _ends(self, line: Line, handset: Handset, how: str, within: float) -> None:
        if not await handset.until(lambda: bool(handset.ending), within):
            raise ScriptFailed(
                f"Line {line.number}, “{line.text}”: the line did not end the call within {within:g} s. "
                f"{self._lately(handset)}"
            )
        if plain(how) not in plain(handset.ending):
            raise ScriptFailed(
                f"Line {line.number}, “{line.text}”: the call was expected to end “{how}”, but: {handset.ending}."
            )

    def _must_be_on(self, line: Line, handset: Handset) -> None:
        if handset.ending:
            raise ScriptFailed(f"Line {line.number}, “{line.text}”: the call was over already ({handset.ending}).")

    def _failure(self, line: Line, handset: Handset, expected: str, within: float) -> ScriptFailed:
        when = f"the call was over ({handset.ending})" if handset.ending else f"{within:g} s had passed"
        return ScriptFailed(
            f"Line {line.number}, “{line.text}”: {expected} was expected, but was not heard until {when}. "
            f"{self._lately(handset)}"
        )

    def _lately(self, handset: Handset) -> str:
        lately = [f"“{text}”" for text in handset.heard[-RECENT:]]
        return f"Heard last: {', '.join(lately)}." if lately else "Nothing was heard in words."


class PressingCaller:
    """Hears what is said first, or three seconds of it, presses these keys, and stays until the line hangs up."""

    def __init__(self, keys: str) -> None:
        self._keys = keys

    async def __call__(self, handset: Handset) -> None:
        if self._keys and await self._listened(handset):
            await handset.press(self._keys)
        await handset.until(lambda: False)

    async def _listened(self, handset: Handset) -> bool:
        """False when the call was over before."""
        if not await handset.until(lambda: handset.is_answered):
            return False
        heard = asyncio.create_task(handset.until(lambda: bool(handset.heard or handset.speeches)))
        enough = asyncio.create_task(handset.clock.sleep(ENOUGH))
        try:
            await asyncio.wait({heard, enough}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            heard.cancel()
            enough.cancel()
        return not handset.ending


class MachineCaller:
    """An answering machine: says its greeting, and then keeps silent until the line hangs up."""

    def __init__(self, greeting: str) -> None:
        self._greeting = greeting

    async def __call__(self, handset: Handset) -> None:
        try:
            await handset.say(self._greeting)
        except ProviderError as error:
            handset.remark(str(error))
        await handset.until(lambda: False)


class TypingCaller:
    """Keys are pressed, words are spoken, the end of the input hangs up."""

    def __init__(self, typed: AsyncIterator[str]) -> None:
        self._typed = typed

    async def __call__(self, handset: Handset) -> None:
        handset.is_thinking = True  # or typing; nobody can tell when a person waits
        typing = asyncio.create_task(self._type(handset))
        ending = asyncio.create_task(handset.until(lambda: False))  # nobody types at a line that is dead
        try:
            await asyncio.wait({typing, ending}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            typing.cancel()
            ending.cancel()

    async def _type(self, handset: Handset) -> None:
        async for line in self._typed:
            await self._do(line.strip(), handset)

    async def _do(self, line: str, handset: Handset) -> None:
        keys = line.replace(" ", "")
        try:
            if KEYS.fullmatch(keys):
                await handset.press(keys)
            elif line:
                await handset.say(line)
        except ProviderError as error:
            handset.remark(str(error))
