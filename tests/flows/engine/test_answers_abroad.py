"""Days, yes and no in other languages, and what callers hear of them in a flow."""

from dataclasses import replace
from datetime import date

import pytest

from flows.engine.answers_abroad import day_in, is_english, yes_or_no_in
from flows.engine.events import CallResumed
from flows.engine.snapshot import dump, load
from tests.builders import flow_of
from tests.scripted_call import Caller

CHRISTMAS = date(2026, 12, 24)


@pytest.mark.parametrize(
    ("language", "said"),
    [("es-ES", "24 de diciembre"), ("fr-CA", "24 décembre"), ("de-DE", "24. Dezember"), ("pl-PL", "24/12")],
)
def test_a_day_is_said_as_that_language_says_it(language, said):
    assert day_in(language, CHRISTMAS, with_year=False) == said
    assert day_in(language, CHRISTMAS, with_year=True) == f"{said} 2026"
    assert not is_english(language)


def test_yes_and_no():
    assert [yes_or_no_in(code, said) for code, said in (("es-US", "yes"), ("de-DE", "no"), ("pl-PL", "yes"))] == [
        "sí",
        "nein",
        "yes",
    ]


@pytest.mark.parametrize(
    ("wants", "answer", "said"),
    [("date", "2026-12-24", "24 de diciembre"), ("number", "42", "42"), ("yes-no", "yes", "sí")],
)
def test_callers_hear_answers_in_the_language_of_the_call(wants, answer, said):
    flow = flow_of(
        ask=("ask", {"prompt": "What?", "wants": wants, "answer": "it"}, "thanks"),
        thanks=("say", {"text": "It is [it].", "translations": {"es-ES": {"text": "Es [it]."}}}, "bye"),
        bye=("hang_up", "Bye."),
    )
    call = Caller(load({**dump(flow), "languages": [{"language": "es-ES", "voice": ""}]}))
    call.state = replace(call.state, language="es-ES", answers={"it": answer}, step="thanks")
    assert call.feed(CallResumed()).played == ("Es", said)
