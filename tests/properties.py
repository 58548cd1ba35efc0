"""How deeply properties are tried. The suite tries the same examples on every run, so that it fails for a reason only.

`HYPOTHESIS_PROFILE=deep .venv/bin/python -m pytest` tries fifty times as many, and others every time: for a night.
No example has a deadline, and none is too slow: a busy machine is no fault of the code. A fixture of a test is made
once for all its examples; such a test puts right what its examples disturb.
"""

import os

from hypothesis import HealthCheck, settings

DEPTHS = {"quick": 1, "deep": 50}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
USUAL = 50  # examples of a test that does not say how many

EASY = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
settings.register_profile("quick", max_examples=USUAL, derandomize=True, deadline=None, suppress_health_check=EASY)
settings.register_profile("deep", settings.get_profile("quick"), max_examples=USUAL * DEPTHS["deep"], derandomize=False)


def examples(quick: int, **others: int) -> settings:
    """The settings of a test whose examples are dear, or many; other settings may be given."""
    return settings(max_examples=quick * DEPTHS[PROFILE], **others)
