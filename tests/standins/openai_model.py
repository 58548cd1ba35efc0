"""The language model inside OpenAI's stand-in: what it is asked, what it says, and a script for what it says when."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """One request, whichever API it came by. `turns` are (who, text): user, assistant, call or result."""

    model: str
    instructions: str
    turns: tuple[tuple[str, str], ...]
    functions: Mapping[str, Json] = field(default_factory=dict)  # their parameters, by name
    form: Json | None = None  # the schema that the answer must have
    form_name: str = ""

    @property
    def said(self) -> str:
        """What the user said last."""
        return next((text for who, text in reversed(self.turns) if who == "user"), "")


@dataclass(frozen=True)
class Says:
    """What the model says. A call's arguments may be a text, to send some that are none."""

    text: str = ""
    calls: tuple[tuple[str, Json | str], ...] = ()
    refusal: str = ""
    cut: str = ""  # max_output_tokens or content_filter: it stops after what it said

    @classmethod
    def in_form(cls, **found: Any) -> "Says":
        """An answer in the form of a schema."""
        return cls(text=json.dumps(found, ensure_ascii=False))

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """Calls as they are sent: name and text."""
        return [(name, given if isinstance(given, str) else json.dumps(given)) for name, given in self.calls]


Brain = Callable[[Asked], Says | Awaitable[Says]]


class ScriptOver(AssertionError):
    """The model was asked more often than the test said."""


def script(*lines: Says | str) -> Brain:
    """A brain that says these in turn, and no more."""
    left = list(lines)

    def say(asked: Asked) -> Says:
        if not left:
            raise ScriptOver("The script has no more lines.")
        line = left.pop(0)
        return Says(text=line) if isinstance(line, str) else line

    return say


@dataclass(frozen=True)
class Tokens:
    """What a reply used. What was cached is part of `read`, what was thought is part of `written`."""

    read: int
    cached: int
    written: int
    thought: int


def count(asked: Asked, says: Says, *, effort: str | None, known: bool) -> Tokens:
    """About four letters a token; `known` instructions are cached in whole blocks of 128, as at OpenAI's."""
    letters = len(asked.instructions) + sum(len(text) for _, text in asked.turns)
    thought = 0 if effort == "none" else 64
    said = len(says.text) + len(says.refusal) + sum(len(name) + len(text) for name, text in says.arguments)
    cached = len(asked.instructions) // 4 // 128 * 128 if known else 0
    return Tokens(read=letters // 4 + 7, cached=cached, written=said // 4 + 1 + thought, thought=thought)
