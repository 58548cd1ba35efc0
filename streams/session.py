"""One live stream of one call: carrier messages in, frames out, the engine in between.

`CallSession` decides nothing about the flow. It turns what the carrier says into events, gives them to the engine and
performs the commands that come back; every event and every act is a line in the call's log. `receive` and `feed` are
plain functions, so nothing interleaves; only performing starts tasks. No Django, no channels, no database: whoever
owns the socket hands in what is needed, and drops the whole object when the stream is over.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.commands import Command
from flows.engine.events import Event, value
from flows.engine.machine import Flow, advance
from flows.engine.snapshot import dump_state
from flows.engine.step import State
from streams.ai.provider import Agent, Synthesizer, Transcriber
from streams.carriers.carrier import AudioReceived, CarrierMessage, Codec, KeyPressed, MarkReached
from streams.dialogue import Dialogue
from streams.ears import Ears
from streams.speaker import Clock, Speaker, Timer

log = logging.getLogger(__name__)

SORRY = "I am sorry, something went wrong on our side. Please call again in a moment. Goodbye."
TIME_IS_UP = "I am sorry, this call has reached its time limit. Goodbye."
HOUSE_TEXTS = (SORRY, TIME_IS_UP)  # rendered for every flow, so that bad news needs no engine
HIDDEN = "•"  # stands in the log where digits or words must not be kept
KEYS_PER_SECOND = 10  # nobody types faster; a flood beyond it is counted, not acted on
CAUSES = {on.DigitPressed: "key", on.SpeechStarted: "speech", on.UtteranceHeard: "speech"}  # who cut a prompt short


class Engines(Protocol):
    """Where the session gets its speech and AI engines; "" is the site's usual one."""

    def transcriber(self, name: str = "") -> Transcriber: ...

    def synthesizer(self, name: str = "") -> Synthesizer: ...

    def agent(self, name: str = "") -> Agent: ...


@value
class Brief:
    """What a session must know before it starts, all of it in memory.

    `state` is where the flow stands, `first` the event it begins with, `at` the seconds since the call was answered.
    `prompts` holds mu-law by text. `max_seconds` bounds the whole call.
    """

    flow: Flow
    state: State
    first: Event
    prompts: Mapping[str, bytes]
    at: float = 0.0
    max_seconds: float = 3300.0


class Host(Protocol):
    """Who owns the socket and the records. All of it plain functions that return at once."""

    def send(self, frame: str) -> None:
        """Put one text frame on the socket."""

    def log(self, *, at: float, kind: str, step: str, data: Mapping[str, Any]) -> None:
        """Keep one line of the call's log."""

    def entered(self, state: Mapping[str, Any]) -> None:
        """Keep the engine's state: from here a dropped call goes on."""

    def leave(self, state: Mapping[str, Any], pending: Mapping[str, Any]) -> None:
        """Keep what the carrier must do next, then close the socket."""


class CallSession:
    """Walks a flow with one caller on one stream."""

    def __init__(self, brief: Brief, *, codec: Codec, engines: Engines, host: Host, clock: Clock) -> None:
        self.flow, self.state = brief.flow, brief.state
        self._brief, self._codec, self._engines, self._host, self._clock = brief, codec, engines, host, clock
        self._began = clock.time() - brief.at
        self._timers: dict[str, Timer] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._plays = 0
        self._unheard = 0  # prompts of this turn that the caller has still to hear
        self._over = False
        self._cause = "flow"
        self._keys: list[float] = []
        self.frames = 0
        self.speaker = Speaker(send=host.send, codec=codec, clock=clock)
        self.ears = Ears(self)
        self.dialogue = Dialogue(self)

    # --- what comes in ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: the stream is open, the caller is there."""
        self._start_timer("call", self._brief.max_seconds - self.at, self._time_is_up)
        self.feed(self._brief.first)

    def receive(self, message: CarrierMessage) -> None:
        """One message of the carrier. Plain and quick: it runs for every frame of audio."""
        match message:
            case AudioReceived(audio=audio, track="inbound"):
                self.frames += 1
                if self.dialogue.is_open:
                    self.dialogue.push(audio)
                elif self.ears.are_open:
                    self.ears.push(audio)
            case KeyPressed(digit=digit):
                self._key(digit)
            case MarkReached(name=name):
                self.speaker.mark_reached(name)

    def feed(self, event: Event) -> None:
        """Give one event to the engine, and perform what it asks for."""
        if self._over:
            return
        event = replace(event, at=self.at)
        self._log_event(event)
        self._cause = CAUSES.get(type(event), "flow")
        try:
            self.state, commands = advance(self.flow, self.state, event)
            for command in commands:
                self._perform(command)
        except Exception:
            # A step that raises is our mistake, not the caller's: say sorry, and let the log tell us.
            log.exception("A step of kind %s failed.", self._kind())
            self.note("error", what=f"step of kind {self._kind()} failed")
            self._apologise(SORRY, "our mistake")

    def close(self) -> None:
        """The stream is over. Nothing of the session goes on after this."""
        self._over = True
        self.speaker.shut()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for task in self._tasks:
            task.cancel()

    async def closed(self) -> None:
        """Wait until the session's tasks have ended, after `close`."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    # --- what the parts of the session use ----------------------------------------------------------------------

    @property
    def at(self) -> float:
        """Seconds since the call was answered."""
        return self._clock.time() - self._began

    @property
    def engines(self) -> Engines:
        """Where speech and AI come from."""
        return self._engines

    def now(self) -> float:
        """The clock's time, for measuring."""
        return self._clock.time()

    def note(self, kind: str, **data: Any) -> None:
        """Keep one line of the call's log."""
        self._host.log(at=self.at, kind=kind, step=self.state.step or "", data=data)

    def spawn(self, work: Any) -> asyncio.Task[None]:
        """Run a coroutine that ends with the session at the latest."""
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def is_secret(self) -> bool:
        """True while what the caller types or says must not be kept."""
        step = self.flow.steps.get(self.state.step or "")
        return step is not None and step.is_secret

    def cut_short(self, by: str) -> int:
        """Stop what is being said; returns the milliseconds heard of the last thing. `by` is key, speech or flow."""
        heard_ms = 0
        for spoken, heard_ms in self.speaker.stop():
            self.note("prompt_cut", prompt=spoken.name, heard_ms=heard_ms, by=by)
        self._unheard = 0
        return heard_ms

    def interrupted(self) -> None:
        """The caller began to speak at a menu or a question."""
        if not self.speaker.may_barge_in:
            self.feed(on.SpeechStarted())
            return
        was_playing, turn = self._unheard > 0, self.state.turn
        self.cut_short("speech")
        self.feed(on.SpeechStarted())
        if was_playing:  # the prompt is over for this turn: what waits for its end must not wait for ever
            self.feed(on.PromptFinished(turn=turn))

    # --- performing -----------------------------------------------------------------------------------------------

    def _perform(self, command: Command) -> None:
        match command:
            case do.Play(texts=texts, barge_in=barge_in, turn=turn):
                self._play(texts, barge_in, turn)
            case do.StopPlaying():
                self.cut_short(self._cause)
            case do.Listen(phrases=phrases):
                self.ears.open(phrases)
            case do.StopListening():
                self.ears.shut()
            case do.StartTimer(seconds=seconds, timer=timer, turn=turn):
                self._start_timer(timer, seconds, self._timer_fired, timer, turn)
            case do.CancelTimer(timer=timer):
                self._cancel_timer(timer)
            case do.StartAgent():
                self.ears.shut()
                self.dialogue.open(command)
            case do.StopAgent():
                self.dialogue.shut()
            case do.Transfer(destination=destination, ring_seconds=ring):
                self.note("transfer", destination=destination)
                self._leave({"do": "transfer", "destination": destination, "ring_seconds": ring})
            case do.RecordMessage(max_seconds=longest, finish_key=key):
                self.note("recording", max_seconds=longest)
                self._leave({"do": "record", "max_seconds": longest, "finish_key": key})
            case do.Hangup(reason=reason):
                self.note("hangup", reason=reason)
                self._leave({"do": "hangup", "reason": reason})
            case do.LogEntered(step=step):
                self._entered(step)
            case do.LogLeft(step=step, outcome=outcome, goes_to=goes_to):
                data = {"outcome": outcome, "goes_to": goes_to}
                self._host.log(at=self.at, kind="left", step=step, data=data)
            case do.LogAnswer(step=step, answers=answers):
                self._host.log(at=self.at, kind="answer", step=step, data={"answers": dict(answers)})

    def _entered(self, step: str) -> None:
        """A new step: timers and listening of the one before are of no interest any more."""
        for timer in [name for name in self._timers if name != "call"]:
            self._cancel_timer(timer)
        self.ears.shut()
        self.dialogue.shut()
        self._host.log(at=self.at, kind="entered", step=step, data={})
        self._host.entered(dump_state(self.state))

    def _play(self, texts: Sequence[str], barge_in: bool, turn: int) -> None:
        missing = [text for text in texts if text not in self._brief.prompts]
        if missing:
            self.spawn(self._render_then_play(texts, barge_in, turn))
            self._unheard += 1
        else:
            self._unheard += 1
            self._say([self._brief.prompts[text] for text in texts], texts, barge_in, turn)

    async def _render_then_play(self, texts: Sequence[str], barge_in: bool, turn: int) -> None:
        """A text that was not known at publishing: let the voice read it now."""
        clips: list[bytes] = []
        try:
            for text in texts:
                clips.append(self._brief.prompts.get(text) or await self._read(text))
        except Exception as error:
            log.warning("A prompt could not be rendered: %s", type(error).__name__)
            self.note("error", what="a prompt could not be rendered")
        if turn == self.state.turn and not self._over:
            self._say(clips, texts, barge_in, turn)

    async def _read(self, text: str) -> bytes:
        pieces = self._engines.synthesizer().speak(text, voice=self.flow.voice, language=self.flow.language)
        return b"".join([piece async for piece in pieces if isinstance(piece, bytes)])

    def _say(self, clips: list[bytes], texts: Sequence[str], barge_in: bool, turn: int) -> None:
        def heard(confirmed: bool) -> None:
            self.note("prompt_heard" if confirmed else "prompt_unconfirmed", prompt=spoken.name)
            self._unheard -= 1
            if self._unheard == 0:
                self.feed(on.PromptFinished(turn=turn))

        spoken = self.speaker.say(clips, barge_in=barge_in, heard=heard)
        self.note("prompt_started", prompt=spoken.name, texts=list(texts))

    # --- timers -----------------------------------------------------------------------------------------------------

    def _start_timer(self, name: str, seconds: float, then: Callable[..., None], *args: Any) -> None:
        self._cancel_timer(name)
        self._timers[name] = self._clock.call_later(max(seconds, 0.0), then, *args)

    def _cancel_timer(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

    def _timer_fired(self, name: str, turn: int) -> None:
        self._timers.pop(name, None)
        self.feed(on.TimerFired(timer=name, turn=turn))

    def _time_is_up(self) -> None:
        self.note("budget", which="seconds")
        self._apologise(TIME_IS_UP, "the call reached its time limit")

    # --- ending -----------------------------------------------------------------------------------------------------

    def _apologise(self, text: str, reason: str) -> None:
        """Say so, and end the call; the flow has no say any more."""
        if self._over:
            return
        self.dialogue.shut()
        self.ears.shut()
        self.cut_short("flow")
        clip = self._brief.prompts.get(text, b"")
        self.note("apology", reason=reason)
        self.state = replace(self.state, step=None)

        def heard(_: bool) -> None:
            self.note("hangup", reason=reason)
            self._leave({"do": "hangup", "reason": reason})

        self.speaker.say([clip], barge_in=False, heard=heard)

    def _leave(self, pending: Mapping[str, Any]) -> None:
        state = dump_state(self.state)
        self.close()
        self._host.leave(state, pending)

    # --- keys and the log ---------------------------------------------------------------------------------------------

    def _key(self, digit: str) -> None:
        now = self._clock.time()
        self._keys = [pressed for pressed in self._keys if now - pressed < 1.0]
        if len(self._keys) >= KEYS_PER_SECOND:
            return
        self._keys.append(now)
        self.feed(on.DigitPressed(digit=digit))

    def _log_event(self, event: Event) -> None:
        """Input that the call's record needs; what cannot be kept is hidden."""
        step = self.flow.steps.get(self.state.step or "")
        match event:
            case on.CallAnswered():
                self.note("answered")
            case on.CallResumed():
                self.note("resumed")
            case on.DigitPressed(digit=digit):
                # a key typed ahead may be the first digit of a PIN: only a step that takes keys may show them
                shown = step is not None and step.takes_keys and not step.is_secret
                self.note("key", digit=digit if shown else HIDDEN)
            case on.UtteranceHeard(text=text, confidence=confidence) if not self.dialogue.is_open:
                shown_text = HIDDEN if self.is_secret() else text
                self.note("utterance", text=shown_text, confidence=round(confidence, 2))
            case on.AgentFinished(outcome=outcome):
                self.note("agent_finished", outcome=outcome)
            case on.TransferFinished(result=result, seconds=seconds):
                self.note("transfer_finished", result=result, seconds=seconds)
            case on.RecordingFinished(seconds=seconds):
                self.note("recording_finished", seconds=seconds)

    def _kind(self) -> str:
        step = self.flow.steps.get(self.state.step or "")
        return step.kind if step else "unknown"
