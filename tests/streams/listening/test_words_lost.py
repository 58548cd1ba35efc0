"""No final word is lost and none is doubled, whatever happens to the line between us and the engines.

At full size, 1,000 utterances with each engine: `python -m benchmarks.words_lost`.
"""

import pytest

from tests.streams.listening.breaking_lines import RUNS, hurry, run

UTTERANCES = 24


@pytest.fixture(autouse=True)
def hurried(monkeypatch):
    """Time passes fifty times as fast as in a call."""
    hurry(monkeypatch.setattr)


@pytest.mark.parametrize("name", RUNS)
async def test_no_final_word_is_lost_and_none_is_doubled(name):
    found = await run(name, UTTERANCES, seed=7)
    assert (found.lost, found.doubled) == ([], [])
    assert found.of("listening_lost") == found.of("listening_deaf") == []
