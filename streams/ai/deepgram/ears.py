"""Deepgram's live listening. The only file that imports the vendor's package.

`smart_format` stays off: it holds back numbers and dates for up to three seconds in case more comes. `numerals` stays
off too: digits are wanted as they were said ("double four", "oh"), and understood by the same rules for every engine.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from deepgram import AsyncDeepgramClient
from deepgram.core.api_error import ApiError
from deepgram.environment import DeepgramClientEnvironment
from deepgram.listen.v1.types.listen_v1configure import ListenV1Configure
from websockets.exceptions import ConnectionClosed, WebSocketException

from flows.engine.languages import LANGUAGES, base
from streams.ai.deepgram.turns import Turns
from streams.ai.faults import error_for, fault_of_status
from streams.ai.live_ears import LiveListening, Tape
from streams.ai.provider import (
    MULAW_8K,
    Fault,
    Hearing,
    ListenOptions,
    ProviderError,
    TranscriberAbilities,
)

OPEN_SECONDS = 3.0
CLOSE_SECONDS = 0.5  # for the other end to say goodbye
KEEP_ALIVE_SECONDS = 4.0  # after ten without a word from us the service hangs up
STALLED_SECONDS = 1.0  # carriers send frames all the time; when none come in mid-word, the utterance is over
KEYTERM_BYTES = 1000  # 500 tokens are allowed; with more the service falls silent without a word
PAUSE_MS = 300  # ends an utterance
NOISY_PAUSE_MS = 1000  # without words, where noise hides the pause; the least that can be asked for


class DeepgramEars:
    """Speech to text: a `Transcriber`. `base_url` is the service's own when empty."""

    name = "deepgram"
    takes = MULAW_8K
    can = TranscriberAbilities(interim=True, free_speech=True, languages=tuple(LANGUAGES))

    def __init__(self, key: str, *, model: str, base_url: str = "", knows_keyterms: bool = True) -> None:
        self.model, self.knows_keyterms = model, knows_keyterms
        client = AsyncDeepgramClient(api_key=key, **_environment(base_url.rstrip("/")))
        self._service = client.listen.v1  # the package loads it now; when a caller waits, all others would wait, too

    @asynccontextmanager
    async def listen(self, options: ListenOptions) -> AsyncIterator[LiveListening]:
        """Begin to listen to one caller."""
        tape = Tape.of(options)
        turns = Turns(tape, engine=self.name, model=self.model)

        @asynccontextmanager
        async def line(phrases: tuple[str, ...]) -> AsyncIterator[DeepgramLine]:
            async with self._connected(options.language, phrases) as connection:
                turns.connected()
                yield DeepgramLine(connection, turns, self)

        listening = LiveListening(line, tape, options.phrases, turns.notice, turns.unbilled, options.every_word)
        try:
            await listening.open()
            yield listening
        finally:
            await listening.close()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Whatever the package or its socket raise within becomes a `ProviderError`."""
        try:
            yield
        except ApiError as error:
            raise self.error(_fault_at_the_door(error.status_code), str(error.status_code)) from None
        except ConnectionClosed as error:
            code = re.search(r"[A-Z]+-\d{4}", error.rcvd.reason if error.rcvd else "")
            refused = error.rcvd is not None and error.rcvd.code == 1008  # DATA-0000: it cannot read the audio
            raise self.error(Fault.REFUSED if refused else Fault.UNREACHABLE, code[0] if code else "") from None
        except TimeoutError:
            raise self.error(Fault.SLOW) from None
        except (OSError, WebSocketException):
            raise self.error(Fault.UNREACHABLE) from None

    def error(self, fault: Fault, code: str = "") -> ProviderError:
        """The error for this fault, with a sentence for operations."""
        return error_for(fault, who="Deepgram", key="DEEPGRAM_API_KEY", code=code, model=self.model)

    @asynccontextmanager
    async def _connected(self, language: str, phrases: tuple[str, ...]) -> AsyncIterator[Any]:
        manager = self._service.connect(
            model=self.model,
            language=language if base(language) == "en" else base(language),  # it knows few countries
            encoding="mulaw",
            sample_rate=8000,
            channels=1,
            interim_results=True,
            endpointing=PAUSE_MS,
            utterance_end_ms=NOISY_PAUSE_MS,
            vad_events=True,
            punctuate=True,
            keyterm=keyterms(phrases) if self.knows_keyterms else None,
        )
        with self.told():
            async with asyncio.timeout(OPEN_SECONDS):
                connection = await manager.__aenter__()
        connection._websocket.close_timeout = CLOSE_SECONDS  # the package has no parameter for it
        try:
            yield connection
        finally:
            await manager.__aexit__(None, None, None)


class DeepgramLine:
    """One connection: a `Line`."""

    def __init__(self, connection: Any, turns: Turns, ears: DeepgramEars) -> None:
        self._connection, self._turns, self._ears = connection, turns, ears
        self._may_configure = ears.knows_keyterms
        self._is_configuring = False  # one at a time; the service answers each
        self._wanted: tuple[str, ...] | None = None
        self._is_finishing = False

    @property
    def patience(self) -> float:
        return STALLED_SECONDS if self._turns.is_open else KEEP_ALIVE_SECONDS

    async def send(self, audio: bytes) -> None:
        with self._ears.told():
            await self._connection.send_media(audio)

    async def idle(self) -> None:
        with self._ears.told():
            if self._turns.is_open:
                await self._connection.send_finalize()
            else:
                await self._connection.send_keep_alive()

    async def expect(self, phrases: tuple[str, ...]) -> None:
        self._wanted = phrases
        await self._configure()

    async def finish(self) -> None:
        self._is_finishing = True
        with self._ears.told():
            await self._connection.send_close_stream()

    async def __aiter__(self) -> AsyncIterator[Hearing]:
        with self._ears.told():
            async for message in self._connection:
                for heard in self._turns.take(message):
                    yield heard
                if getattr(message, "type", "") in ("ConfigureSuccess", "ConfigureFailure"):
                    await self._configured(message.type == "ConfigureSuccess")
                if self._is_finishing and getattr(message, "type", "") == "Metadata":  # its last word
                    for heard in self._turns.finish():
                        yield heard
                    return
        raise self._ears.error(Fault.UNREACHABLE)  # it hung up as if all had been said

    async def _configure(self) -> None:
        if self._wanted is not None and self._may_configure and not self._is_configuring:
            terms, self._wanted, self._is_configuring = keyterms(self._wanted), None, True
            with self._ears.told():
                await self._connection.send_configure(ListenV1Configure(keyterms=terms))

    async def _configured(self, well: bool) -> None:
        self._is_configuring = False
        self._may_configure = self._may_configure and well  # some regions cannot; listening goes on as before
        await self._configure()


def keyterms(phrases: tuple[str, ...]) -> list[str]:
    """As many of these as may be sent, the first first."""
    sent, room = [], KEYTERM_BYTES
    for phrase in dict.fromkeys(phrases):
        room -= len(phrase.encode("utf-8", "replace")) + 1
        if phrase.strip() and room >= 0:
            sent.append(phrase)
    return sent


def _environment(base_url: str) -> dict[str, Any]:
    if not base_url:
        return {}
    sockets = re.sub(r"^http", "ws", base_url)
    return {
        "environment": DeepgramClientEnvironment(base=base_url, production=sockets, agent=sockets, agent_rest=base_url)
    }


def _fault_at_the_door(status: int | None) -> Fault:
    # A model or a language that does not exist is a plain 400, and nothing else of ours varies.
    return Fault.MODEL if status == 400 else fault_of_status(status)
