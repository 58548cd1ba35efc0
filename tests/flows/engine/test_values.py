import pytest

from flows.engine.values import value


@value
class Point:
    x: int = 0


def test_values_are_equal_when_they_hold_the_same():
    assert Point(x=1) == Point(x=1) != Point(x=2)


def test_values_are_built_by_keyword_and_never_change():
    with pytest.raises(TypeError):
        Point(1)
    with pytest.raises(AttributeError):
        Point().x = 3
