"""What rules read in a step."""

from flows.practice import reading
from tests.builders import flow_of, step_of


def test_a_voice_reads_fifteen_characters_a_second():
    assert reading.seconds_of("x" * 45) == 3.0
    assert reading.about(1.2) == "1 second"
    assert reading.about(7.6) == "8 seconds"


def test_the_text_a_step_is_about_is_the_one_that_must_be_there():
    assert reading.heard(step_of("agent"))[0] == "greeting"
    assert reading.heard(step_of("menu", "Well?")) == ("prompt", "Well?")
    assert reading.heard(step_of("transfer"))[0] == "announcement"
    assert reading.heard(step_of("opening_hours")) == ("", "")


def test_what_a_step_does_is_read_from_its_settings():
    asks = {kind: reading.is_asking(step_of(kind)) for kind in ("menu", "ask", "collect_digits", "say", "agent")}
    assert asks == {"menu": True, "ask": True, "collect_digits": True, "say": False, "agent": False}
    assert reading.is_menu(step_of("menu"))
    assert not reading.is_menu(step_of("agent"))
    assert reading.has_assistant(step_of("agent"))


def test_a_setting_that_a_kind_does_not_have_is_read_as_nothing():
    step = step_of("say", "Hello.")
    assert reading.setting(step, "attempts") is None
    assert reading.number(step, "attempts") == 0
    assert reading.text(step, "wants") == ""


def test_sentences_that_forbid_tell_nothing_to_do():
    text = "Help callers. Never book a room. Don’t promise anything. Version 1.5 is out."
    assert list(reading.affirmed(text)) == ["Help callers", "Version 1.5 is out"]


def test_steps_of_a_sort_are_found_with_their_keys():
    flow = flow_of(
        menu=("menu", "Well?", {"1": "helper", ...: "helper"}), helper=("agent", {}, "bye"), bye=("hang_up",)
    )
    assert [key for key, _ in reading.of_menus(flow)] == ["menu"]
    assert [key for key, _ in reading.with_assistants(flow)] == ["helper"]
