"""Every kind, setting and end has words of its own in a file."""

import pytest

from flows.portable import wording
from flows.steps import REGISTRY


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_the_words_of_a_kind_lead_back_to_it(kind):
    assert wording.kind_named(wording.kind_in_words(kind)) == kind
    assert wording.kind_named(REGISTRY[kind].title.upper()) == kind


@pytest.mark.parametrize("kind", sorted(REGISTRY))
def test_no_two_settings_or_ends_of_a_kind_are_called_alike(kind):
    settings = [wording.folded(said) for said in wording.settings_in_words(kind).values()]
    ends = wording.outcomes_in_words(REGISTRY[kind].own_outcomes).values()
    assert len(settings) == len(set(settings))
    assert not set(settings) & set(wording.RESERVED)
    assert len(ends) == len(set(ends))


def test_an_abbreviation_keeps_its_capitals():
    assert wording.small("AI step") == "AI step"
    assert wording.small("What callers hear") == "what callers hear"
