"""Which texts differ by language, and what stands in for those that are missing."""

from flows.engine.languages import Language
from flows.engine.machine import Exit
from flows.engine.snapshot import make_flow
from flows.engine.spoken_yes_no import yes_or_no
from flows.engine.step import Option
from flows.engine.stored_settings import build
from flows.engine.translating import missing, texts_in, to_translate, translated

SPANISH = "es-US"


def menu(**settings):
    options = [Option(outcome="1", label="Sales", phrases=("buy",))]
    return build("menu", {"prompt": "For sales, press 1.", **settings}, options)


def test_what_callers_hear_and_may_say_is_to_be_translated():
    found = to_translate(menu())
    assert found["prompt"] == "For sales, press 1."
    assert found["say:1"] == "Sales, buy"
    assert "say:1" not in to_translate(menu(speech=False))


def test_usual_texts_are_not_missing():
    assert missing(menu(), SPANISH) == ["prompt", "say:1"]
    assert "no_input_1" in missing(menu(no_input_1="Hello? Anybody?"), SPANISH)
    assert "no_input_1" in missing(menu(), "sv-SE")


def test_a_number_is_read_back_in_the_language_of_the_call():
    number = ("collect_digits", "Number", {"prompt": "Your number?", "read_back": True})
    flow = make_flow(
        name="x",
        start="number",
        steps={"number": number, "bye": ("hang_up", "Bye", {})},
        exits=[Exit(step="number", outcome="ok", goes_to="bye")],
        further=[Language(code=SPANISH)],
    )
    texts = texts_in(flow, SPANISH, {})
    assert {"siete", "siete,", "Gracias por llamar. Adiós."} <= set(texts)
    assert not {"seven", "Your number?"} & set(texts)


def test_yes_and_no_are_those_of_the_language():
    assert [yes_or_no(said, language=SPANISH) for said in ("Sí, claro", "no", "yes")] == ["yes", "no", ""]
    assert [yes_or_no(said, language="de-DE") for said in ("ja", "nein")] == ["yes", "no"]
    assert yes_or_no("oui") == ""


def test_a_person_is_asked_for_in_the_language_of_the_call():
    assert "persona" in translated(menu(), SPANISH).sayable()
    assert "persona" not in menu().sayable()
