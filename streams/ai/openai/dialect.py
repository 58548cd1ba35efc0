"""What OpenAI's two text APIs have in common: the same requests and replies in other words. Pure.

A dialect writes requests and reads replies, plain values from JSON. Reading is total: a field that is missing or of
another kind is passed over, since servers that call themselves compatible differ in all that a talk does not need.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from flows.engine.events import value
from streams.ai.briefing import Function
from streams.ai.text_model import Called, TextPiece, Turn

Json = Mapping[str, Any]

# Without a word from the caller there would be nothing to reply to, and several servers refuse that.
NOTHING_SAID = "(The caller is on the line and has not spoken yet.)"


@value
class Asked:
    """A request. `form` is the strict schema of the answer, where it must have one; `most` is in tokens."""

    model: str
    effort: str
    instructions: str
    turns: tuple[Turn, ...]
    most: int
    functions: tuple[Function, ...] = ()
    form: Json | None = None


@value
class Counted:
    """Tokens, as the server counted them. What was cached is in `text_in` too; what was thought is in `text_out`."""

    text_in: int
    text_cached: int
    text_out: int


@value
class Whole:
    """The reply is at its end. `cut` when the server stopped it early; `broke` is the code of a failure."""

    cut: bool = False
    broke: str | None = None


@value
class Found:
    """A whole answer: its text, None when the model refused or was cut off. `broke`: it is no answer at all."""

    text: str | None
    counted: Counted | None
    broke: bool = False


Piece = TextPiece | Called | Counted | Whole


class Reader(Protocol):
    """One reply being read."""

    def read(self, event: Any) -> Iterator[Piece]:
        """What this event of the stream means; nothing, mostly."""
        ...


class Dialect(Protocol):
    """One API. `path` is its address below the base."""

    path: str

    def request(self, asked: Asked, *, stream: bool) -> dict[str, Any]:
        """The body of a request."""
        ...

    def reader(self) -> Reader: ...

    def found(self, reply: Any) -> Found:
        """The answer in a whole reply."""
        ...


def at(found: Any, *path: str) -> Any:
    """What stands there, None where nothing does."""
    for name in path:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def text_at(found: Any, *path: str) -> str:
    """The text that stands there, "" where there is none."""
    text = at(found, *path)
    return text if isinstance(text, str) else ""


def rows_at(found: Any, *path: str) -> Sequence[Any]:
    """The list that stands there, an empty one where there is none."""
    rows = at(found, *path)
    return rows if isinstance(rows, list) else ()


def counted(text_in: Any, cached: Any, text_out: Any) -> Counted | None:
    """Tokens from what a server said; None when it did not count."""
    if not (_is_count(text_in) and _is_count(text_out)):
        return None
    return Counted(text_in=text_in, text_cached=min(cached, text_in) if _is_count(cached) else 0, text_out=text_out)


def _is_count(said: Any) -> bool:
    return isinstance(said, int) and not isinstance(said, bool) and said >= 0


def named_form(form: Json) -> tuple[str, dict[str, Any]]:
    """A schema's name, and the schema without it."""
    return str(form["title"]), {name: stated for name, stated in form.items() if name != "title"}
