"""Why somebody should listen to a call."""

from decimal import Decimal

import pytest

from streams.figures.ears import Heard, dear, reasons
from streams.figures.spread import percentile, rough
from streams.figures.told import Told
from streams.figures.visits import Line

KEY = Line(3, 1.0, "key", "menu", {"digit": "1"})


def heard(*lines, ending="flow", **fields) -> list[str]:
    log = [KEY, *(Line(9, 2.0, kind, "menu", data) for kind, data in lines)]
    return reasons(Heard(Told(log, ending, True, 60.0), **{"cost": Decimal("0.01"), **fields}))


@pytest.mark.parametrize(
    ("lines", "fields", "said"),
    [
        ([], {}, []),
        ([], {"ending": "fault"}, ["Something failed, and the call with it."]),
        ([("apology", {})], {}, ["Something failed, and the call with it."]),
        ([("engine_failed", {"ability": "agent"})] * 2, {}, ["The assistant failed."]),
        ([("budget", {"which": "cents"})], {}, ["A limit was reached."]),
        ([("left", {"outcome": "limit"})], {}, ["A limit was reached."]),
        ([], {"mood_end": "negative"}, ["The caller was unhappy at the end."]),
        (
            [],
            {"mood_start": "positive", "mood_end": "neutral"},
            ["The caller’s mood fell from positive to neutral."],
        ),
        ([], {"mood_start": "negative", "mood_end": "positive"}, []),
        ([], {"cost": Decimal("0.2"), "dear": Decimal("0.1")}, ["It cost more than 99 of 100 calls of its flow."]),
        ([], {"cost": Decimal("0.04"), "dear": Decimal("0.01")}, []),
    ],
)
def test_reasons(lines, fields, said):
    assert heard(*lines, **fields) == said


def test_a_caller_who_was_asked_and_gave_no_sign_was_silent():
    asked = [Line(1, 0.0, "entered", "menu", {}), Line(2, 9.0, "missed", "menu", {"what": "no-input"})]
    assert reasons(Heard(Told(asked, "caller", True, 60.0), Decimal(0))) == ["Nothing was heard from the caller."]
    assert reasons(Heard(Told([*asked, KEY], "caller", True, 60.0), Decimal(0))) == []
    assert reasons(Heard(Told(asked[:1], "caller", True, 60.0), Decimal(0))) == []


def test_what_is_dear_is_known_from_a_hundred_calls_on():
    assert dear({1000: 99}, 100_000) is None
    assert dear({1000: 99, 5000: 1}, 100_000) == Decimal("0.01")


def test_times_are_kept_to_two_figures_and_percentiles_are_of_nearest_rank():
    assert [rough(value) for value in (0, 7, 47, 99.6, 840, 1249, 1250)] == [0, 7, 47, 100, 840, 1200, 1300]
    assert percentile({}, 50) is None
    assert [percentile({1: 5, 2: 4, 9: 1}, percent) for percent in (50, 90, 99)] == [1, 2, 9]
