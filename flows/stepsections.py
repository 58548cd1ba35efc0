"""A step's form from top to bottom: which fields stand together, under what heading, and which are folded away."""

from dataclasses import dataclass
from itertools import chain
from typing import Any

from flows.engine.setting import COUNTED, TALKING, Param
from flows.engine.step import params
from flows.engine.stored_settings import build
from flows.models import Step
from flows.step_words import built_from, capital
from flows.stepform import EXIT, StepForm, named_by_label

FOLDED = "Timing and details"
# The headings under which kinds group their settings, as a builder reads them; others follow.
HEADINGS = ["How callers may answer", "What it knows", "How it speaks", "What it may do", "How far it may go"]
SIDE_BY_SIDE = ["How far it may go"]  # headings whose fields are short enough for one line


@dataclass(frozen=True)
class Section:
    """Fields that stand together under a heading; `folded` ones have good defaults, which the heading tells."""

    heading: str
    names: list[str]
    folded: bool = False
    is_line: bool = False  # its fields are short enough for one line


def sections(step: Step, form: type[StepForm]) -> list[Section]:
    """A step's form from top to bottom, as a caller meets it."""
    groups = field_groups(form)
    headings = {
        "settings": "",
        "options": "How it can end" if named_by_label(form.kind) else "What callers can choose",
        "exits": "Where callers go next",
        "left open": left_open_in_words(form) if groups["left open"] else "",
        "folded": folded_in_words(step),
        TALKING: talking_in_words(step),
        COUNTED: counted_in_words(step),
    }
    return [
        Section(
            headings.get(group, group),
            names,
            folded=group in ("left open", "folded", TALKING, COUNTED),
            is_line=group in SIDE_BY_SIDE,
        )
        for group, names in groups.items()
        if names
    ]


def field_groups(form: type[StepForm]) -> dict[str, list[str]]:
    """The names of a step's fields as a builder reads them: what happens, choices, exits, and what is folded."""
    names = list(form.base_fields)
    about = params(form.kind)
    folded = [name for name in about if about[name].fold]
    exits = [name for name in names if name.startswith(EXIT)]
    grouped = {
        title: [name for name in about if about[name].group == title]
        for title in sorted({each.group for each in about.values()} - {"", TALKING, COUNTED}, key=_usual_order)
    }
    options = {"options": [name for name in names if name == "options"]}
    keyed = bool(options["options"]) and not named_by_label(form.kind)  # callers hear them in the prompt
    last = {title: [name for name in about if about[name].group == title] for title in (TALKING, COUNTED)}
    apart = {
        *folded,
        *chain(*last.values()),
        *exits,
        "options",
        "revision",
        *(name for group in grouped.values() for name in group),
    }
    return {
        "settings": ["name", *(name for name in names if name not in apart and name != "name")],
        **(options | grouped if keyed else grouped | options),
        "exits": [name for name in exits if name not in form.left_open],
        "left open": list(form.left_open),
        "folded": folded,
        **last,
    }


def left_open_in_words(form: type[StepForm]) -> str:
    """The one line under which exits that were left open are folded: what happens there instead."""
    found = list(form.left_open.values())
    what = capital(found[0].label) if len(found) == 1 else f"{len(found)} more exits"
    instead = " or ".join(dict.fromkeys(outcome.when_open for outcome in found))
    return f"{what}: left open, so {instead}"


def folded_in_words(step: Step) -> str:
    """The one line under which settings are folded that have good defaults: what they are set to now."""
    built = built_from(step)
    if built is None:
        return FOLDED
    usual = build(step.kind, {})
    about = {name: each for name, each in params(type(built)).items() if each.fold}
    said = [
        f"{_small(each.label)} {_short(name, each, getattr(built, name))}"
        for name, each in about.items()
        if not each.spoken and getattr(built, name) not in ("", None)
    ]
    own = [getattr(built, name) != getattr(usual, name) for name, each in about.items() if each.spoken]
    if own:
        said.append(f"{sum(own)} of {len(own)} texts changed" if any(own) else f"the usual {len(own)} texts")
    return f"{FOLDED}: {', '.join(said)}" if said else FOLDED


def counted_in_words(step: Step) -> str:
    """The one line under which what matters to reports alone is folded."""
    built = built_from(step)
    return f"{COUNTED}: {'this step is a goal' if built and built.goal else 'this step is no goal of the flow'}"


def talking_in_words(step: Step) -> str:
    """The one line under which what matters once two people talk is folded."""
    listens = getattr(built_from(step), "listens", False) is True
    return f"{TALKING}: {'their talk is written down' if listens else 'nobody listens'}"


def _usual_order(heading: str) -> tuple[int, str]:
    return HEADINGS.index(heading) if heading in HEADINGS else len(HEADINGS), heading


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _short(name: str, about: Param, stored: Any) -> str:
    """A number, key or choice on a line with others."""
    if about.choices:
        return f"“{dict(about.choices).get(stored, stored)}”"
    if isinstance(stored, int | float):
        return f"{stored:g} s" if name.endswith("_seconds") else f"{stored:g}"
    return str(stored)
