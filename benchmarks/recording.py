"""What recording both sides costs a frame, beside the same call without: `python -m benchmarks.recording`

One frame of the carrier is decoded and given to a session at a menu that waits for keys, the least that a frame costs.
Rounds are interleaved and the fastest of each counts, since a shared machine only ever adds. The thread that packs the
pieces is measured for itself; the database is left out.
"""

import base64
import json
import os
import random
import time
from typing import Any

os.environ |= {"DJANGO_SETTINGS_MODULE": "ivrsite.settings", "CALLWRIGHT_ENV": os.devnull, "LOG_LEVEL": "ERROR"}

FRAMES, ROUNDS = 5_000, 15  # 100 s of audio, in its own time
SPEECH = random.Random(1).randbytes(8000 * 60)


class Clock:
    """Time that passes 20 ms a frame; timers never fire."""

    now = 1000.0

    def time(self) -> float:
        return self.now

    def call_later(self, delay: float, callback: Any, *args: Any) -> Any:
        return self

    def cancel(self) -> None:
        """Nothing to call off."""


class Nobody:
    """A host that keeps nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **kwargs: None


def a_session(keep: Any) -> tuple[Any, Any, Clock]:
    """A session at a menu of keys, recorded where `keep` takes pieces."""
    from flows.engine.events import CallAnswered
    from flows.engine.machine import Flow
    from flows.engine.recording import Recording
    from flows.engine.step import State
    from flows.steps import REGISTRY
    from streams.brief import Brief
    from streams.carriers.plivo import PlivoCodec
    from streams.notice import HEARD
    from streams.session import CallSession

    menu = REGISTRY["menu"](prompt="Billing is 1.", speech=False)  # type: ignore[call-arg]
    flow = Flow(name="Bench", start="menu", steps={"menu": menu}, exits={}, recording=Recording() if keep else None)
    brief = Brief(flow=flow, state=State(), first=CallAnswered(began=1.0), prompts={"Billing is 1.": SPEECH[:80_000]},
                  keep_recording=keep, notice=HEARD)  # fmt: skip
    codec, clock, nobody = PlivoCodec(), Clock(), Nobody()
    session = CallSession(brief, codec=codec, engines=nobody, host=nobody, clock=clock)  # type: ignore[arg-type]
    session.start()
    return session, codec, clock


def frames() -> list[str]:
    """What the carrier sends, as text."""
    parts = (SPEECH[n * 160 % 400_000 :][:160] for n in range(FRAMES))
    return [
        json.dumps({"event": "media", "media": {"track": "inbound", "payload": base64.b64encode(part).decode()}})
        for part in parts
    ]


def a_round(texts: list[str], keep: Any) -> float:
    """Microseconds of CPU for a frame."""
    session, codec, clock = a_session(keep)
    decode, receive = codec.decode, session.receive
    began = time.process_time()
    for text in texts:
        clock.now += 0.02
        receive(decode(text))
    return (time.process_time() - began) / len(texts) * 1e6


def main() -> None:
    """Measure, and print."""
    import django

    django.setup()
    from streams import tape
    from streams.recorder import Piece

    texts, pieces, plain, recorded = frames(), list[Any](), list[float](), list[float]()
    for _ in range(ROUNDS):
        plain.append(a_round(texts, None))
        recorded.append(a_round(texts, pieces.append))
    began = time.process_time()
    for n in range(15):  # a minute of both sides
        tape.packed(Piece(n * 32_000, SPEECH[n * 32_000 :][:32_000], b"\xff" * 32_000))
    packing = (time.process_time() - began) * 1000
    print(f"a frame:   {min(plain):.2f} µs, recorded {min(recorded):.2f} µs, ratio {min(recorded) / min(plain):.2f}")
    print(f"recording: {(min(recorded) - min(plain)) / 20_000:.4%} of a core for each call, on the frame path")
    print(f"packing:   {packing / 60_000:.4%} of a core for each call, on a thread of its own")


if __name__ == "__main__":
    main()
