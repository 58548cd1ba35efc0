"""Whatever engines do and whenever, a caller who waits hears something, and the conversation ends. In virtual time.

The caller answers whenever it is their turn, and then waits. It is their turn when the line greeted, asked, or let an
engine say something to its end; one that says nothing on purpose (`AgentSaid` without words) gives them the turn, too.
What they hear is told from the bytes that were sent, by when each was played and whether it can be heard at all.
"""

import asyncio
from contextlib import asynccontextmanager

from hypothesis import given
from hypothesis import strategies as st

from flows.engine.commands import AFTER_A_MOMENT, AT_ANY_TIME, NEVER
from streams.ai.provider import (
    AgentAudio,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    HeardPause,
    HeardSpeech,
    ProviderError,
    ProviderRefused,
    ProviderUnavailable,
    ToolCalled,
)
from streams.audio import mulaw
from streams.carriers.carrier import AudioReceived
from streams.house_texts import SAY_AGAIN, STILL_THERE
from streams.phone.silence import sounds
from tests.properties import examples
from tests.streams.scripted_engines import END, ScriptedEngines, ScriptedSource
from tests.streams.test_session import Line, flow
from tests.streams.test_unanswered import room, voice

FRAME, TICK = 0.02, 0.1  # seconds
LONGEST_SILENCE = 3.0
LONGEST_CALL = 90.0  # seconds of a step that may take thirty
LOUD, HUSH = b"\x20\xa0" * 800, mulaw.SILENCE * 1600  # 0.2 s
ROOM = room(2000)
HANGS = object()

events = st.one_of(
    st.builds(
        AgentAudio,
        audio=st.builds(lambda piece, times: piece * times, st.sampled_from([LOUD, HUSH]), st.integers(1, 30)),
    ),
    st.builds(AgentSaid, text=st.sampled_from(["", "At nine.", "Yes."])),
    st.just(HeardSpeech()),
    st.builds(HeardPause, pause_ms=st.sampled_from([0, 500])),
    st.builds(CallerSaid, text=st.sampled_from(["", "when do you open"])),
    st.builds(ToolCalled, call_id=st.sampled_from(["a", "b"]), name=st.just("no_such_tool")),
    st.sampled_from([END, ProviderUnavailable("gone"), ProviderRefused("no"), ValueError("a bug")]),
    st.builds(AgentEnded, outcome=st.sampled_from(["could-not-help", "person", "no-such-end"])),
)
conversations = st.tuples(
    st.sampled_from([None, None, None, HANGS, ProviderUnavailable("down"), ProviderError("broken")]),
    st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.6, 1.7, 2.4, 4.0]), events), max_size=12),
)


class Erratic(ScriptedEngines):
    """Agents of which each conversation is one of `scripts`: how it opens, then what it brings after how long."""

    def __init__(self, rungs, scripts):
        super().__init__()
        self.rungs, self.scripts = rungs, iter(scripts)
        self.hands_over = 0  # how often an engine gave the turn to the caller
        self.clock = None

    @asynccontextmanager
    async def converse(self, brief):
        opens, script = next(self.scripts, (ProviderRefused("no more"), ()))
        if opens is HANGS:
            await asyncio.Event().wait()
        if opens is not None:
            raise opens
        self.open += 1
        talk, at, due = ScriptedSource(), 0.0, []
        for after, event in script:
            at += after
            due.append(self.clock.call_later(at, talk.queue.put_nowait, event))
        try:
            yield self._watched(talk)
        finally:
            self.open -= 1
            for timer in due:
                timer.cancel()

    def _watched(self, talk):
        inner, heard = talk.__aiter__(), False

        class Watched(ScriptedSource):
            async def __aiter__(watched):
                nonlocal heard
                async for event in inner:
                    yield event
                    heard = heard or (isinstance(event, AgentAudio) and sounds(event.audio))
                    if isinstance(event, AgentSaid):
                        self.hands_over += heard or not event.text
                        heard = False

        return Watched()


class Witness:
    """Hears a line, and answers it when it is their turn: `thinks` seconds after it fell silent, for ever or never."""

    def __init__(self, line, thinks, talks):
        self.line, self.thinks, self.talks = line, thinks, talks
        self.seen = self.frame = self.given = 0
        self.audible = set()  # frames of the clock in which something of the line can be heard
        self.dry = 0.0
        self.speech = b""
        self.quiet, self.longest, self.own_turn = 0.0, 0.0, True

    def _listen(self):
        for at, kind, *rest in self.line.wire.frames[self.seen :]:
            if kind == "clear":
                self.dry = at
                self.audible = {frame for frame in self.audible if frame * FRAME < at}
            elif kind == "play":
                start = max(self.dry, at)
                self.dry = start + len(rest[0]) / mulaw.RATE
                for offset in range(0, len(rest[0]), mulaw.FRAME):
                    if sounds(rest[0][offset : offset + mulaw.FRAME]):
                        self.audible.add(round((start + offset / mulaw.RATE) / FRAME))
        self.seen = len(self.line.wire.frames)

    def _whose_turn(self):
        asked = sum(said["text"] in (SAY_AGAIN, STILL_THERE) for said in self.line.host.of("house_said"))
        given = self.line.engines.hands_over + asked
        if given > self.given:
            self.own_turn = True
        self.given = given

    def frame_passes(self):
        now = round(self.line.clock.time() / FRAME)
        self._listen()
        self._whose_turn()
        line_sounds = now in self.audible
        if line_sounds or self.speech:
            self.quiet = 0.0
        else:
            self.quiet += FRAME
        if not self.own_turn:
            self.longest = max(self.longest, self.quiet)
        elif self.talks and not self.speech and self.quiet >= self.thinks:
            self.speech, self.own_turn = voice(800), False
        piece, self.speech = self.speech[: mulaw.FRAME], self.speech[mulaw.FRAME :]
        self.frame += 1
        start = self.frame % 100 * mulaw.FRAME
        self.line.session.receive(AudioReceived(audio=piece or ROOM[start : start + mulaw.FRAME]))


async def run(rungs, scripts, thinks, talks, interruption):
    engines = Erratic(rungs, scripts)
    helper = ("agent", {"greeting": "How can I help?", "max_seconds": 30, "interruption": interruption})
    line = Line(flow(start="helper", helper=helper), engines=engines)
    engines.clock = line.clock
    witness = Witness(line, thinks, talks)
    line.begin()
    ends = line.clock.time() + LONGEST_CALL
    while line.session.state.step == "helper" and line.host.left is None and line.clock.time() < ends:
        for _ in range(round(TICK / FRAME)):
            witness.frame_passes()
            line.clock.pass_seconds(FRAME)
        for _ in range(6):
            await asyncio.sleep(0)
    left = [(step, data["outcome"]) for kind, step, data in line.host.lines if kind == "left"]
    line.session.close()
    await line.session.closed()
    assert engines.open == 0
    assert line.clock.waiting == 0
    return witness, left


@examples(150)
@given(
    st.sampled_from([["one"], ["one", "two"]]),
    st.lists(conversations, max_size=6),
    st.sampled_from([0.4, 1.5]),
    st.booleans(),
    st.sampled_from([AT_ANY_TIME, AFTER_A_MOMENT, NEVER]),
)
def test_a_caller_who_waits_hears_something_and_the_step_has_an_outcome(rungs, scripts, thinks, talks, interruption):
    witness, left = asyncio.run(run(rungs, scripts, thinks, talks, interruption))
    assert witness.longest <= LONGEST_SILENCE
    assert left[0][0] == "helper"
    assert left[0][1] in {"person", "could-not-help", "limit", "failed"}
