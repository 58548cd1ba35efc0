"""What the carrier's voice says on calls that we ordered: in every language of the house, and in theirs."""

import pytest

from streams.ordered import said
from tests.streams.made import a_call

CONSTANTS = [text for name, text in vars(said).items() if name.isupper() and isinstance(text, str)]


@pytest.mark.parametrize("text", CONSTANTS)
def test_every_text_is_known_in_each_language_with_the_same_names_in_it(text):
    assert [own.count("{}") for own in said.TEXTS[text]] == [text.count("{}")] * len(said.IN)


@pytest.mark.django_db
def test_the_language_that_a_call_was_spoken_in_last_counts_and_english_where_none_is_known():
    call = a_call(state={"language": "es-US"})
    assert said.said(said.WHO, call, "Hart") == {"text": said.TEXTS[said.WHO][0].format("Hart"), "language": "es"}
    for other in (a_call(state={"language": "sv-SE"}), a_call(), None):
        assert said.said(said.THANKS, other) == {"text": said.THANKS, "language": ""}
