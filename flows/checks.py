"""System checks: every registered kind of step is complete."""

from typing import Any

from django.core import checks

from flows.engine.step import params
from flows.steps import REGISTRY


@checks.register()
def kinds_are_complete(**_: Any) -> list[checks.CheckMessage]:
    """A kind needs a docstring and a help text on every setting: both are shown to builders."""
    found: list[checks.CheckMessage] = []
    for kind, cls in REGISTRY.items():
        if not cls.__doc__:
            found.append(checks.Error(f"The kind {kind} has no docstring.", hint="Builders read it.", id="flows.E001"))
        for name, about in params(cls).items():
            if not about.help:
                hint = f'Write {name}: ... = param("What it does.") in flows/steps/.'
                found.append(checks.Error(f"{kind}.{name} has no help text.", hint=hint, id="flows.E002"))
    return found
