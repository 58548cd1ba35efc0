"""What a price is for, stored and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.billing.kinds import Kind, kind_of


@pytest.mark.parametrize(
    ("stored", "title", "counted", "one"),
    [
        ("stream", "The line’s audio stream", "minutes", "minute"),
        ("ai:gpt-x:audio_out", "gpt-x", "audio tokens spoken", "audio token spoken"),
        ("ai:nova:seconds", "nova", "seconds heard", "second heard"),
        ("ai:house:talker:turns", "house:talker", "turns", "turn"),
    ],
)
def test_a_kind_is_read_in_words(stored, title, counted, one):
    kind = kind_of(stored)
    assert (kind.title, kind.counted, kind.one) == (title, counted, one)
    assert kind.stored == stored


@given(st.text(min_size=1), st.text().filter(lambda unit: ":" not in unit))
def test_whatever_is_stored_is_read_back(model, unit):
    assert kind_of(Kind(model, unit).stored) == Kind(model, unit)


@given(st.text())
def test_nothing_that_is_stored_breaks_the_list(stored):
    kind = kind_of(stored)
    assert isinstance(kind.title + kind.counted + kind.one, str)
