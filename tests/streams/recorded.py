"""A session of a flow that records, with a carrier that keeps what the phone itself would have heard.

Both sides of the carrier are the phone's own parts: its queue plays the line in frames of 20 ms, and its tracks keep
what passed. Time is virtual.
"""

import random
from dataclasses import replace
from functools import cache

import numpy as np

from flows.engine.events import CallAnswered, CallResumed
from flows.engine.recording import Recording, texts
from flows.engine.snapshot import load_state
from flows.engine.step import State
from streams.audio import mulaw
from streams.brief import Brief
from streams.carriers.carrier import AudioReceived, KeyPressed, MarkReached
from streams.house_texts import HOUSE_TEXTS
from streams.notice import DUE, HEARD
from streams.phone.playback import PlaybackQueue
from streams.phone.record import Track
from streams.session import CallSession
from tests.streams.clock import VirtualClock
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import Host, flow
from tests.streams.wire import WordCodec

TICK = 0.02
SOUNDING = bytes(code & 0x7F for code in range(256))  # the code of silence is above these


KEYS_ONLY = ("menu", {"prompt": "Billing is 1.", "speech": False, "attempts": 3})


def recording_flow(**steps):
    """A greeting, then a menu that only keys answer: so nothing of it waits for an engine."""
    walked = flow(**{"main": KEYS_ONLY, **steps})
    wrong = {
        (step, outcome): replace(exit_, goes_to="main")
        for (step, outcome), exit_ in walked.exits.items()
        if outcome.startswith("no-")
    }
    return replace(walked, exits={**walked.exits, **wrong}, recording=Recording())


@cache
def sound(seed, seconds):
    """Mu-law that is never silent and repeats nowhere."""
    return random.Random(seed).randbytes(round(seconds * mulaw.RATE)).translate(SOUNDING)


class Carrier:
    """One call; `talks` is what its caller says from now on, and silence after that."""

    def __init__(self, walked=None, *, deaf=False, secret=False):
        self.clock = VirtualClock()
        self.answered = self.clock.time()
        self.flow = walked or recording_flow()
        self.deaf = deaf
        self.host = Host(self)
        self.pieces, self.talks = [], bytearray()
        self.caller_track, self.line_track = Track(), Track()
        every = {text for step in self.flow.steps.values() for text in step.prompts()}
        every |= {*HOUSE_TEXTS, *texts(self.flow)}
        self.prompts = {text: sound(n + 1, 1.0 + n % 3 * 0.37) for n, text in enumerate(sorted(every))}
        self.session = None

    def start(self, *, notice=DUE, first=None, state=None):
        """Open a stream."""
        self.queue = PlaybackQueue(buffer_seconds=60.0)
        self.session = CallSession(
            Brief(
                flow=self.flow,
                state=state or State(),
                first=first or CallAnswered(began=1.0),
                prompts=self.prompts,
                at=self.clock.time() - self.answered,
                keep_recording=self.pieces.append,
                notice=notice,
            ),
            codec=WordCodec(),
            engines=ScriptedEngines(),
            host=self.host,
            clock=self.clock,
        )
        self.session.start()
        return self

    def drop(self):
        """The stream breaks off."""
        self.session.close()

    def resume(self, notice=HEARD):
        state = load_state(self.host.states[-1])
        return self.start(notice=notice, first=CallResumed(), state=state)

    def send(self, frame):
        match frame:
            case ("play", audio):
                self.queue.put(audio)
            case ("mark", name):
                self.queue.mark(name)
            case ("clear",):
                self.queue.clear()

    def runs(self, seconds, *, stream=True):
        """Let the call go on, frame by frame."""
        for _ in range(round(seconds / TICK)):
            self.clock.pass_seconds(TICK)
            if stream:
                self._tick()

    def _tick(self):
        at = self.clock.time() - self.answered
        said, self.talks = bytes(self.talks[: mulaw.FRAME]), self.talks[mulaw.FRAME :]
        frame = said.ljust(mulaw.FRAME, mulaw.SILENCE)
        audio, reached = self.queue.take(mulaw.FRAME)
        self.caller_track.put(at - TICK, frame)
        if audio:
            self.line_track.put(at - TICK, audio)
        self.session.receive(AudioReceived(audio=frame))
        for name in () if self.deaf else reached:
            self.session.receive(MarkReached(name=name))

    def press(self, digit):
        self.session.receive(KeyPressed(digit=digit))

    def of(self, kind):
        return self.host.of(kind)

    def kinds(self):
        return self.host.kinds()


def laid(pieces, side):
    """One side of these pieces, from the answer on, silence where there is none."""
    whole = bytearray()
    for piece in sorted(pieces, key=lambda piece: piece.place):
        assert piece.place >= len(whole), "pieces overlap"
        whole += mulaw.SILENCE * (piece.place - len(whole)) + getattr(piece, side)
    return bytes(whole)


def differing(recorded, heard, begin, end):
    """In how many samples between these two tracks differ, at the shift within a frame that fits best."""
    heard, recorded = (
        np.frombuffer(bytes(track[:end]).ljust(end, mulaw.SILENCE), np.uint8) for track in (heard, recorded)
    )
    frame = mulaw.FRAME
    ours = recorded[begin + frame : end - frame]
    shifts = range(-frame, frame + 1)
    return min(int((ours != heard[begin + frame + shift : end - frame + shift]).sum()) for shift in shifts)
