import pytest

from streams.desk import live


@pytest.fixture(autouse=True)
def names_of_this_test():
    """Versions never change, so their names are read once; the next test's version may have the same number."""
    live._of_version.cache_clear()
    live._of_test.cache_clear()
