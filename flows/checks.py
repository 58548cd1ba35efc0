"""System checks: every registered kind of step is complete, and the operator may be called."""

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from flows.engine.step import params
from flows.models.outbound import validate_outbound
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


@checks.register()
def operator_may_be_called(**_: Any) -> list[checks.CheckMessage]:
    """The one number that is dialled and stands in no form. A new database knows no countries to hold it against."""
    try:
        if settings.OPERATOR_NUMBER:
            validate_outbound(settings.OPERATOR_NUMBER)
    except ValidationError as error:
        said = f"OPERATOR_NUMBER is “{settings.OPERATOR_NUMBER}”. {' '.join(error.messages)}"
        return [checks.Warning(said, hint="Put into .env: OPERATOR_NUMBER=+14155550123", id="flows.W001")]
    except DatabaseError:
        pass
    return []
