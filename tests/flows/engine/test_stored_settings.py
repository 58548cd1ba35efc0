import pytest

from flows.engine.commands import KnownAnswer
from flows.engine.step import Option
from flows.engine.stored_settings import SettingsError, build, settings_of


def test_settings_come_back_as_they_were_given():
    step = build("collect_digits", {"prompt": "Number?", "fewest": 4, "lowest": 7, "do_not_keep": True})
    stored = settings_of(step)
    assert (stored["fewest"], stored["lowest"], stored["highest"], stored["do_not_keep"]) == (4, 7, None, True)
    assert build("collect_digits", stored) == step


def test_rows_are_stored_as_plain_data():
    rows = [{"question": "hours", "answer": "Nine to five."}]
    step = build("agent", {"knowledge": rows})
    assert step.knowledge == (KnownAnswer(question="hours", answer="Nine to five."),)
    assert settings_of(step)["knowledge"] == rows


def test_whole_seconds_may_be_stored_as_whole_numbers():
    assert build("menu", {"first_key_seconds": 7}).first_key_seconds == 7.0


@pytest.mark.parametrize(
    ("kind", "settings", "field"),
    [
        ("teleport", {}, ""),
        ("say", {"txt": "Hello."}, "txt"),
        ("say", {"text": 5}, "text"),
        ("say", {"text": None}, "text"),
        ("say", {"barge_in": "yes"}, "barge_in"),
        ("say", {"barge_in": 1}, "barge_in"),
        ("menu", {"attempts": True}, "attempts"),
        ("menu", {"attempts": 2.5}, "attempts"),
        ("menu", {"attempts": "3"}, "attempts"),
        ("menu", {"first_key_seconds": False}, "first_key_seconds"),
        ("menu", {"options": []}, "options"),
        ("collect_digits", {"lowest": "7"}, "lowest"),
        ("agent", {"knowledge": "hours"}, "knowledge"),
        ("agent", {"knowledge": [["hours", "nine"]]}, "knowledge"),
        ("agent", {"knowledge": [{"question": "hours"}]}, "knowledge"),
        ("agent", {"knowledge": [{"question": "hours", "answer": 9}]}, "knowledge"),
        ("agent", {"knowledge": [{"question": "hours", "answer": "9", "more": ""}]}, "knowledge"),
        ("opening_hours", {"schedule": {}}, "schedule"),
    ],
)
def test_settings_that_do_not_fit_are_refused_and_named(kind, settings, field):
    with pytest.raises(SettingsError) as refused:
        build(kind, settings)
    assert refused.value.field == field
    assert refused.value.sentence.endswith(".")


def test_exits_of_the_kind_itself_are_not_taken_for_options():
    exits = [Option(outcome=name, label=name) for name in ("1", "person", "no-input", "no-match-2", "billing")]
    step = build("menu", {"offer_person": False}, exits)
    assert [option.outcome for option in step.options] == ["1", "billing"]


def test_a_kind_without_options_ignores_exits():
    assert build("say", {}, [Option(outcome="1")]).options == ()
