"""Promises and by when they are due, by patterns of four languages."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.listening.promising import LONGEST, by_when, promised


@pytest.mark.parametrize(
    ("text", "what", "due"),
    [
        ("OK, I'll send you the form by Friday.", "I'll send you the form by Friday", "by Friday"),
        ("Le enviaré el formulario el viernes.", "Le enviaré el formulario el viernes", "el viernes"),
        ("Vale, voy a llamarle mañana por la tarde.", "voy a llamarle mañana por la tarde", "mañana por la tarde"),
        ("Se lo confirmaremos hoy.", "Se lo confirmaremos hoy", "hoy"),
        ("Je vais vous rappeler demain matin.", "Je vais vous rappeler demain matin", "demain matin"),
        ("D’accord, je vous enverrai le contrat lundi.", "je vous enverrai le contrat lundi", "lundi"),
        ("On vous rappelle dans deux heures.", "On vous rappelle dans deux heures", "dans deux heures"),
        ("Ich werde Ihnen das morgen früh zuschicken.", "Ich werde Ihnen das morgen früh zuschicken", "morgen früh"),
        ("Gut, ich schicke Ihnen das bis Freitag.", "ich schicke Ihnen das bis Freitag", "bis Freitag"),
        ("Wir melden uns nächste Woche.", "Wir melden uns nächste Woche", "nächste Woche"),
    ],
)
def test_what_somebody_says_they_will_do_is_found_with_by_when(text, what, due):
    assert (promised(text), by_when(text)) == (what, due)


@pytest.mark.parametrize(
    "text",
    [
        *("", "I will be honest", "You will call", "Le gusta el café", "Vamos a ver", "Voy a ser sincero"),
        *("Je vais bien", "Je vous écoute", "Ich werde alt", "Wir haben offen", "Sie schicken mir das"),
    ],
)
def test_what_is_no_promise_is_none(text):
    assert (promised(text), by_when(text)) == ("", "")


@given(st.text(max_size=200))
def test_whatever_is_said_is_read(text):
    assert len(promised(f"I will send {text}")) <= LONGEST


def test_a_long_and_hostile_utterance_takes_no_time():
    began = time.process_time()
    for text in ("ich werde " * 500, "le " * 1000, "je vous " * 500, "I will " * 500, "a" * 10_000):
        promised(text), by_when(text)
    assert time.process_time() - began < 1.0
