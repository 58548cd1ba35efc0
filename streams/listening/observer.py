"""Looks on while people talk: cues at once, and every few utterances how it goes. One for each stream of a call. Pure.

Lines that it gives, as in `streams.listening`: `cue` for each utterance in which a cue was said or meant, `mood` for
each speaker, and `used` for what a model used. A mark never waits for a model. One request is under way at a time; what
is said meanwhile is judged with the next.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from flows.engine.matching import words
from flows.engine.values import value
from streams.ai.provider import ProviderError, Used
from streams.listening.cues import Lexicon, Watched
from streams.listening.judging import Heard, Judge, Judgement, WordJudge
from streams.listening.voice import Clock, Timer

log = logging.getLogger(__name__)

EVERY = 4  # utterances
EVERY_SECONDS = 20.0  # or after so long, when fewer were said
FEWEST_WORDS = 3  # less tells nothing of a mood
BEFORE = 4  # utterances that were judged already and are shown again, for what the new ones mean
MOST_AT_ONCE = 16  # utterances in one request; older ones give way
MOST_MARKS = 30  # of one cue on one stream
REST_SECONDS = 60.0  # a model that failed is not asked again so long
CANCELLED_WITHIN = 0.5  # seconds that a request which nobody waits for has to end
MOST_EARLY = 50  # utterances that wait until the cues are known

Note = Callable[..., None]


@value
class Watch:
    """What is watched on a call, and who judges: None where no model does, or may. `judgements` is how many more a
    model may make; then the word list judges, and of cues only the words are found."""

    cues: tuple[Watched, ...] = ()
    judge: Judge | None = None
    judgements: int = 60
    language: str = ""  # of the call


class Observer:
    """`load` brings what is watched, once the first words come. `note(kind, heard, data)` keeps a line beside an
    utterance. `hear` and `close` are plain and raise nothing; everything is called on the event loop."""

    def __init__(self, load: Callable[[], Awaitable[Watch]], note: Note, *, clock: Clock) -> None:
        self._load, self._note, self._clock = load, note, clock
        self._watch: Watch | None = None
        self._lexicon = Lexicon(())
        self._word_list = WordJudge()
        self._marked: dict[str, set[tuple[float, str]]] = {}  # by cue: utterances
        self._before: list[Heard] = []
        self._new: list[Heard] = []
        self._task: asyncio.Task[None] | None = None
        self._timer: Timer | None = None
        self._rests_until, self._asked = float("-inf"), 0
        self._is_over = False

    def hear(self, heard: Heard) -> None:
        """One final utterance."""
        if self._is_over or not heard.text.strip():
            return
        if self._watch is None:
            self._new = [*self._new, heard][-MOST_EARLY:]
            self._begin(self._get_ready())
            return
        self._find(heard)
        self._new.append(heard)
        self._consider()

    async def finish(self, within: float = 6.0) -> None:
        """The stream is over: what was not judged yet is judged now, if that takes no longer than this; with 0 it is
        not."""
        try:
            if within:
                async with asyncio.timeout(within):
                    await self._rest()
        except TimeoutError:
            log.warning("The mood at the end of a call was not judged in time.")
        finally:
            self.close()
            if self._task is not None:
                await asyncio.wait([self._task], timeout=CANCELLED_WITHIN)  # it notes what it owes

    def close(self) -> None:
        """Nobody waits for more."""
        self._is_over = True
        self._stop_timer()
        if self._task is not None:
            self._task.cancel()

    async def _rest(self) -> None:
        while self._task is not None:
            await asyncio.wait([self._task])
        if self._watch is not None and self._tells():
            await self._judge()

    # --- marks ------------------------------------------------------------------------------------------------------

    async def _get_ready(self) -> None:
        try:
            self._watch = await self._load()
        except Exception as error:  # whatever a database raises: the talk goes on without marks, with the word list
            log.warning("What is watched on a call could not be read (%s).", type(error).__name__)
            self._watch = Watch()
        self._lexicon = Lexicon(self._watch.cues, self._watch.language)
        for heard in self._new:
            self._find(heard)

    def _find(self, heard: Heard) -> None:
        for cue in self._lexicon.found(heard.who, heard.text):
            self._mark(cue, heard)

    def _mark(self, cue: Watched, heard: Heard) -> None:
        """Once for an utterance, whether it was said, meant, or both."""
        marked, this = self._marked.setdefault(cue.key, set()), (heard.at, heard.text)
        if this not in marked and len(marked) < MOST_MARKS:
            marked.add(this)
            about = {"cue": cue.key, "name": cue.name, "who": heard.who, "text": heard.text, "alerts": cue.alerts}
            self._note("cue", heard, about)

    # --- moods ------------------------------------------------------------------------------------------------------

    def _consider(self) -> None:
        """Judge now, later, or with what comes next."""
        if self._task is not None or self._is_over or not self._new:
            return
        if len(self._new) >= EVERY and self._tells():
            self._stop_timer()
            self._begin(self._judge())
        elif self._timer is None:
            self._timer = self._clock.call_later(EVERY_SECONDS, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        if self._task is None and not self._is_over and self._tells():
            self._begin(self._judge())

    def _tells(self) -> bool:
        return sum(len(words(heard.text)) for heard in self._new) >= FEWEST_WORDS

    async def _judge(self) -> None:
        new, self._new = self._new[-MOST_AT_ONCE:], []
        lines = [*self._before, *new]
        self._before, before = lines[-BEFORE:], len(self._before)
        judged = await self._judged(lines, before)
        self._charge(judged.used, new[-1])
        spoke = {heard.who: heard for heard in new}
        for opinion in judged.opinions:
            if opinion.who in spoke:
                about = {"who": opinion.who, "mood": opinion.mood, "score": opinion.score}
                about |= {"topics": list(opinion.topics), "by": judged.by}
                self._note("mood", spoke[opinion.who], about)
        for cue, place in judged.meant:
            self._mark(cue, lines[place])

    async def _judged(self, lines: Sequence[Heard], before: int) -> Judgement:
        """By the model; by the word list when there is none, when it was asked often enough, when it fails, and while
        it rests after that."""
        watch = self._watch or Watch()
        may_ask = self._asked < watch.judgements and self._clock.time() >= self._rests_until
        if watch.judge is not None and may_ask:
            self._asked += 1
            intents = [cue for cue in watch.cues if cue.intent]
            try:
                judged = await watch.judge.judge(lines, intents, new=before)
            except ProviderError as error:
                self._rests_until = self._clock.time() + REST_SECONDS
                self._charge(error.used, lines[-1])
                log.warning("The mood of a call is judged by the word list for a minute (%s).", type(error).__name__)
            except asyncio.CancelledError:  # it was asked, and is paid for
                self._charge(watch.judge.owing(lines, intents), lines[-1])
                raise
            else:
                if judged.opinions:
                    return judged
                counted = await self._word_list.judge(lines)  # what was meant holds, and all of it is paid for
                return replace(counted, meant=judged.meant, used=judged.used)
        return await self._word_list.judge(lines)

    def _charge(self, used: Sequence[Used], heard: Heard) -> None:
        for one in used:
            self._note("used", heard, {**one.as_line(), "for": "mood"})

    # --- one thing at a time ----------------------------------------------------------------------------------------

    def _begin(self, work: Any) -> None:
        if self._task is not None:
            work.close()
            return
        self._task = asyncio.get_running_loop().create_task(work, name="observer")
        self._task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("A call is not watched for a moment (%s).", type(error).__name__)
        self._consider()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def heard_in(kind: str, at: float, step: str, data: Mapping[str, Any]) -> Heard | None:
    """The utterance that a line of a call's log holds; None when it holds none."""
    who = SPEAKERS.get(kind)
    text = data.get("text")
    if who is None or not isinstance(text, str):
        return None
    return Heard(who=str(data.get("who", who)), text=text, at=at, step=step)


SPEAKERS = {"overheard": "caller", "utterance": "caller", "agent_heard": "caller"}  # who, unless the line says
