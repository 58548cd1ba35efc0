import pytest

from flows.engine.step import Step, params, step_type
from flows.engine.stored_settings import build
from flows.steps import REGISTRY


def test_two_kinds_cannot_share_a_name():
    with pytest.raises(ValueError, match="two kinds of step are called say"):

        @step_type("say", title="Say again", question="Say again")
        class Twice(Step):
            """A second one."""

    assert REGISTRY["say"].title == "Say something"


def test_settings_keep_the_order_in_which_they_were_declared():
    assert list(params(REGISTRY["voicemail"])) == ["prompt", "max_seconds", "finish_key", "goal"]


def test_a_step_cannot_be_changed():
    with pytest.raises(AttributeError):
        build("say", {}).text = "Other."
