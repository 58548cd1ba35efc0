"""Asking a lookup without an assistant: what is sent from what the call knows, and what is kept of the answer. Pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field

from flows.engine.answers import BY_THE_CLOCK, Answer, given, in_words
from flows.engine.commands import AgentTool
from flows.engine.step import State
from flows.engine.tools import Lookup, wrong_arguments
from flows.engine.values import value

ANSWER_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


@value
class Sent:
    """One row: what the lookup needs, and where it comes from: an answer, or else always the same words."""

    slot: str = field(default="", metadata={"label": "What it needs", "row": "value", "lines": 1, "max_length": 40})
    answer: str = field(default="", metadata={"label": "The answer it is", "offers": "answers", "optional": True})
    value: str = field(
        default="", metadata={"label": "Or always this", "lines": 1, "max_length": 100, "optional": True}
    )


@value
class Kept:
    """One row: something that the lookup finds, and the name under which the call keeps it."""

    found: str = field(default="", metadata={"label": "What is found", "row": "thing", "lines": 1, "max_length": 40})
    answer: str = field(default="", metadata={"label": "Keep it as", "lines": 1, "max_length": 40})


def answer_name(text: str) -> str:
    """A name that people wrote, as answers are named: order_number for “Order number”."""
    return "_".join(re.findall(r"\w+", text.casefold()))[:40].strip("_")


def sent(lookup: Lookup, rows: Iterable[Sent], state: State) -> dict[str, str] | None:
    """The value of every field that the lookup needs; None when one is not known, or has not the form it must have.

    A field without a row is the answer of its own name.
    """
    by_slot = {answer_name(row.slot): row for row in rows}
    values = {}
    for slot in lookup.slots:
        row = by_slot.get(answer_name(slot.name), Sent(answer=answer_name(slot.name)))
        values[slot.name] = (given(row.answer, state) if row.answer else row.value).strip()
    return None if wrong_arguments(AgentTool(name="look_up", slots=lookup.slots), values) else values


def kept(found: Mapping[str, str], rows: Iterable[Kept]) -> dict[str, str]:
    """What was found, by the names of the rows; without any, all of it under its own names. Empty texts are nothing."""
    by_field = {answer_name(name): str(text) for name, text in found.items()}
    named = {row.answer: by_field.get(answer_name(row.found), "") for row in rows} or by_field
    return {name: text for name, text in named.items() if name and text}


def why_not_sent(lookup: Lookup | None, rows: Iterable[Sent], known: Mapping[str, Answer]) -> Iterator[str]:
    """What is wrong with where the values come from, in sentences. `known` is empty where that cannot be told."""
    rows = tuple(rows)
    needed = {answer_name(slot.name): slot for slot in lookup.slots} if lookup else {}
    for row in rows:
        if lookup and answer_name(row.slot) not in needed:
            names = ", ".join(f"“{in_words(name)}”" for name in needed) or "nothing"
            yield f"The lookup has no “{row.slot}”. It needs {names}."
        if bool(row.answer) == bool(row.value.strip()):
            yield f"Choose an answer for “{row.slot}”, or write what is always sent; not both."
        elif row.answer and known:
            yield from _why_not_this(row.answer, known)
    for name in needed.keys() - {answer_name(row.slot) for row in rows}:
        if known and name not in known:
            yield f"Tell where “{in_words(name)}” comes from: add a row with its name, and choose the answer."


def why_not_kept(lookup: Lookup | None, rows: Iterable[Kept]) -> Iterator[str]:
    """What is wrong with the names under which things are kept, in sentences."""
    finds = {answer_name(name): name for name in lookup.finds} if lookup else {}
    for row in rows:
        if not ANSWER_NAME.fullmatch(row.answer):
            yield f"“{row.answer}” cannot name an answer. Use small letters, digits and underscores, such as status."
        if finds and answer_name(row.found) not in finds:
            yield f"The lookup does not find “{row.found}”. It finds {', '.join(finds.values())}."


def _why_not_this(name: str, known: Mapping[str, Answer]) -> Iterator[str]:
    answer = known.get(name)
    if answer is None:
        yield f"No step asks for “{in_words(name)}” any more. Choose another answer."
    elif answer.secret:
        yield f"“{answer}” is not kept, so it cannot be sent. Choose another answer."
    elif name in BY_THE_CLOCK:
        yield f"The {answer} cannot be sent. Choose another answer."
