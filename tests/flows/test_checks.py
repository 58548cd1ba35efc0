"""The system checks of kinds, and of the operator's number."""

import pytest
from django.db import OperationalError

from flows.checks import kinds_are_complete, operator_may_be_called
from flows.engine.step import REGISTRY, Step, param, step_type


def test_the_kinds_that_ship_are_complete():
    assert kinds_are_complete() == []


def test_a_kind_that_does_not_explain_itself_is_found(monkeypatch):
    monkeypatch.setattr("flows.engine.step.REGISTRY", {})

    @step_type("mute", title="Mute", question="Be mute")
    class Mute(Step):
        seconds: int = param("", default=1)

    Mute.__doc__ = None
    monkeypatch.setattr("flows.checks.REGISTRY", {"mute": Mute})

    assert [error.id for error in kinds_are_complete()] == ["flows.E001", "flows.E002"]
    assert "mute" not in REGISTRY


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("front desk", "country code"),
        ("4155550123", "country code"),
        ("+0155550123", "country code"),
        ("+14155550123\n", "without spaces"),
        ("+19005550123", "premium-rate"),
        ("+18765550123", "JM"),
    ],
)
def test_an_operator_who_may_not_be_called_is_found(number, settings, given, said):
    settings.OPERATOR_NUMBER = given
    (found,) = operator_may_be_called()
    assert (found.id, said in found.msg) == ("flows.W001", True)


@pytest.mark.parametrize("given", ["", "+14155550123"])
def test_an_operator_at_home_or_none_is_no_fault(number, settings, given):
    settings.OPERATOR_NUMBER = given
    assert operator_may_be_called() == []


def test_the_checks_run_before_there_is_a_database(monkeypatch, settings):
    def away(*_):
        raise OperationalError

    settings.OPERATOR_NUMBER = "+14155550123"
    monkeypatch.setattr("flows.models.outbound.countries", away)
    assert operator_may_be_called() == []
