import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.folding import folded


@pytest.mark.parametrize(
    ("text", "plain"),
    [("Café", "cafe"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("٣", "٣"), ("１２", "12")]
    + [("Don’t!", "don’t!")],
)  # fmt: skip
def test_every_way_to_write_a_text_has_one_spelling(text, plain):
    assert folded(text) == plain


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_text_is_only_put_into_lower_case(text):
    assert folded(text) == text.lower()
