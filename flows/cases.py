"""Tables of a step whose rows are exits, and the answers that its settings may name, as the step's form needs them.

A row of such a table has a hidden `outcome`, which names its exit for as long as the row exists; where the exit leads
is chosen in the row.
"""

import dataclasses
import typing
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flows import subflows
from flows.engine.answers import BY_THE_CLOCK, OF_EVERY_CALL, Answer, in_words, known_answers
from flows.engine.spoken_answers import marker
from flows.engine.step import REGISTRY, chosen, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import types_of
from flows.models import Lookup, Step
from flows.rows import Column, Row, RowsField, columns_of, row_name_of
from flows.step_words import built_from, capital

GOES_TO = "goes_to"
KNOWING = ("lookup", "flow")  # what steps refer to that alone knows which answers it gives

Choices = Sequence[tuple[str, str]]


def tables(kind: type[Kind]) -> dict[str, type]:
    """The settings of this kind that are tables of exits, each with the type of its rows."""
    hints = types_of(kind)
    rows = {name: typing.get_args(hints[name])[0] for name in params(kind) if typing.get_origin(hints[name]) is tuple}
    return {name: row for name, row in rows.items() if "outcome" in getattr(row, "__dataclass_fields__", {})}


def table_fields(step: Step, answers: Mapping[str, Answer], steps: Choices) -> dict[str, RowsField]:
    """The tables of this step: what makes each of their cases true, and where callers go then."""
    found = {}
    for name, row_type in tables(REGISTRY[step.kind]).items():
        about = params(REGISTRY[step.kind])[name]
        columns = columns_of(row_type, on_offer(answers, clock=True, stored=_named(step, name, row_type)))
        columns.append(Column(GOES_TO, "Goes to", choices=tuple(steps)))
        found[name] = RowsField(
            columns=columns, row_name=row_name_of(row_type), label=about.label, help_text=about.help, required=False
        )
    return found


def stored_rows(step: Step, name: str) -> list[Row]:
    """The rows of a table as they are stored; none where the step's settings do not fit its kind."""
    built = built_from(step)
    return [dataclasses.asdict(row) for row in getattr(built, name)] if built else []


def shown_rows(stored: Iterable[Row], leads: Mapping[str, str]) -> list[Row]:
    """Stored rows as the form shows them, each with the key of the step that it leads to."""
    return [{**row, GOES_TO: leads.get(row["outcome"], "")} for row in stored]


def typed_rows(rows: Iterable[Row], stored: Iterable[Row]) -> tuple[list[Row], dict[str, str]]:
    """Rows of the form as they are stored, and where they lead, by outcome. New rows are given a name of their own.

    Names that the form sends are believed only where they are stored already, and once. A page that saves itself may
    send a new row twice before it learns its name: rows without one take the first names that no other row has.
    """
    rows = list(rows)
    known = {row.get("outcome", "") for row in stored}
    sent = {row["outcome"] for row in rows} & known
    free = (name for number in range(1, 10**6) if (name := f"case-{number}") not in sent)
    kept: list[Row] = []
    leads: dict[str, str] = {}
    for row in rows:
        name = row["outcome"] if row["outcome"] in known - leads.keys() else next(free)
        leads[name] = row[GOES_TO]
        kept.append({cell: text for cell, text in row.items() if cell != GOES_TO} | {"outcome": name})
    return kept, leads


def answers_in(steps: Iterable[Step]) -> dict[str, Answer]:
    """Every answer that a draft with these steps may know, by name; steps that cannot be read give none."""
    return known_in(built for step in steps if (built := built_from(step)))


def known_in(steps: Iterable[Kind]) -> dict[str, Answer]:
    """The same, for steps as the engine sees them that know nothing yet of what they refer to."""
    every = list(steps)
    lookups, inside = ({key for built in every for key in chosen(getattr(built, what, ()))} for what in KNOWING)
    if lookups or inside:
        rows = Lookup.objects.filter(key__in=lookups) if lookups else ()
        found: dict[str, Any] = {"lookup": {row.key: row.as_lookup() for row in rows}, "flow": subflows.found(inside)}
        every = [built.resolve(found) for built in every]
    return known_answers(every)


def offered_to(step: Step, name: str, answers: Mapping[str, Answer]) -> Choices:
    """The answers that this setting, or a cell of its rows, may name; none where it names no answer."""
    hint = types_of(REGISTRY[step.kind])[name]
    if typing.get_origin(hint) is tuple and dataclasses.is_dataclass(row_type := typing.get_args(hint)[0]):
        return on_offer(answers, clock=False, stored=_named(step, name, row_type)) if _offering(row_type) else ()
    offers = params(REGISTRY[step.kind])[name].offers == "answers"
    return on_offer(answers, clock=False, stored=[step.settings.get(name)]) if offers else ()


def to_insert(answers: Mapping[str, Answer]) -> Choices:
    """The answers that a text may say, as they are written in it; none as long as the flow asks for nothing."""
    offered = [(marker(name), label) for name, label in on_offer(answers, clock=False) if name]
    return [("", "— choose —"), *offered] if answers.keys() - OF_EVERY_CALL.keys() else []


def on_offer(answers: Mapping[str, Answer], *, clock: bool, stored: Iterable[Any] = ()) -> Choices:
    """The answers to choose from: the flow's own, then those of every call. What is `stored` stays on offer."""
    offered = {
        name: capital(str(answer))
        for name, answer in sorted(answers.items(), key=lambda each: each[0] in OF_EVERY_CALL)
        if not answer.secret and (clock or name not in BY_THE_CLOCK)
    }
    gone = {str(name): f"{capital(in_words(str(name)))} (not on offer any more)" for name in stored if name}
    return [("", "— choose —"), *(gone | offered).items()]


def _named(step: Step, name: str, row_type: Any) -> set[str]:
    """The answers that the rows of this table name now."""
    return {row[cell] for row in stored_rows(step, name) for cell in _offering(row_type)}


def _offering(row_type: Any) -> list[str]:
    """The cells of such a row that name an answer."""
    return [field.name for field in dataclasses.fields(row_type) if "offers" in field.metadata]
