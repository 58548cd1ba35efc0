"""How long a word takes from its speaker to the desk: `python -m benchmarks.desk [--quick]`

Callers are put through and listened to, both speakers of each call; the recogniser is scripted and takes no time, since
a vendor's is not ours to measure. Measured is the rest: from the moment the last sound of an utterance was sent, over
the socket, the log's writer and the channel layer, to the moment its line was read from a browser's socket.

Web process on one core, callers and browsers on the other.
"""

import argparse
import asyncio
import base64
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.carrier import FRAME_SECONDS, cpu_seconds
from benchmarks.house import Running, about_this_machine, running

TRACKS = ("inbound", "outbound")
SPOKEN = {"inbound": b"\x10", "outbound": b"\x11"}  # the mu-law code of each speaker, so that the ear can tell them
QUIET_CODE = 0x7E
QUIET = bytes([0xFF, QUIET_CODE]) * 80
SPEAKS, PAUSES = 50, 200  # frames: a second of speech, four of silence
WARM_UP = 3.0  # seconds


@dataclass
class Talk:
    """One call's stream: when each utterance of each track ended, and when the desk had it. By track and number."""

    pk: int
    call_uuid: str
    token: str
    ended: dict[str, float] = field(default_factory=dict)
    shown: dict[str, float] = field(default_factory=dict)

    def delays(self) -> list[float]:
        """In seconds, of those that the desk had."""
        return [self.shown[words] - at for words, at in self.ended.items() if words in self.shown]


def main() -> None:
    """Measure, and print a line for each number of desks."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--calls", type=int, default=20)
    options.add_argument("--seconds", type=float, default=40.0)
    options.add_argument("--quick", action="store_true", help="ten seconds")
    chosen = options.parse_args()
    os.environ |= {
        "CALLWRIGHT_VAR": tempfile.mkdtemp(prefix="callwright-bench-"),
        "CALLWRIGHT_ENV": os.devnull,
        "DJANGO_SETTINGS_MODULE": "ivrsite.settings",
        "LOG_LEVEL": "ERROR",
        "STREAM_TOKEN_SECONDS": "3600",
    }
    Path(os.environ["CALLWRIGHT_VAR"], "static").mkdir()
    open_site()
    print(about_this_machine())
    print(
        f"\n{chosen.calls} calls between people, each stream with both speakers; from the last sound to the desk's line"
    )
    print(" desks  utterances  lost   p50 ms   p95 ms    worst  web CPU")
    for desks in (1, chosen.calls):
        with running("overheard") as (site,):
            talks = list(ring(chosen.calls))
            cookie = supervisor()
            asyncio.run(measure(site, talks, desks, cookie, 10.0 if chosen.quick else chosen.seconds))


def open_site() -> None:
    """Tables, people, and a published flow that puts callers through and listens."""
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from flows.engine.snapshot import dump
    from flows.models import Destination, Flow, FlowVersion, PhoneNumber
    from tests.builders import flow_of

    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    back = dict.fromkeys(("completed", "busy", "no-answer", "failed"), "bye")
    flow = flow_of(put=("transfer", {"destination": "desk", "announcement": ""}, back), bye=("hang_up", "Goodbye."))
    row = Flow.objects.create(name="Bench", slug="bench")
    version = FlowVersion.objects.create(flow=row, number=1, spec=1, snapshot=dump(flow))
    PhoneNumber.objects.create(number="+14155550199", version=version)


def ring(count: int) -> Iterator[Talk]:
    """Calls whose callers agreed and are being put through, with an order to listen to each."""
    from flows.engine.snapshot import dump_state
    from flows.engine.step import State
    from streams import calls
    from streams.event_log import Entry, append
    from streams.listening import ordering
    from streams.models import Call, ListenOrder

    now = datetime.now(UTC)
    Call.objects.filter(ended_at=None).update(status="ended", ended_at=now)
    for n in range(count):
        uuid = f"bench-{now.timestamp():.6f}-{n}"
        call = calls.open_call(
            call_uuid=uuid, caller="+14155550142", called="+14155550199", direction="inbound", at=now
        )
        pending = {"do": "transfer", "destination": "desk", "ring_seconds": 20, "listens": True, "given": True}
        state = dump_state(State(step="put", turn=1))
        Call.objects.filter(pk=call.pk).update(status="live", answered_at=now, state=state, pending=pending)
        append(call.pk, [Entry(at=0.5, kind="entered", step="put"), Entry(at=1.0, kind="consent_given")])
        order = ordering.order(Call.objects.get(pk=call.pk), ListenOrder.How.DIAL, at=now)
        yield Talk(call.pk, uuid, ordering.token_of(order.pk, uuid))


def supervisor() -> str:
    """The cookies of somebody who may watch."""
    from django.contrib.auth.models import Group, User
    from django.test import Client

    user, _ = User.objects.get_or_create(username="sue", is_staff=True)
    user.groups.set(Group.objects.filter(name="supervisor"))
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


async def measure(site: Running, talks: list[Talk], desks: int, cookie: str, seconds: float) -> None:
    """Let them talk for a while, with the first so many calls open at a desk each."""
    until = time.monotonic() + WARM_UP + seconds
    async with asyncio.TaskGroup() as group:
        for talk in talks[:desks]:
            group.create_task(watch(site.port, talk, cookie, until + 2.0))
        await asyncio.sleep(1.0)
        for n, talk in enumerate(talks):
            group.create_task(speak(site.port, talk, n, until))
        await asyncio.sleep(WARM_UP - 1.0)
        used = cpu_seconds(site.pid)
        await asyncio.sleep(seconds)
        used = (cpu_seconds(site.pid) - used) / seconds
    report(talks[:desks], desks, used)


async def speak(port: int, talk: Talk, number: int, until: float) -> None:
    """The carrier's side: both tracks of one call, which speak in turns."""
    async with connect(f"ws://127.0.0.1:{port}/listen/{talk.token}/", compression=None, ping_interval=None) as line:
        stream = f"stream-{talk.call_uuid}"
        start = {"callId": talk.call_uuid, "streamId": stream, "tracks": list(TRACKS)}
        await line.send(json.dumps({"event": "start", "sequenceNumber": 0, "start": start}))
        frames = {(track, loud): framed(stream, track, loud) for track in TRACKS for loud in (True, False)}
        heard = dict.fromkeys(TRACKS, 0)
        begin, turn = time.monotonic(), 0
        while (now := time.monotonic()) < until:
            for place, track in enumerate(TRACKS):
                at = (turn + number * 37 + place * (SPEAKS + PAUSES) // 2) % (SPEAKS + PAUSES)
                await line.send(frames[track, at < SPEAKS])
                if at == SPEAKS - 1 and turn >= SPEAKS:
                    heard[track] += 1
                    if now < until - 1.0:
                        talk.ended[f"{track} says {numbered(heard[track])}"] = time.monotonic()
                elif at == SPEAKS - 1:
                    heard[track] += 1
            turn += 1
            await asyncio.sleep(max(0.0, begin + turn * FRAME_SECONDS - time.monotonic()))


def framed(stream: str, track: str, loud: bool) -> str:
    """Twenty milliseconds of one track as the carrier sends them."""
    payload = base64.b64encode(SPOKEN[track] * 160 if loud else QUIET).decode()
    media = {"track": track, "timestamp": "1763800000000", "chunk": 1, "payload": payload}
    return json.dumps({"sequenceNumber": 1, "event": "media", "streamId": stream, "media": media})


def numbered(number: int) -> str:
    """A number that nobody takes for somebody's: the desk hides figures."""
    return "a" * (number % 26 + 1) + "b" * (number // 26)


async def watch(port: int, talk: Talk, cookie: str, until: float) -> None:
    """A browser at the desk that has this call open."""
    headers = {"Cookie": cookie, "Origin": f"http://127.0.0.1:{port}"}
    async with connect(f"ws://127.0.0.1:{port}/desk/", additional_headers=headers, ping_interval=None) as desk:
        await desk.send(json.dumps({"open": talk.pk}))
        while (left := until - time.monotonic()) > 0:
            try:
                said = json.loads(await asyncio.wait_for(desk.recv(), left))
            except TimeoutError:
                return
            take(talk, said, time.monotonic())
            await see(desk, said)


async def see(desk: ClientConnection, said: dict[str, object]) -> None:
    """What a page says when it has shown something."""
    await desk.send(json.dumps({"seen": said["n"]}))


def take(talk: Talk, said: dict[str, object], now: float) -> None:
    """Note the lines that a message brought."""
    rows = said.get("rows")
    for row in rows if said["kind"] == "said" and isinstance(rows, list) else ():
        for words in talk.ended.keys() - talk.shown.keys():
            if f"“{words}”" in row["text"]:
                talk.shown[words] = now


def report(talks: list[Talk], desks: int, used: float) -> None:
    """One line of the table."""
    delays = sorted(delay for talk in talks for delay in talk.delays())
    said = sum(len(talk.ended) for talk in talks)
    if not delays:
        print(f"{desks:>6}  {said:>10}  nothing reached the desk")
        return
    p95 = delays[min(int(len(delays) * 0.95), len(delays) - 1)]
    figures = (statistics.median(delays), p95, delays[-1])
    in_ms = "  ".join(f"{seconds * 1000:>7.1f}" for seconds in figures)
    print(f"{desks:>6}  {said:>10}  {said - len(delays):>4}  {in_ms}  {used:>7.0%}", flush=True)


if __name__ == "__main__":
    main()
