import pytest

from flows import presence

pytestmark = pytest.mark.usefixtures("nobody_here")


def test_people_who_have_a_flow_open_learn_of_each_other(line, builder, publisher):
    assert presence.note(line, builder) == []
    assert presence.note(line, publisher) == ["Maria Lopez"]
    assert presence.note(line, builder) == ["Paul Becker"]


def test_who_left_is_forgotten_after_a_while(line, builder, publisher, monkeypatch):
    presence.note(line, builder)
    later = presence.time.time() + presence.SECONDS + 1
    monkeypatch.setattr(presence.time, "time", lambda: later)
    assert presence.note(line, publisher) == []
