"""One live stream of one call: carrier messages in, frames out, the engine in between.

`CallSession` decides nothing about the flow. It turns what the carrier says into events, gives them to the engine and
performs the commands that come back; each is a line in the call's log. `receive` and `feed` are plain functions, so
nothing interleaves; only performing starts tasks. No Django, no channels, no database: its owner gives what is needed.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from flows.engine import commands as do
from flows.engine import events as on
from flows.engine.machine import advance
from flows.engine.snapshot import dump_state
from flows.engine.step import Step
from streams import errands
from streams.brief import Brief, Engines, Host
from streams.carriers.carrier import AudioReceived, CarrierMessage, Codec, KeyPressed, MarkReached
from streams.dialogue import Dialogue
from streams.directing import Directing
from streams.ears import Ears
from streams.house_texts import HOLD_ON, SORRY, TIME_IS_UP
from streams.leaving import pending_of
from streams.limits import KeyLimit
from streams.log_lines import line_about, line_of
from streams.notice import Notice
from streams.opt_out import OptOut
from streams.prompter import Prompter
from streams.speaker import Clock, Speaker
from streams.timers import Timers
from streams.understanding import Meanings

log = logging.getLogger(__name__)

CAUSES = {on.DigitPressed: "key", on.SpeechStarted: "speech", on.UtteranceHeard: "speech"}  # who cut a prompt short


class CallSession:
    """Walks a flow with one caller on one stream."""

    def __init__(self, brief: Brief, *, codec: Codec, engines: Engines, host: Host, clock: Clock) -> None:
        self.flow, self.state = brief.flow, brief.state
        self._brief, self._codec, self._engines, self._host, self._clock = brief, codec, engines, host, clock
        self.began = clock.time() - brief.at
        self._timers = Timers(clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._over, self._cause, self._keys, self.frames = False, "flow", KeyLimit(), 0
        self._last_words: asyncio.Task[None] | None = None
        self.speaker = Speaker(send=host.send, codec=codec, clock=clock)
        self.prompter = Prompter(self, brief)
        self.ears, self.meanings = Ears(self), Meanings(self)
        self.dialogue = Dialogue(self, brief.prices)
        self.notice = Notice(self, brief)
        self.opt_out = OptOut(self, brief.opening, host)
        self.directing = Directing(self, brief)

    # --- what comes in ----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin: the stream is open, the caller is there."""
        self.start_timer("call", self._brief.max_seconds - self.at, self._time_is_up)
        self.directing.begin()

    def receive(self, message: CarrierMessage) -> None:
        """One message of the carrier. Plain and quick: it runs for every frame of audio."""
        match message:
            case AudioReceived(audio=audio, track="inbound"):
                self.frames += 1
                self.notice.hear(audio)
                self.opt_out.hear(audio)
                if self.dialogue.is_open:
                    self.dialogue.push(audio)
                elif self.ears.are_open:
                    self.ears.push(audio)
            case KeyPressed(digit=digit):
                if self._keys.admit(self._clock.time()) and not (self.opt_out.key(digit) or self.notice.key(digit)):
                    self.press(digit)
            case MarkReached(name=name):
                self.speaker.mark_reached(name)

    def press(self, digit: str) -> None:
        """The caller pressed this key, and it is for the flow."""
        self.ears.answered()
        self.dialogue.key_pressed()
        self.feed(on.DigitPressed(digit=digit, early=self.prompter.is_unheard))

    def feed(self, event: on.Event) -> None:
        """Give one event to the engine, and perform what it asks for."""
        if self._over or self.directing.holds or self.opt_out.takes(event):
            return
        event = replace(event, at=self.at)
        self._log_event(event)
        self._cause = CAUSES.get(type(event), "flow")
        try:
            self.state, commands = advance(self.flow, self.state, event)
            for command in commands:
                if not self._over:
                    self._perform(command)
        except Exception:
            # A step that raises is our mistake, not the caller's: say sorry, and let the log tell us.
            kind = self._step.kind if self._step else "unknown"
            log.exception("A step of kind %s failed.", kind)
            self.note("error", what=f"step of kind {kind} failed")
            self._apologise(SORRY, "our mistake")
        self.notice.follow()

    def close(self) -> None:
        """The stream is over. Nothing of the session goes on after this."""
        self._over = True
        self.notice.close()
        self.speaker.shut()
        self._timers.cancel_all()
        self._last_words = self.dialogue.linger()
        for task in self._tasks - {self._last_words}:
            task.cancel()

    async def last_words(self, within: float) -> None:
        """Wait until what the caller said last is in words, after `close`: for so many seconds at most."""
        if self._last_words is None:
            return
        try:
            await asyncio.wait([self._last_words], timeout=within)
        finally:
            self._last_words.cancel()
        await asyncio.wait([self._last_words], timeout=1.0)

    async def closed(self) -> None:
        """Wait until the session's tasks have ended, after `close`; but for `last_words`."""
        while ending := self._tasks - {self._last_words}:
            await asyncio.wait(ending)

    # --- what the parts of the session use ----------------------------------------------------------------------

    @property
    def at(self) -> float:
        """Seconds since the call was answered."""
        return self._clock.time() - self.began

    @property
    def engines(self) -> Engines:
        """Where speech and AI come from."""
        return self._engines

    def now(self) -> float:
        """The clock's time, for measuring."""
        return self._clock.time()

    def note(self, kind: str, **data: Any) -> None:
        """Keep one line of the call's log."""
        self.note_at(self.state.step or "", kind, **data)

    def note_at(self, step: str, kind: str, **data: Any) -> None:
        """The same, of a step where the caller may no longer be."""
        self._host.log(at=self.at, kind=kind, step=step, data=data)

    def spawn(self, work: Any) -> asyncio.Task[None]:
        """Run a coroutine that ends with the session at the latest."""
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def is_secret(self) -> bool:
        """True while what the caller types or says must not be kept."""
        return self._step is not None and self._step.is_secret

    @property
    def _step(self) -> Step | None:
        """Where the caller is."""
        return self.flow.step_of(self.state)

    def _log_event(self, event: on.Event) -> None:
        # what is said in a conversation is logged as it was heard, not as the flow is told it
        if (line := line_of(event, self._step)) and not (line[0] == "utterance" and self.dialogue.is_open):
            self.note(line[0], **line[1])

    def _log_command(self, command: do.Command) -> None:
        if line := line_about(command):
            step, kind, data = line
            self.note_at(step or self.state.step or "", kind, **data)

    # --- performing -----------------------------------------------------------------------------------------------

    def _perform(self, command: do.Command) -> None:
        match command:
            case do.Play():
                self.prompter.play(command)
            case do.StopPlaying():
                self.prompter.cut_short(self._cause)
            case do.Listen(phrases=phrases, language=language):
                self.ears.open(phrases, language)
            case do.StopListening():
                self.ears.shut()
            case do.Understand():
                self.meanings.find_out(command)
            case do.StopUnderstanding():
                self.meanings.forget()
            case do.StartTimer(seconds=seconds, timer=timer, turn=turn):
                if self._brief.is_watched and self._step and self._step.waits:
                    self.note("waits", timer=timer, seconds=round(seconds, 1))
                self.start_timer(timer, seconds, self.feed, on.TimerFired(timer=timer, turn=turn))
            case do.CancelTimer(timer=timer):
                self.cancel_timer(timer)
            case do.StartAgent():
                self.ears.shut()
                if not self.directing.leaves_out(command):
                    self.dialogue.open(command)
            case do.StopAgent():
                self.dialogue.shut()
            case do.AnswerAgent(call_id=call_id, result=result, tool=tool, ok=ok):
                self.note("tool_answered", tool=tool, ok=ok)
                self.dialogue.answer(call_id, result)
            case do.LookUp() | do.SendText() | do.KeepNote() | do.AskForCallback():
                errands.run(self, self._host, command)
            case do.SendKeys(digits=digits):
                self.note("keys_sent")  # which ones is nobody's business: it may be the code of a door
                self._host.send(self._codec.send_keys(digits))
            case do.Transfer() | do.RecordMessage():
                self._log_command(command)
                self.leave(pending_of(command))
            case do.Hangup(reason=reason, sorry=True):
                self._apologise(SORRY, reason)
            case do.Hangup(reason=reason):
                self.hang_up(reason)
            case do.LogEntered(step=step):
                self._entered(step)
            case _:
                self._log_command(command)

    def _entered(self, step: str) -> None:
        """A new step: timers and listening of the one before are of no interest any more."""
        self._timers.cancel_all(but="call")
        self.quiet()
        self.note_at(step, "entered")
        self._host.entered(dump_state(self.state))

    # --- timers -----------------------------------------------------------------------------------------------------

    def start_timer(self, name: str, seconds: float, then: Callable[..., None], *args: Any) -> None:
        """Call `then` in so many seconds, unless the next step is entered before."""
        self._timers.start(name, seconds, then, *args)

    def cancel_timer(self, name: str) -> None:
        """No more of this timer."""
        self._timers.cancel(name)

    def _time_is_up(self) -> None:
        self.note("budget", which="seconds")
        self._apologise(TIME_IS_UP, "the call reached its time limit")

    # --- ending -----------------------------------------------------------------------------------------------------

    def _apologise(self, text: str, reason: str) -> None:
        if not self._over:
            self.note("apology", reason=reason)
            self.say_last(text, reason)

    def say_last(self, text: str, reason: str) -> None:
        """Say so, and end the call; the flow has no say any more."""
        self.quiet()
        self.state = replace(self.state, step=None)
        self.prompter.last_words(text, then=reason)

    def quiet(self) -> None:
        """Nobody is listened to any more, and no agent talks."""
        self.ears.shut()
        self.meanings.forget()
        self.dialogue.shut()

    def hang_up(self, reason: str) -> None:
        """End the call; `reason` is for the log, in words."""
        self.note("hangup", reason=reason)
        self.leave({"do": "hangup", "reason": reason})

    def leave(self, pending: Mapping[str, Any]) -> None:
        """Hand the call to the carrier, with what it must do next."""
        self.close()
        self._host.leave(dump_state(self.state), pending)

    def ask_to_hold(self) -> None:
        """Break the silence while something takes longer than a caller should wait for."""
        self.say_house(HOLD_ON)

    def say_house(self, text: str) -> None:
        """Say one of the house's own texts, which wait for nothing."""
        if clip := self.house_clip(text):
            spoken = self.speaker.say([clip], barge_in=True, heard=lambda _: None)
            self.note("house_said", text=text, prompt=spoken.name)

    def clip(self, text: str) -> bytes:
        """The rendered audio of a text in the language of the call; b"" when there is none."""
        return self._brief.sound(text, self.state.language)

    def house_clip(self, text: str) -> bytes:
        """The same for one of the house's own texts."""
        return self._brief.house_sound(text, self.state.language)
