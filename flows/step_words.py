"""Small things that the pages of a step share: the step as the engine sees it, and labels that begin a line."""

from flows.engine.step import Step as Kind
from flows.engine.stored_settings import SettingsError, build
from flows.models import Step


def built_from(step: Step) -> Kind | None:
    """The step as the engine sees it, without its choices; None when its settings do not fit its kind."""
    try:
        return build(step.kind, step.settings)
    except SettingsError:
        return None


def capital(label: str) -> str:
    """A label as the beginning of a line."""
    return label[:1].upper() + label[1:]
