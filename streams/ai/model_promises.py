"""What somebody promised in a talk, by a text model: in the worker, with nothing to call, and held to its form here."""

from collections.abc import Mapping, Sequence
from typing import Any

from flows.engine.values import value
from streams.ai.briefing import DATA_NOTE, one_line, quoted
from streams.ai.provider import Used
from streams.ai.text_model import TextModel

MOST = 10
LONGEST = {"what": 160, "due": 60, "line": 600}  # characters
LONGEST_TALK = 24_000  # characters; of more, the end

INSTRUCTIONS = f"""\
You read a telephone call between a caller and a person of the company. {DATA_NOTE}

List what the person promised to do after the call, at most {MOST}. line: the number of the line in which they said \
it. what: what they will do, in at most fifteen words, in the language of the call. due: by when, in their own words; \
empty when they did not say. Only what is plainly promised; no offers, no conditions. An empty list is usual."""
PROMISE = {
    "type": "object",
    "properties": {"line": {"type": "integer"}, "what": {"type": "string"}, "due": {"type": "string"}},
    "required": ["line", "what", "due"],
    "additionalProperties": False,
}
SCHEMA = {
    "title": "CallPromises",
    "type": "object",
    "properties": {"promises": {"type": "array", "items": PROMISE}},
    "required": ["promises"],
    "additionalProperties": False,
}


@value
class Promised:
    """`line` is the place among the lines that were given."""

    line: int
    what: str
    due: str


class ModelPromises:
    """`by` names engine and model in words."""

    def __init__(self, model: TextModel, *, title: str) -> None:
        self._model, self.by = model, f"{title} {model.model}"

    def find(self, lines: Sequence[tuple[str, str]]) -> tuple[list[Promised] | None, tuple[Used, ...]]:
        """What was promised in these lines (who, text), None for an answer without sense; and what asking used.

        Raises `ProviderError`.
        """
        rows = [f"{place} {who}: {quoted(text[: LONGEST['line']])}" for place, (who, text) in enumerate(lines)]
        answer = self._model.answer_blocking(INSTRUCTIONS, "\n".join(_last(rows)), SCHEMA)
        given = (answer.found or {}).get("promises")
        if not isinstance(given, list):
            return None, answer.used
        found = [one for each in given if (one := _promised(each, lines))]
        return found[:MOST], answer.used


def _last(rows: Sequence[str]) -> Sequence[str]:
    """As many of the last rows as may be sent, each whole: half a number at its beginning is another line's."""
    room, first = LONGEST_TALK, len(rows)
    while first > 0 and (room := room - len(rows[first - 1]) - 1) >= 0:
        first -= 1
    return rows[first:]


def _promised(given: Any, lines: Sequence[tuple[str, str]]) -> Promised | None:
    if not isinstance(given, Mapping):
        return None
    line, what, due = (given.get(name) for name in ("line", "what", "due"))
    if not isinstance(line, int) or isinstance(line, bool) or not 0 <= line < len(lines) or lines[line][0] != "person":
        return None
    if not isinstance(what, str) or not one_line(what):
        return None
    told = one_line(due)[: LONGEST["due"]] if isinstance(due, str) else ""
    return Promised(line=line, what=one_line(what)[: LONGEST["what"]], due=told)
