"""What a step's page says in single lines: what is folded away, and what happens at exits that were left open."""

from collections.abc import Iterable
from typing import Any

from flows.engine.step import Outcome, Param, params
from flows.engine.step import Step as Kind
from flows.engine.stored_settings import SettingsError, build
from flows.models import Step

FOLDED = "Timing and details"


def left_open_in_words(left_open: Iterable[Outcome]) -> str:
    """The one line under which exits that were left open are folded: what happens there instead."""
    found = list(left_open)
    what = capital(found[0].label) if len(found) == 1 else f"{len(found)} more exits"
    instead = " or ".join(dict.fromkeys(outcome.when_open for outcome in found))
    return f"{what}: left open, so {instead}"


def folded_in_words(step: Step) -> str:
    """The one line under which settings are folded that have good defaults: what they are set to now."""
    built = built_of(step)
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


def built_of(step: Step) -> Kind | None:
    """The step as the engine sees it; None when its stored settings do not fit its kind."""
    try:
        return build(step.kind, step.settings)
    except SettingsError:
        return None


def capital(label: str) -> str:
    """A label as it begins a line."""
    return label[:1].upper() + label[1:]


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


def _short(name: str, about: Param, stored: Any) -> str:
    """A number, key or choice on a line with others."""
    if about.choices:
        return f"“{dict(about.choices).get(stored, stored)}”"
    if isinstance(stored, int | float):
        return f"{stored:g} s" if name.endswith("_seconds") else f"{stored:g}"
    return str(stored)
