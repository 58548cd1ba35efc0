"""The other end: many streams that speak the carrier's frames, 50 a second each, and time what comes back.

One thread, one epoll, frames made beforehand, so that the generator is not what is measured. A frame's delay runs from
the moment it was written to the moment its answer was read.
"""

import base64
import json
import os
import select
import socket
import struct
import time
from collections import deque
from dataclasses import dataclass, field

FRAME_SECONDS = 0.02
AUDIO = bytes((n * 7) % 256 for n in range(160))
HEADERS = '{"X-PH-Campaign":"spring","X-PH-Team":"support"}'


@dataclass
class Measured:
    """What one load showed. Delays and gaps are in seconds; a gap is a moment without audio to play."""

    streams: int
    sent: int = 0
    answered: int = 0
    cpu_seconds: float = 0.0
    seconds: float = 0.0
    delays: list[float] = field(default_factory=list)
    gaps: list[float] = field(default_factory=list)

    @property
    def cpu_us_per_frame(self) -> float:
        """Of the server's process, for each frame that it answered; for each inbound one where it answers none."""
        return self.cpu_seconds / max(self.answered or self.sent, 1) * 1e6

    def delay_ms(self, quantile: float) -> float:
        """A quantile of the frames' delays; endless when many were never answered."""
        if not self.delays or self.answered < 0.98 * self.sent:
            return float("inf")
        return sorted(self.delays)[min(int(len(self.delays) * quantile), len(self.delays) - 1)] * 1000


class Stream:
    """One WebSocket as the carrier opens it; `tracks` is whose audio it carries."""

    def __init__(
        self,
        port: int,
        number: int,
        *,
        token: str = "bench",
        call_uuid: str = "",
        tracks: tuple[str, ...] = ("inbound",),
    ) -> None:
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        key = base64.b64encode(os.urandom(16)).decode()
        self.line.sendall(
            f"GET /stream/{token}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        head = b""
        while b"\r\n\r\n" not in head:
            head += self.line.recv(4096)
        assert b" 101 " in head, head
        self.unread = head.partition(b"\r\n\r\n")[2]
        self.under_way: deque[float] = deque()
        self.runs_dry_at = 0.0
        name = {"callId": call_uuid or f"call-{number}", "streamId": f"stream-{call_uuid or number}"}
        form = {"encoding": "audio/x-mulaw", "sampleRate": 8000}
        self.line.sendall(masked({"event": "start", "sequenceNumber": 0, "start": {**name, "mediaFormat": form}}))
        self.stream_id = name["streamId"]
        self.frame = b"".join(self.framed(AUDIO, track) for track in tracks)
        self.line.setblocking(False)

    def framed(self, audio: bytes, track: str = "inbound") -> bytes:
        """Twenty milliseconds as the carrier sends them."""
        payload = base64.b64encode(audio).decode()
        media = {"track": track, "timestamp": "1763800000000", "chunk": 1, "payload": payload}
        whole = {"sequenceNumber": 1, "event": "media", "streamId": self.stream_id, "media": media}
        return masked({**whole, "extra_headers": HEADERS})

    def send_audio(self, now: float) -> bool:
        """One frame; False when the server has stopped reading."""
        try:
            whole = self.line.send(self.frame) == len(self.frame)
        except BlockingIOError:
            return False
        self.under_way.append(now)
        return whole

    def press(self, digit: str) -> None:
        """One key."""
        self.line.send(masked({"event": "dtmf", "dtmf": {"digit": digit}}))

    def take(self, now: float, measured: Measured) -> None:
        """Read what is there, and time it."""
        try:
            data = self.unread + self.line.recv(1 << 18)
        except BlockingIOError:
            return
        at, size = 0, len(data)
        while size - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                if size - at < 4:
                    break
                length, head = struct.unpack_from(">H", data, at + 2)[0], 4
            if size - at < head + length:
                break
            if data[at] == 0x81:
                self._answered(data[at + head : at + head + length], now, measured)
            at += head + length
        self.unread = data[at:]

    def _answered(self, frame: bytes, now: float, measured: Measured) -> None:
        length = len(frame)
        if length > 1000:  # a longer piece of a prompt: its carrier needs it before the last one ends
            if self.runs_dry_at:
                measured.gaps.append(max(0.0, now - self.runs_dry_at))
            self.runs_dry_at = max(self.runs_dry_at, now) + (length - 90) * 0.75 / 8000
        elif self.under_way:
            measured.delays.append(now - self.under_way.popleft())
            measured.answered += 1


def masked(message: object) -> bytes:
    """A client's text frame."""
    payload, mask = json.dumps(message, separators=(",", ":")).encode(), os.urandom(4)
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + struct.pack(">H", size)
    return b"\x81" + length + mask + bytes(octet ^ mask[n % 4] for n, octet in enumerate(payload))


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its threads so far, from its own clock (Linux)."""
    return time.clock_gettime((~pid << 3) | 2)


def load(
    port: int,
    pid: int,
    streams: int,
    seconds: float,
    *,
    warm_up: float = 1.0,
    key_after: float = 0.0,
    tracks: tuple[str, ...] = ("inbound",),
) -> Measured:
    """Open streams, talk on all of them for a while, and measure after the warm-up.

    With `key_after`, the first stream presses 9 that long after the warm-up, and is then left out of the delays.
    """
    lines = [Stream(port, n, tracks=tracks) for n in range(streams)]
    by_number = {line.line.fileno(): line for line in lines}
    poll = select.epoll()
    for number in by_number:
        poll.register(number, select.EPOLLIN)
    measured, discarded = Measured(streams), Measured(streams)
    began = time.monotonic()
    measure_from, until = began + warm_up, began + warm_up + seconds
    pressed, turn, cpu_before = not key_after, 0, 0.0
    into = discarded
    while (now := time.monotonic()) < until + 0.5:
        if into is discarded and measure_from <= now < until:
            into, cpu_before = measured, cpu_seconds(pid)
            for line in lines:
                line.under_way.clear()
        if into is measured and now >= until and not measured.seconds:
            measured.seconds, measured.cpu_seconds = now - measure_from, cpu_seconds(pid) - cpu_before
        if not pressed and now > measure_from + key_after:
            lines[0].press("9")
            pressed = True
        while now < until and (due := began + turn * FRAME_SECONDS / streams) <= now:
            sent = lines[turn % streams].send_audio(now)
            into.sent += sent
            turn += 1
        wait = max(0.0, min(due, until + 0.5) - time.monotonic()) if now < until else 0.01
        for number, _ in poll.poll(wait):
            by_number[number].take(time.monotonic(), into)
    for line in lines:
        line.line.close()
    return measured
