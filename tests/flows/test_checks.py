"""The system checks of kinds."""

from flows.checks import kinds_are_complete
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
