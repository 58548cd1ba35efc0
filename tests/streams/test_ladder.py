import pytest

from streams.ai.provider import ProviderRefused, ProviderUnavailable
from streams.ladder import Ladder

AGAIN, NEVER = ProviderUnavailable("gone"), ProviderRefused("no")


def climb(names, *failures):
    """The rungs that are asked when these failures come, as (error, worked before it)."""
    ladder = Ladder(names)
    asked = [ladder.rung]
    for error, worked in failures:
        ladder.fell(error, worked=worked)
        asked.append(ladder.rung)
    return asked


@pytest.mark.parametrize(
    ("failures", "asked"),
    [
        ([(AGAIN, False), (AGAIN, False)], ["one", "one", "two"]),
        ([(NEVER, False)], ["one", "two"]),
        ([(AGAIN, False), (NEVER, False), (AGAIN, False), (AGAIN, False)], ["one", "one", "two", "two", None]),
        ([(AGAIN, False), (AGAIN, True), (AGAIN, False)], ["one", "one", "one", "two"]),
        ([(AGAIN, True)] * 5, ["one"] * 6),
    ],
)
def test_who_is_asked_next(failures, asked):
    assert climb(["one", "two"], *failures) == asked


def test_without_engines_there_is_no_rung():
    assert climb([], (AGAIN, False)) == [None, None]
