"""Taking named parts from a file one by one, so that whatever is left over can be complained of."""

import difflib
import re
from collections.abc import Callable
from typing import TypeVar

from flows.portable.outline import Complaint, Fields, Part, Rows, Text, Unreadable

T = TypeVar("T")
UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")  # what no form takes either
ONE_LINE = 120  # characters; what may be longer may have several lines


def folded(words: str) -> str:
    """What two spellings of the same words have in common."""
    return " ".join(words.casefold().replace("_", " ").replace("’", "'").rstrip("?.:").split())


class Taking:
    """Named parts that somebody reads. `what` is what they describe, for complaints: “this step”.

    Complaints are gathered, so that one reading finds them all: `attempt` keeps them, `finish` raises them.
    """

    def __init__(self, part: Part, what: str) -> None:
        self.line, self.what, self.complaints = part.line, what, list[Complaint]()
        self._known = list[str]()
        self._left: dict[str, tuple[Text, Part]] = {}
        if isinstance(part, Fields):
            for name, each in part.fields:
                if folded(name.text) in self._left:
                    self.complain(name.line, f"“{name.text[:60]}” stands here twice. Keep one of them.")
                self._left[folded(name.text)] = (name, each)
        elif part != Text("", part.line):
            self.complain(part.line, f"Names with their values are wanted here, to describe {what}.")

    def part(self, *names: str) -> Part | None:
        """The part with the first of these names that is there."""
        self._known.append(names[0])
        for name in names:
            if found := self._left.pop(folded(name), None):
                return found[1]
        return None

    def parts(self, before: str) -> list[tuple[Text, Part]]:
        """The parts whose names begin so, each with the rest of its name."""
        found = [key for key in self._left if key.startswith(f"{folded(before)} ")]
        taken = [self._left.pop(key) for key in found]
        return [(Text(name.text[len(before) :].strip(), name.line), part) for name, part in taken]

    def rows(self, name: str, most: int) -> tuple[Part, ...]:
        """The rows of a list; none when it is not there."""
        found = self.part(name)
        if found is None or found == Text("", found.line):
            return ()
        if not isinstance(found, Rows):
            self.complain(found.line, f"A list is wanted under “{name}”, each entry behind a dash.")
            return ()
        if len(found.rows) > most:
            self.complain(
                found.line, f"There are {len(found.rows)} entries under “{name}”; at most {most} can be kept."
            )
            return ()
        return found.rows

    def text(self, *names: str, longest: int, required: bool = False) -> str:
        """A text on one line or more, "" when it is not there."""
        found = self.part(*names)
        said = found.text.strip() if isinstance(found, Text) else ""
        line = found.line if found else self.line
        if found is not None and not isinstance(found, Text):
            self.complain(line, f"A text is wanted under “{names[0]}”.")
        elif required and not said:
            self.complain(line, f"Write “{names[0]}:” for {self.what}.")
        elif len(said) > longest:
            self.complain(line, f"“{names[0]}” may have at most {longest} characters; it has {len(said)}.")
        elif longest <= ONE_LINE and "\n" in said:
            self.complain(line, f"“{names[0]}” stands on one line.")
        elif UNSAYABLE.search(said):
            self.complain(line, f"“{names[0]}” holds characters that nobody can read. Write it again.")
        return said

    def rest(self) -> list[tuple[Text, Part]]:
        """Everything that nobody took yet."""
        left, self._left = list(self._left.values()), {}
        return left

    def attempt(self, act: Callable[[], T], otherwise: T) -> T:
        """Read something; where it cannot be read, its complaints are kept."""
        try:
            return act()
        except Unreadable as error:
            self.complaints += error.complaints
            return otherwise

    def complain(self, line: int, sentence: str) -> None:
        """Keep a complaint."""
        self.complaints.append(Complaint(line, sentence))

    def unknown(self, name: Text, known: list[str]) -> None:
        """Complain of a name that means nothing here."""
        near = difflib.get_close_matches(folded(name.text), [folded(each) for each in known], n=1)
        meant = next((each for each in known if near and folded(each) == near[0]), "")
        hint = f"Did you mean “{meant}”?" if meant else f"Known are: {', '.join(known)}."
        self.complain(name.line, f"“{name.text[:60]}” means nothing for {self.what}. {hint}")

    def finish(self) -> None:
        """Complain of what is left. Raises `Unreadable` when there was anything to complain of."""
        for name, _ in self.rest():
            self.unknown(name, self._known)
        if self.complaints:
            raise Unreadable(self.complaints)
