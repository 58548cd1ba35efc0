"""The agent that hears and speaks by itself: OpenAI's Realtime API, or a server of one's own that offers it.

Here are the socket and the clock; what is said when is decided in `turns.py`. Whoever iterates also receives:
from a frame on the socket to the audio given out there is no task and no queue in between. Sending has a task of its
own for each session, since `push` must not wait.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Iterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TypeVar

from streams.ai.openai.client import OpenAIClients, provider_error
from streams.ai.provider import (
    MULAW_8K,
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    Fault,
    ProviderError,
    Saying,
    Used,
)
from streams.ai.realtime import frames
from streams.ai.realtime.events import receive
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.socket import RealtimeSocket, SocketBroke
from streams.ai.realtime.turns import RealtimeTurns, SessionOver
from streams.audio.live_resample import Downwards, Upwards
from streams.audio.mulaw import BYTES_A_MS

Found = TypeVar("Found")

log = logging.getLogger(__name__)

ENGINE = "openai_realtime"
KEPT_BYTES = 10_000 * BYTES_A_MS  # of the caller's audio that may wait to be sent: ten seconds
WAITS = (0.3, 0.6, 1.2)  # seconds before each try to get a new session
GAP_SECONDS = 6.0  # for all of them together
MOST_LOSSES = 3  # sessions in a row in which no turn came to a good end


class OpenAIRealtime:
    """An `Agent` that is one model from ear to mouth. `safety_id` names a user to OpenAI, hashed, never plain."""

    name = ENGINE
    title = "OpenAI Realtime"
    takes = gives = MULAW_8K

    def __init__(self, clients: OpenAIClients, options: RealtimeOptions, *, safety_id: str = "") -> None:
        self._clients, self._options, self._safety_id = clients, options, safety_id

    @asynccontextmanager
    async def converse(self, brief: AgentBrief) -> AsyncIterator["RealtimeConversation"]:
        """Begin to talk; the session is ready, and the greeting asked for, when this is entered."""
        talk = RealtimeConversation(self._clients, self._options, brief, self._safety_id)
        try:
            await talk.begin()
            yield talk
        finally:
            await talk.close()


class RealtimeConversation:
    """One caller, over one session after another. `oddities` counts what came that needed no answer."""

    def __init__(self, clients: OpenAIClients, options: RealtimeOptions, brief: AgentBrief, safety_id: str) -> None:
        self._clients, self._options, self._safety_id = clients, options, safety_id
        self._loop = asyncio.get_running_loop()
        self._fail = partial(provider_error, clients.account, model=options.model)
        self._turns = RealtimeTurns(brief, options, self._fail, engine=ENGINE)
        self.oddities = self._turns.oddities
        self._socket: RealtimeSocket | None = None
        self._goodbyes: set[asyncio.Task[None]] = set()  # sockets that are being closed
        self._audio: deque[bytes] = deque()  # of the caller, not sent yet
        self._audio_bytes = 0
        self._ear = Upwards() if options.audio == "pcm" else None
        self._voice = Downwards() if options.audio == "pcm" else None
        self._waiting: asyncio.Timeout | None = None
        self._waits: tuple[float, ...] = WAITS
        self._losses = self._turns_before = 0
        self._closed = False

    # --- what the call does -------------------------------------------------------------------------------------------

    def push(self, audio: bytes) -> None:
        """The caller's audio. While there is no session, the last ten seconds of it are kept."""
        if self._closed or not audio:
            return
        self._audio.append(audio)
        self._audio_bytes += len(audio)
        while self._audio_bytes > KEPT_BYTES and len(self._audio) > 1:
            self._audio_bytes -= len(self._audio.popleft())
        self._send()

    def interrupt(self, *heard_ms: int) -> None:
        """The caller cut in."""
        if not self._closed:
            if self._voice is not None:
                self._voice.end()
            self._turns.interrupt(*heard_ms)
            self._acted()

    def answer_tool(self, call_id: str, result: str) -> None:
        """What a tool call brought."""
        if not self._closed:
            self._turns.answer_tool(call_id, result, self._loop.time())
            self._acted()

    def owing(self) -> tuple[Used, ...]:
        """What was used and not told: by responses that were not done, and what waits to be taken."""
        return self._turns.owing()

    async def __aiter__(self) -> AsyncIterator[Saying]:
        sayings = self._turns.sayings
        while not self._closed:
            if not sayings:
                await self._go_on()
                continue
            saying = sayings.popleft()
            if isinstance(saying, AgentEnded):
                self._closed = True
            if self._voice is None:
                yield saying
            else:
                for heard in _on_the_telephone(self._voice, saying):
                    yield heard

    async def begin(self) -> None:
        """Get the first session. Raises `ProviderError`."""
        await self._open(None)

    async def close(self) -> None:
        """Stop talking; the iteration ends."""
        self._closed = True
        self._wake()
        self._hang_up()
        await asyncio.gather(*self._goodbyes, return_exceptions=True)

    # --- one session after another ------------------------------------------------------------------------------------

    async def _go_on(self) -> None:
        """Wait for the next thing to happen; when the session is gone, get another. Raises `ProviderError`."""
        try:
            if self._socket is None:
                await self._reopen()
            else:
                await self._step(self._socket)
        except SessionOver as over:
            self._lose(planned=over.planned)
        except SocketBroke as broke:
            if not self._closed:
                if not broke.error.retryable and not self._turns.is_ending:
                    raise broke.error from broke
                self._lose()

    async def _step(self, socket: RealtimeSocket) -> None:
        """One frame, or one tick of the clock."""
        turns, wake_at = self._turns, self._turns.wake_at
        if wake_at is not None and wake_at <= self._loop.time():
            turns.tick(self._loop.time())
        else:
            frame = await self._patiently(socket.receive(), wake_at)
            if frame is not None:
                receive(turns, frames.read(frame), self._loop.time())
        if turns.sends:
            self._send()

    async def _open(self, until: float | None) -> None:
        """Connect, and have the session set up. Raises `ProviderError`; then nothing is left open."""
        socket = self._socket = RealtimeSocket(self._clients, self._options.model, self._take_audio)
        try:
            if not await self._patiently(socket.connect(self._safety_id), until):
                raise self._fail(Fault.SLOW)
            self._turns.open(self._loop.time(), until)
            while not self._turns.ready and not self._closed:
                await self._step(socket)
        except SocketBroke as broke:
            self._hang_up()
            raise broke.error from broke
        except SessionOver:
            self._hang_up()
            raise self._fail(Fault.BROKE) from None
        except BaseException:
            self._hang_up()
            raise
        self._send()

    async def _reopen(self) -> None:
        """Get another session within the time that a caller may wait for an answer: so it is time that counts here, not
        what was understood as in `live_ears`, and the new session is told what was said in words, not in sound."""
        until, failed = self._loop.time() + GAP_SECONDS, self._fail(Fault.UNREACHABLE)
        for wait in self._waits:
            await self._patiently(asyncio.sleep(wait), None)
            if self._closed:
                return
            try:
                return await self._open(until)
            except ProviderError as error:
                self._turns.lost(self._loop.time())
                failed = error
            if self._closed:
                return
            if not failed.retryable or self._loop.time() >= until:
                break
        raise failed

    def _lose(self, *, planned: bool = False) -> None:
        """The session is gone. Raises `ProviderError` when one after the other goes."""
        log.info("An OpenAI Realtime session %s; the conversation goes on.", "is replaced" if planned else "was lost")
        self._hang_up()
        turns = self._turns
        turns.lost(self._loop.time())
        progress, self._turns_before = turns.turns_made > self._turns_before, turns.turns_made
        self._losses = 0 if planned or progress else self._losses + 1
        self._waits = (0.0, *WAITS) if planned else WAITS
        if self._losses >= MOST_LOSSES and not turns.ended:
            raise self._fail(Fault.UNREACHABLE)

    def _hang_up(self) -> None:
        """Nobody waits for the end of a socket but `close`."""
        socket, self._socket = self._socket, None
        if socket is not None:
            goodbye = asyncio.create_task(socket.close(), name="OpenAI Realtime: closing")
            self._goodbyes.add(goodbye)
            goodbye.add_done_callback(self._goodbyes.discard)

    # --- waiting and sending ------------------------------------------------------------------------------------------

    async def _patiently(self, work: Awaitable[Found], until: float | None) -> Found | None:
        """What this brings; None when it was not there by then, or when something else happened first (`_wake`)."""
        try:
            async with asyncio.timeout_at(until) as self._waiting:
                return await work
        except TimeoutError:
            return None
        finally:
            self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.expired():
            self._waiting.reschedule(self._loop.time())

    def _acted(self) -> None:
        """What is to be sent, and until when to wait, may be another thing now."""
        self._send()
        self._wake()

    def _send(self) -> None:
        if self._socket is not None and self._turns.is_open:
            events = list(self._turns.sends)
            self._turns.sends.clear()
            self._socket.send(*events)

    def _take_audio(self) -> bytes:
        if not self._turns.ready:
            return b""
        audio = b"".join(self._audio)
        self._audio.clear()
        self._audio_bytes = 0
        return audio if self._ear is None else self._ear.push(audio)


def _on_the_telephone(voice: Downwards, saying: Saying) -> Iterator[Saying]:
    """The same, with its sound at 8 kHz; before the words of a turn comes the last of its sound."""
    if isinstance(saying, AgentAudio | AgentSaid):
        sound = voice.push(saying.audio) if isinstance(saying, AgentAudio) else voice.end()
        if sound:
            yield AgentAudio(audio=sound)
    if not isinstance(saying, AgentAudio):
        yield saying
