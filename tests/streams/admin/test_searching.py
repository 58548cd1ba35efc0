"""Numbers in searches: nobody finds by more of a number than they are shown."""

import pytest

from streams.admin.searching import by_number
from streams.models import Call
from tests.streams.made import a_call


@pytest.mark.parametrize(("term", "whole", "masked"), [
    ("+1 415-555-0142", True, False),
    ("5550142", True, False),
    ("0142", True, True),
    ("42", True, True),
    ("4155", True, False),
    ("0199", True, False),  # the other number is no caller's
    ("", False, False),
    ("+", False, False),
])  # fmt: skip
def test_a_masked_number_is_found_by_what_is_shown_of_it(db, term, whole, masked):
    a_call(caller="+14155550142", called="+14155550199")
    for sees, found in ((True, whole), (False, masked)):
        assert Call.objects.filter(by_number(term, "caller", "called", whole=sees)).exists() is found
