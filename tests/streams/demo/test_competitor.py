"""The demo company's cue for its competitor."""

import pytest

from flows.demo_sales import EXPECTED
from streams.demo import competitor
from streams.listening.shipped import ship_cues
from streams.models import Cue

pytestmark = pytest.mark.django_db


@pytest.fixture
def cue():
    ship_cues()
    return Cue.objects.get(key="competitor")


def test_the_shipped_cue_is_on_with_the_name_that_the_sales_call_says(cue):
    competitor.load()
    competitor.load()
    cue.refresh_from_db()
    assert cue.is_on
    assert cue.said.splitlines().count(competitor.NAME) == 1
    assert competitor.NAME in EXPECTED


def test_a_cue_that_people_changed_or_switched_off_again_is_left_alone(cue):
    competitor.load()
    Cue.objects.filter(pk=cue.pk).update(is_on=False)
    competitor.load()
    cue.refresh_from_db()
    assert not cue.is_on
