"""What was said so far, as a text model is told it: of the agent's words only what was heard. Pure.

What the line itself has to say to the model stands on the caller's side in round brackets. Callers cannot speak
brackets, and what they are taken to have said never has any.
"""

from collections.abc import Iterable

from streams.ai.cascade.spoken import Spoken
from streams.ai.provider import Spoke
from streams.ai.text_model import Answered, Called, Said, Turn

LONGEST = 4000  # characters of one line or result
HOW_TO_READ = """# How this conversation is written
- What stands in round brackets is a note from the line to you, not the caller's words. Follow it; never speak of it.
- A line of yours that ends with — was cut off there by the caller. What came after it was not heard."""

_NO_BRACKETS = str.maketrans("()（）", "    ")


class Memory:
    """One conversation, in the order in which it went."""

    def __init__(self, history: Iterable[Spoke] = ()) -> None:
        self._lines: list[Turn | Spoken] = []
        for line in history:
            if line.who == "caller":
                self.caller_said(line.text)
            else:
                self._lines.append(Said(who="agent", text=line.text))

    def turns(self) -> tuple[Turn, ...]:
        """All of it, as it stands now."""
        told: list[Turn] = []
        for line in self._lines:
            if not isinstance(line, Spoken):
                told.append(line)
            elif line.line:
                told.append(Said(who="agent", text=line.line))
        return tuple(told)

    @property
    def ends_cut(self) -> bool:
        """True when the last thing is a line of the agent's that the caller cut short."""
        return bool(self._lines) and isinstance(self._lines[-1], Spoken) and self._lines[-1].was_cut

    def caller_said(self, text: str) -> None:
        """Words of the caller; what they say in one go, without an answer between, is one line."""
        words = " ".join(text.translate(_NO_BRACKETS).split())[:LONGEST]
        last = self._lines[-1] if self._lines else None
        if isinstance(last, Spoken) and last.was_cut and not last.line:  # an answer that was taken back
            self._lines.pop()
            last = self._lines[-1] if self._lines else None
        if isinstance(last, Said) and last.who == "caller" and not last.text.startswith("("):
            self._lines[-1] = Said(who="caller", text=f"{last.text} {words}"[:LONGEST])
        else:
            self._lines.append(Said(who="caller", text=words))

    def note(self, text: str) -> None:
        """Something that the line tells the model."""
        self._lines.append(Said(who="caller", text=f"({text})"))

    def agent_speaks(self, spoken: Spoken) -> None:
        """The agent begins to speak; `spoken` tells at any time what was heard of it."""
        self._lines.append(spoken)

    def called(self, call: Called) -> None:
        """The agent called a function."""
        self._lines.append(call)

    def answered(self, call_id: str, result: str) -> None:
        """What came of it. It stands next to the calls, where models look for it, whatever was said meanwhile."""
        calls = [place for place, line in enumerate(self._lines) if isinstance(line, Called | Answered)]
        place = calls[-1] + 1 if calls else len(self._lines)
        self._lines.insert(place, Answered(call_id=call_id, result=result[:LONGEST]))
