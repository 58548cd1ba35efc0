"""Every item is in one batch, in its place."""

import pytest

from streams.batches import batches


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ([], []),
        ([1], [[1]]),
        ([1, 2, 3, 4], [[1, 2], [3, 4]]),
        ([1, 2, 3], [[1, 2], [3]]),
    ],
    ids=["none", "fewer", "whole ones", "a rest"],
)
def test_items_come_a_few_at_a_time(items, found):
    assert list(batches(items, 2)) == found
