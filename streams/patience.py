"""How long the line may be silent while an agent talks with the caller, and what is done about it.

    caller stops     +2 s               +5 s                 (again and again, until the conversation is given up)
    ......|...........| “One moment.”....| the engine is given up, the next one is asked
                                         caller's turn: +9 s “Are you still there?”, twice, then the conversation ends
                                         +2 s “Could you say that again?” when they spoke while the line did

Silence is measured from the last sound of the line or the caller's last word, whichever came later. Audio is made
faster than it is heard, so what counts is when it will have been heard. Of a caller who began to speak an engine may
never say that they stopped: then our own ears do (`unanswered.py`).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.session import CallSession

HOLD_AFTER = 2.0  # seconds of silence while the caller waits for an answer
ANSWER_WITHIN = 5.0  # seconds from the caller's last word to the first sound of an answer
QUIET_AFTER = 9.0  # seconds that a caller may think; engines that mind silence themselves speak after 8
QUIET_TIMES = 3  # the third time the conversation is over
UNHEARD = 0.5  # seconds without a sound in our own ears: what an engine takes for the caller is noise
SOONEST = 0.01  # seconds until the next look: what is due a rounding error from now is due now
TIMER = "patience"


class Patience:
    """Watches one conversation. `give_up` is called when an answer is overdue, `quiet` when the caller says nothing:
    with 1 the first time, with 0 where they may have spoken and not been heard.

    `caller_quiet` tells for how many seconds the caller has made no sound, as far as our own ears can tell.
    """

    def __init__(
        self,
        session: "CallSession",
        *,
        give_up: Callable[[], None],
        quiet: Callable[[int], None],
        caller_quiet: Callable[[], float],
    ) -> None:
        self._session, self._give_up, self._quiet, self._caller_quiet = session, give_up, quiet, caller_quiet
        self._owed_at: float | None = None  # since when this engine owes an answer; None while it is the caller's turn
        self._waits_from = 0.0  # since when the caller waits, whichever engine is asked
        self._speaking = False  # the caller
        self._began_at = 0.0  # when they began to speak
        self._is_noise = False  # what was taken for the caller
        self._turn_at = 0.0  # since when it has been the caller's turn
        self._quiet_times = 0
        self._talked_over = False  # the caller spoke while the line did, and no engine took notice

    @property
    def is_waiting(self) -> bool:
        """True while the caller waits for an answer."""
        return self._owed_at is not None

    @property
    def is_busy(self) -> bool:
        """True while the caller waits, or speaks."""
        return self._owed_at is not None or self._speaking

    @property
    def waited(self) -> float:
        """For how many seconds the caller has waited, whichever engine is asked."""
        return 0.0 if self._owed_at is None else self._session.now() - self._waits_from

    def owes(self, ago: float = 0.0) -> None:
        """The caller has waited for the line for `ago` seconds. Said again, it counts from the first time."""
        if self._owed_at is None:
            self._owed_at = self._waits_from = self._session.now() - ago
            if self._is_noise or (self._speaking and self._can_be_heard()):
                self._waits_from = min(self._owed_at, self._last_sound())
            self._look_in(HOLD_AFTER - self._silent_for())
        self._speaking = self._is_noise = self._talked_over = False

    def goes_on(self) -> None:
        """The engine does something: it has its time anew, though the caller has heard nothing yet."""
        if self._owed_at is not None:
            self._owed_at = self._session.now()

    def sounds(self) -> None:
        """The answer goes on: whatever follows is owed from the end of what was given so far."""
        lead = self._session.speaker.lead_seconds
        if self._owed_at is None:  # it speaks without being asked, and may stop in the middle of it
            self._waits_from = self._session.now()
            self._look_in(lead + HOLD_AFTER)
        self._owed_at = self._session.now() + lead

    def callers_turn(self) -> None:
        """The answer is whole: the caller may think."""
        self._owed_at, self._speaking = None, False
        self._turn_at = self._session.now() + self._session.speaker.lead_seconds
        self._look_in(self._session.speaker.lead_seconds + self._thinks_for)

    def talked_over(self) -> None:
        """The caller spoke while the line did, and no engine took notice: they may wait for an answer now."""
        self._talked_over = True
        if not self.is_busy:
            self._look()

    def caller_speaks(self) -> None:
        """Nobody waits and nobody is quiet."""
        if not self._speaking:
            # an engine may take noise for the caller, who waits on: our own ears say whether it is them
            self._is_noise = self._owed_at is not None and self._caller_quiet() > UNHEARD
            self._began_at = self._waits_from if self._is_noise else self._session.now()
        self._owed_at, self._speaking = None, True
        self._quiet_times, self._talked_over = 0, False
        self._look()

    def rests(self) -> None:
        """The flow minds the caller itself for a while."""
        self._owed_at, self._speaking = None, False
        self._session.cancel_timer(TIMER)

    def stop(self) -> None:
        """The conversation is over."""
        self._owed_at, self._speaking, self._quiet_times = None, False, 0
        self._session.cancel_timer(TIMER)

    def _look_in(self, seconds: float) -> None:
        self._session.start_timer(TIMER, max(seconds, SOONEST), self._look)

    def _look(self) -> None:
        if self._owed_at is not None:
            self._caller_waits(self._session.now() - self._owed_at)
        elif self._speaking:
            self._caller_stopped()
        else:
            self._caller_thinks()

    def _can_be_heard(self) -> bool:
        """Whether our own ears heard what the engine takes for the caller."""
        return self._session.now() - self._caller_quiet() > self._began_at - UNHEARD

    def _last_sound(self) -> float:
        """When the caller could last be heard since they, or what was taken for them, began."""
        return max(self._began_at, self._session.now() - self._caller_quiet())

    def _caller_stopped(self) -> None:
        """See whether they have, though nobody said so."""
        silent = min(self._session.now() - self._last_sound(), self._session.speaker.quiet_seconds)
        if silent < HOLD_AFTER:
            self._look_in(HOLD_AFTER - silent)
        else:
            self.owes(ago=silent)

    def _caller_waits(self, waited: float) -> None:
        if waited >= ANSWER_WITHIN:
            self._owed_at = self._session.now()  # the next one has its own time
            self._give_up()
            waited = 0.0
        if self._owed_at is None:
            return
        silent = self._silent_for()
        if silent >= HOLD_AFTER:
            self._session.ask_to_hold()
            silent = -self._session.speaker.lead_seconds
        self._look_in(min(HOLD_AFTER - silent, ANSWER_WITHIN - waited))

    def _silent_for(self) -> float:
        """How long a waiting caller has heard nothing."""
        return min(self._session.now() - self._waits_from, self._session.speaker.quiet_seconds)

    def _caller_thinks(self) -> None:
        thought = max(0.0, min(self._session.now() - self._turn_at, self._session.speaker.quiet_seconds))
        if thought < self._thinks_for:
            self._look_in(self._thinks_for - thought + self._session.speaker.lead_seconds)
            return
        if self._talked_over:
            self._talked_over = False
            self._quiet(0)
            return
        self._quiet_times += 1
        self._quiet(self._quiet_times)

    @property
    def _thinks_for(self) -> float:
        """How long the caller may say nothing."""
        return HOLD_AFTER if self._talked_over else QUIET_AFTER
