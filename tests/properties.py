"""How deeply properties are tried. The suite tries the same examples on every run, so that it fails for a reason only.

* quick: what `make test` tries: a few, in the seconds that somebody waits.
* full: four times as many, and every place of those that are tried one by one; they must hold before a change is
  merged (`.ci/run`).
* deep: two hundred times as many, and others every time: for a night.

`HYPOTHESIS_PROFILE=full .venv/bin/python -m pytest tests/flows` chooses. No example has a deadline, and none is too
slow: a busy machine is no fault of the code. A fixture of a test is made once for all its examples; such a test puts
right what its examples disturb.
"""

import os

from hypothesis import HealthCheck, settings

DEPTHS = {"quick": 0.25, "full": 1, "deep": 50}
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
USUAL = 50  # examples of a test that does not say how many, before a change is merged
FEWEST = 2
STRIDE = {"quick": 4}.get(PROFILE, 1)  # a test of every place at which something may happen goes to each of these

EASY = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


def _many(full: int, depth: float) -> int:
    return max(min(full, FEWEST), round(full * depth))


for _profile, _depth in DEPTHS.items():
    settings.register_profile(
        _profile,
        max_examples=_many(USUAL, _depth),
        derandomize=_profile != "deep",
        deadline=None,
        suppress_health_check=EASY,
    )


def examples(full: int, **others: int) -> settings:
    """The settings of a test whose examples are dear, or many: how many before a change is merged. Other settings may
    be given.
    """
    return settings(max_examples=_many(full, DEPTHS[PROFILE]), **others)
