"""The demo company's call list: made once, paused, and ready to be started."""

from datetime import UTC, datetime

import pytest

from flows import demo
from streams.demo import call_lists
from streams.models import Callee, CallList, DoNotCall
from streams.outbound import running

NOW = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


@pytest.fixture
def company(db, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.quick"
    return demo.load()


def test_it_is_made_once_and_nothing_but_a_person_starts_it(company):
    made = call_lists.load(NOW)
    assert call_lists.load(NOW) is None
    assert (CallList.objects.get(), made.state, Callee.objects.count()) == (made, "paused", len(call_lists.PEOPLE))
    assert DoNotCall.objects.count() == 1
    assert running.why_not_start(made) == []


def test_without_the_demo_company_there_is_none(db):
    assert call_lists.load(NOW) is None
