"""Whose turn it is in a conversation with a text model, and what is to be said next. Pure.

Time is the caller's own audio in milliseconds, so it passes as fast as the call does. What happens is told to an
`Floor`; whoever drives it asks `due` whenever nothing is being said.
"""

from collections.abc import Sequence

from flows.engine.events import value
from streams.ai.briefing import GOODBYE_FIRST, Refused, Waited, read_call
from streams.ai.cascade.memory import Memory
from streams.ai.provider import AgentBrief, AgentEnded, AgentSaid, ProviderError, Saying, ToolCalled
from streams.ai.text_model import Called

PATIENCE_MS = 8000  # of silence after the agent was heard
SILENCES = 3  # the last of them ends the conversation
SPEAKING_MS = 4000  # a caller without a new word for so long does not speak any more
UNSEEN_MS = 15_000  # the same where the recogniser shows no words before the end
PAUSED_MS = 2000  # after a pause, until what was said should be there
TOOL_MS = 15_000  # an answer that takes longer is none
REFUSALS = 3  # in a row: then the model is lost
ROUNDS = 8  # replies with calls, one after the other, without a word from the caller

COULD_NOT_HELP = "could-not-help"
GREET = "The call has just begun. Greet the caller, and ask how you can help."
UNCLEAR = "The caller said something that could not be understood. Say so, and ask once more, in one short sentence."
UNCLEAR_AGAIN = (
    "Again it could not be understood. Offer another way: other words, a person if there is an outcome for that."
)
SILENT = "The caller has said nothing for a while. Ask in a few words whether they are still there."
SILENT_AGAIN = "Still nothing. Ask once more, and say in a few words what they could say."
GIVEN_UP = "Still nothing. Say goodbye in one short sentence; the conversation ends."
GO_ON = "There was a sound, but the caller said nothing. Go on from where you were cut off, in other words."
SOMETHING_FIRST = "Not ended: something else comes first. See to that, then end."
NO_ANSWER = "There was no answer in time. Say so, and offer what you can do instead."

Meaning = AgentEnded | ToolCalled | Waited | Refused


@value
class Due:
    """What is to be said next: `text` as it stands, or the model's reply where that is "".

    With `ends` the conversation ends so after these words, and the model may call nothing.
    """

    text: str = ""
    ends: str = ""


class Floor:
    """One conversation. `sees_words`: the recogniser shows words while they are being spoken."""

    def __init__(self, brief: AgentBrief, *, sees_words: bool) -> None:
        self._brief = brief
        self._speaking_ms = SPEAKING_MS if sees_words else UNSEEN_MS
        self.memory = Memory(brief.history)
        self.now = 0
        self._plays_until = 0
        self._speaks_until: int | None = None  # None when the caller does not speak
        self._patient_until: int | None = None  # None while somebody speaks or an answer is being made
        self._asked: dict[str, int] = {}  # calls without an answer, and until when one may come
        self._ids: set[str] = set()
        self._misses = self._silences = self._refusals = self._rounds = 0
        self._said: Due | None = None  # what is being said
        self._over = False
        self._due = self._beginning()
        self._rest()

    @property
    def caller_speaks(self) -> bool:
        """True from the first sound of the caller's until it is known what it was."""
        return self._speaks_until is not None

    @property
    def lead_ms(self) -> int:
        """How long what was said still plays."""
        return max(0, self._plays_until - self.now)

    def due(self) -> Due | None:
        """What is to be said now, handed out once; tell `replied` when it was said, or `stopped`."""
        if self._said or self._over or self._asked or self.caller_speaks:
            return None
        self._said, self._due = self._due, None
        if self._said:
            self._patient_until = None
        return self._said

    # --- the caller ---------------------------------------------------------------------------------------------------

    def began(self) -> None:
        """The caller began to speak, or spoke another word."""
        self._patient_until, self._speaks_until = None, self.now + self._speaking_ms

    def paused(self) -> None:
        """The caller stopped; what it was comes soon, or never."""
        if self.caller_speaks:
            self._speaks_until = self.now + PAUSED_MS

    def understood(self, words: str) -> None:
        """The caller said this; "" is speech that nobody understood."""
        self._speaks_until = None
        if words:
            self._misses = self._silences = self._rounds = 0
            self.memory.caller_said(words)
            self._due = Due()
        elif self._is_idle:
            self._misses += 1
            self._ask(UNCLEAR if self._misses == 1 else UNCLEAR_AGAIN)

    def passed(self, ms: int) -> None:
        """So much more of the caller's audio has come."""
        self.now += ms
        if self._speaks_until is not None and self.now >= self._speaks_until:
            self._heard_nothing()
        for call_id in [call_id for call_id, until in self._asked.items() if self.now >= until]:
            self.answered(call_id, NO_ANSWER)
        if self._patient_until is not None and self.now >= self._patient_until:
            self._silence()

    # --- the agent ----------------------------------------------------------------------------------------------------

    def plays(self, ms: int) -> None:
        """So much more of the agent's speech is on its way to the caller."""
        self._plays_until = max(self._plays_until, self.now) + ms

    def silenced(self) -> None:
        """What was playing was silenced."""
        self._plays_until = self.now
        self._rest()

    def stopped(self, *, again: bool = False) -> None:
        """What was being said was stopped; `again`: the same is due once more, for the model was told too much."""
        if again:
            self._due = self._due or self._said
        self._said = None
        self._rest()

    def replied(self, calls: Sequence[Called], *, spoke: bool, ends: str = "") -> list[Saying]:
        """What was due is said: what is asked for by it. `spoke` is False for a reply without words.

        Raises `ProviderError` when nothing good will come of the model any more.
        """
        self._said = None
        self._rest()
        if ends:
            return [] if self._due else self._end(ends)
        meant = [(call, read_call(self._brief, call.call_id, call.name, call.arguments)) for call in calls]
        acts = [meaning for _, meaning in meant if not isinstance(meaning, Waited)]
        if not acts:
            self._refusals = 0
            return [] if spoke else [AgentSaid(text="")]
        outcomes = [act.outcome for act in acts if isinstance(act, AgentEnded)]
        outcome = outcomes[0] if len(outcomes) == len(acts) and not self._due else ""
        if outcome and spoke:
            return self._end(outcome)
        self._count(any(isinstance(act, Refused) for act in acts))
        return self._act(meant, outcome)

    def answered(self, call_id: str, result: str) -> None:
        """What a tool call brought. What nobody asked for, or comes too late, is ignored."""
        if self._asked.pop(call_id, None) is None:
            return
        self.memory.answered(call_id, result)
        if not self._asked:
            self._due = Due()

    @property
    def _is_idle(self) -> bool:
        return not (self._said or self._asked or self._due)

    def _beginning(self) -> Due | None:
        history, greeting = self._brief.history, self._brief.greeting.strip()
        if history:
            return Due() if history[-1].who == "caller" else None
        if not greeting:
            self.memory.note(GREET)
        return Due(text=greeting)

    def _rest(self) -> None:
        """From the end of what plays it is the caller's turn, unless something is still to come."""
        if self._is_idle and not self.caller_speaks:
            self._patient_until = max(self._plays_until, self.now) + PATIENCE_MS

    def _heard_nothing(self) -> None:
        self._speaks_until = None
        if self._is_idle and self.memory.ends_cut:
            self._ask(GO_ON)
        self._rest()

    def _silence(self) -> None:
        self._silences += 1
        self._rounds = 0
        if self._silences < SILENCES:
            self._ask(SILENT if self._silences == 1 else SILENT_AGAIN)
            return
        names = [end.name for end in self._brief.outcomes] or [COULD_NOT_HELP]
        self._ask(GIVEN_UP, ends=COULD_NOT_HELP if COULD_NOT_HELP in names else names[0])

    def _ask(self, note: str, ends: str = "") -> None:
        self._patient_until = None
        self.memory.note(note)
        self._due = Due(ends=ends)

    def _count(self, refused: bool) -> None:
        self._refusals = self._refusals + 1 if refused else 0
        self._rounds += 1
        if self._refusals >= REFUSALS:
            raise ProviderError("The text model asks again and again for what it cannot have.")
        if self._rounds > ROUNDS:
            raise ProviderError("The text model calls one function after the other and comes to no end.")

    def _act(self, meant: Sequence[tuple[Called, Meaning]], outcome: str) -> list[Saying]:
        """Calls that the conversation goes on from. With an `outcome` it ends so, after a goodbye."""
        calls = [(self._named_anew(call), meaning) for call, meaning in meant]
        for call, _ in calls:
            self.memory.called(call)
        sayings: list[Saying] = []
        for call, meaning in calls:
            if isinstance(meaning, ToolCalled):
                self._asked[call.call_id] = self.now + TOOL_MS
                sayings.append(ToolCalled(call_id=call.call_id, name=meaning.name, arguments=meaning.arguments))
            else:
                self.memory.answered(call.call_id, _answer(meaning, outcome))
        self._patient_until = None
        if not self._asked:
            self._due = Due(ends=outcome)
        return sayings

    def _named_anew(self, call: Called) -> Called:
        """The call under a name that no other of this conversation has, whatever the model calls it."""
        call_id = call.call_id
        if not call_id or call_id in self._ids:
            call_id = f"{call_id}.{len(self._ids)}"
        self._ids.add(call_id)
        return Called(call_id=call_id, name=call.name, arguments=call.arguments)

    def _end(self, outcome: str) -> list[Saying]:
        self._over = True
        return [AgentEnded(outcome=outcome)]


def _answer(meaning: Meaning, outcome: str) -> str:
    match meaning:
        case Refused(sentence=sentence):
            return sentence
        case AgentEnded():
            return GOODBYE_FIRST if outcome else SOMETHING_FIRST
    return ""
