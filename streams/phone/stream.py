"""The carrier's end of one audio stream: opens the socket, sends what the caller does, plays what the site sends."""

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from streams.audio import mulaw
from streams.phone import orders
from streams.phone.book import Streamed
from streams.phone.callbacks import Account, signature_headers
from streams.phone.clock import FRAME_SECONDS, Clock
from streams.phone.frames import Framer
from streams.phone.handset import Handset
from streams.phone.hearing import Hearing, Knowledge
from streams.phone.impatience import Impatience
from streams.phone.line import Line, Tick
from streams.phone.profile import Profile
from streams.phone.record import Moment, Record
from streams.phone.terms import Terms
from streams.phone.wire import NotConnected, Wire

LOST_FRAMES = 10  # in a row, when the profile loses some
STARTS = {"once": 1, "twice": 2, "never": 0}


@dataclass(frozen=True)
class Setting:
    """The call a stream belongs to. `tell(event, stream_id, **fields)` posts to the stream's status callback."""

    account: Account
    profile: Profile
    clock: Clock
    handset: Handset
    line: Line
    record: Record
    knowledge: Knowledge
    tell: Callable[..., None]


class Stream:
    """One <Stream> of a call, over as many sockets as the carrier's profile opens for it."""

    def __init__(self, setting: Setting, terms: Terms) -> None:
        self._in, self.terms = setting, terms
        self._wire: Wire | None = None
        self._hearing = Hearing(setting.knowledge, setting.clock, setting.handset, setting.record)
        self._told_stop = True
        self.stream_id = self._first_id = str(uuid.uuid4())
        self._began: float | None = None  # while it is open
        self._is_over = False

    @property
    def is_open(self) -> bool:
        """Whether audio passes."""
        return self._wire is not None

    async def run(self) -> None:
        """Stream until the site closes the socket, or the time is up. Cancelling leaves the socket to `close`."""
        try:
            async with asyncio.timeout(self.terms.seconds / self._in.clock.speed):
                for _ in range(2):
                    wire = await self._open()
                    if wire is None:
                        return
                    await self._serve(wire)
                    if self._is_over or not self._comes_back(lost=wire.close_code is None):
                        return
        except TimeoutError:
            await self.close()
            self.tell_stop("Stream timeout")

    def _comes_back(self, *, lost: bool) -> bool:
        profile = self._in.profile
        return profile.on_server_close == "reconnect" or (lost and profile.on_drop == "reconnect")

    async def close(self) -> None:
        """End the stream from the carrier's side, in the profile's way."""
        self._is_over = True
        wire, self._wire = self._wire, None
        if wire is None:
            return
        self._leave_line()
        profile = self._in.profile
        if profile.short_last_frame:
            wire.send(self._media(self._in.handset.next_frame()[: mulaw.FRAME // 2]))
        if profile.stream_end == "stop":
            wire.send(self._framer.stop())
        await wire.close(abort=profile.stream_end == "abort")

    async def end(self, reason: str) -> None:
        """End it while the call goes on."""
        await self.close()
        self.tell_stop(reason)

    def tell_stop(self, reason: str = "Call hangup") -> None:
        """Tell the status callback that the stream is over, once."""
        if not self._told_stop:
            self._told_stop = True
            self._in.tell("stop", self.stream_id, StatusReason=reason)

    async def worded(self) -> None:
        """Wait until what was heard on this stream is in words."""
        await self._hearing.worded()

    # --- the sockets ------------------------------------------------------------------------------------------------

    async def _open(self) -> Wire | None:
        """Connect, as often as the carrier does, and send the start. None when the site does not want this stream."""
        profile, record = self._in.profile, self._in.record
        self.stream_id, self._first_id = self._first_id or str(uuid.uuid4()), ""
        signed = urlsplit(self.terms.url)._replace(scheme=profile.upgrade_scheme).geturl()
        for attempt in range(1, profile.connect_attempts + 1):
            headers = signature_headers(self._in.account, profile, "GET", signed, {})
            record.upgrades.append(headers)
            try:
                self._wire = await Wire.open(self.terms.url, headers, record, profile.connects_to)
            except NotConnected as error:
                self._note(f"attempt {attempt} of {profile.connect_attempts} was refused: {error}")
            else:
                self._start(self._wire)
                return self._wire
        self._in.tell("drop", self.stream_id, StatusReason="connection disconnected with the remote service")
        return None

    def _start(self, wire: Wire) -> None:
        setting, terms = self._in, self.terms
        self._framer = Framer(setting.profile, stream_id=self.stream_id, began_ms=self._now_ms(), headers=terms.headers)
        self._impatience = Impatience(
            setting.record.timings, began=setting.clock.now(), answered_at=setting.record.answered_at or 0.0
        )
        self._frames, self._held, self._told_stop = 0, list[dict[str, Any]](), False
        setting.record.stream_ids.append(self.stream_id)
        self._began = setting.clock.epoch()
        for _ in range(STARTS[setting.profile.starts]):
            wire.send(
                self._framer.start(
                    call_id=setting.record.call_uuid,
                    account_id=setting.account.auth_id,
                    tracks=list(terms.tracks),
                    audio=terms.audio,
                )
            )
        setting.line.listeners.append(self._tick)
        self._note("opened")
        setting.tell("start", self.stream_id)

    async def _serve(self, wire: Wire) -> None:
        """Obey the site until the socket is closed."""
        if self._in.profile.stops_reading:
            await wire.closed()
        else:
            async for message in wire.messages():
                self._obey(message)
        if self._is_over:  # by the carrier, who told so
            return
        self._wire = None
        self._leave_line()
        if wire.close_code is not None:
            self._note(f"closed by the site with {wire.close_code}")
            self.tell_stop("Connection closed")
        else:
            self._note("the connection was lost")
            self._told_stop = True
            self._in.tell("drop", self.stream_id, StatusReason="Connection error")

    def _leave_line(self) -> None:
        """No frame passes any more, and what was queued is not heard."""
        self._book()
        if self._tick in self._in.line.listeners:
            self._in.line.listeners.remove(self._tick)
        if self.terms.bidirectional:
            self._in.line.queue.clear()
            self._hearing.end()

    def _book(self) -> None:
        began, self._began = self._began, None
        if began is not None:
            self._in.record.streamed.append(
                Streamed(
                    stream_id=self.stream_id,
                    call_uuid=self._in.record.call_uuid,
                    began_at=began,
                    ended_at=self._in.clock.epoch(),
                    url=self.terms.url,
                    bidirectional=self.terms.bidirectional,
                    tracks=self.terms.tracks,
                )
            )

    # --- towards the site -------------------------------------------------------------------------------------------

    def _tick(self, tick: Tick) -> None:
        """Everything that 20 ms of the call bring."""
        self._frames += 1
        for track in self.terms.tracks:
            sound = tick.caller if track == "inbound" else tick.line.ljust(mulaw.FRAME, mulaw.SILENCE)
            self._send_audio(self._media(sound, track))
        if tick.key:
            self._send(self._framer.dtmf(tick.key, now_ms=self._now_ms()))
        if not self.terms.bidirectional:
            return
        self._impatience.tick(tick, speaking=self._in.handset.is_speaking)
        self._hearing.tick(tick)
        for name in () if self._in.profile.loses_acknowledgements else tick.reached:
            self._send(self._framer.played(name))
            self._tell_playback("played", Name=name)

    def _media(self, sound: bytes, track: str = "inbound") -> dict[str, Any]:
        return self._framer.media(self.terms.audio.from_mulaw(sound), now_ms=self._now_ms(), track=track)

    def _send_audio(self, frame: dict[str, Any]) -> None:
        """Send a frame of audio, unless the profile loses it or holds it back."""
        profile = self._in.profile
        if profile.gap_every and self._frames % profile.gap_every < LOST_FRAMES:
            return
        self._held.append(frame)
        if len(self._held) / len(self.terms.tracks) * FRAME_SECONDS > profile.jitter_seconds:
            for held in self._held:
                self._send(held)
            self._held.clear()

    def _send(self, frame: dict[str, Any]) -> None:
        if self._wire is not None:
            self._wire.send(frame)

    def _tell_playback(self, event: str, **fields: str) -> None:
        if self._in.profile.status_of_playback:
            self._in.tell(event, self.stream_id, **fields)

    def _now_ms(self) -> int:
        return round(self._in.clock.epoch() * 1000)

    # --- from the site ----------------------------------------------------------------------------------------------

    def _obey(self, message: str | bytes) -> None:
        terms, queue = self.terms, self._in.line.queue
        command, order = orders.read(
            message, audio=terms.audio, stream_id=self.stream_id, bidirectional=terms.bidirectional
        )
        self._in.record.received.append(command)
        match order:
            case orders.PlayAudio(audio=audio, advice=advice):
                if advice:
                    self._violation("large payload", advice)
                self._queue(terms.audio.to_mulaw(audio))
            case orders.Checkpoint(name=name):
                queue.mark(name)
            case orders.ClearAudio():
                self._clear()
            case orders.SendKeys(digits=digits):
                self._note(f"the line sends the keys {digits}")
            case orders.Refused(kind=kind, why=why):
                self._complain(kind, why)

    def _queue(self, audio: bytes) -> None:
        passed = self._in.line.queue.put(audio)
        for percent in passed or ():
            self._in.tell("degrade", self.stream_id, StatusReason=f"the buffer is filled to {percent} %")
        if passed is None:
            self._violation("buffer_overflow", f"more than {self._in.profile.buffer_seconds:g} s of audio is queued")
            if self._in.profile.on_overflow == "close":
                self._cut()

    def _clear(self) -> None:
        dropped = self._in.line.queue.clear()
        self._hearing.end()
        self._impatience.said()
        self._send(self._framer.cleared())
        self._tell_playback("cleared")
        if self._in.profile.late_ack_after_clear:
            for name in dropped:
                self._send(self._framer.played(name))

    def _complain(self, kind: str, why: str) -> None:
        self._violation(kind, why)
        match self._in.profile.on_bad_command:
            case "error event":
                self._send(self._framer.complaint("error", kind))
            case "playFailed":
                self._send(self._framer.complaint("playFailed", kind))
            case "close":
                self._cut()

    def _cut(self) -> None:
        """The carrier has had enough of this stream."""
        if self._wire is not None:
            self._wire.cut()

    def _violation(self, kind: str, detail: str) -> None:
        self._in.record.violation(self._in.clock.now(), kind, detail)

    def _note(self, what: str) -> None:
        self._in.record.note(Moment(self._in.clock.now(), "stream", what, {"stream_id": self.stream_id}))
