"""Names that are free."""

import pytest

from flows.naming import free_name


@pytest.mark.parametrize(
    ("taken", "more", "name"),
    [
        ((), {}, "Main menu"),
        (("Main menu",), {}, "Main menu 2"),
        (("Main menu", "Main menu 2"), {}, "Main menu 3"),
        (("Main menu",), {"form": "{} ({})"}, "Main menu (2)"),
        (("Main men",), {"longest": 8}, "Main m 2"),
    ],
)
def test_a_name_that_is_taken_gets_a_number_and_never_grows_too_long(taken, more, name):
    assert free_name("Main menu", set(taken), **more) == name
