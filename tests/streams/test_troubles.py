from datetime import UTC, datetime, timedelta

import pytest

from streams import troubles
from streams.models import EngineTrouble
from tests.streams.made import a_call

pytestmark = pytest.mark.django_db

FAILED = {"ability": "agent", "engine": "openai_realtime", "fault": "key", "what": "OpenAI refuses the key."}


def test_an_engine_that_fails_again_is_one_trouble_that_counts():
    first, second = a_call(), a_call()
    troubles.note(first.pk, FAILED)
    troubles.note(second.pk, FAILED | {"fault": "slow", "what": "It fell silent."})
    (trouble,) = troubles.open_now()
    assert (trouble.times, trouble.fault, trouble.sentence) == (2, "slow", "It fell silent.")
    assert trouble.last_call == second


def test_each_engine_has_its_own_trouble():
    call = a_call()
    troubles.note(call.pk, FAILED)
    troubles.note(call.pk, FAILED | {"ability": "voice"})
    assert len(troubles.open_now()) == 2


def test_an_engine_that_works_again_is_in_no_trouble_and_its_next_failure_is_a_new_one():
    call = a_call()
    troubles.note(call.pk, FAILED)
    troubles.over("agent", "openai_realtime")
    assert troubles.open_now() == []
    troubles.note(call.pk, FAILED)
    assert troubles.open_now()[0].times == 1


def test_what_has_not_failed_for_an_hour_is_no_trouble_any_more():
    call = a_call()
    troubles.note(call.pk, FAILED)
    EngineTrouble.objects.update(last_at=datetime.now(UTC) - timedelta(minutes=61))
    assert troubles.open_now() == []
    troubles.note(call.pk, FAILED)
    assert [trouble.times for trouble in troubles.open_now()] == [1]


@pytest.mark.parametrize("data", [{}, {"what": "x" * 5000}, {"engine": None}])
def test_whatever_the_log_says_can_be_kept(data):
    troubles.note(a_call().pk, data)
    assert len(troubles.open_now()) == 1


@pytest.mark.parametrize(("hours", "shown"), [(23, 1), (25, 0)])
def test_what_was_refused_stays_a_trouble_for_a_day(hours, shown):
    troubles.refused(a_call().pk, "transfer", "Support desk", "It is gone.")
    EngineTrouble.objects.update(last_at=datetime.now(UTC) - timedelta(hours=hours))
    troubles.close_old(datetime.now(UTC))
    assert len(troubles.open_now()) == shown


def test_a_place_with_a_long_name_can_be_refused():
    troubles.refused(a_call().pk, "transfer", "x" * 80, "It is gone.")
    assert troubles.open_now()[0].engine == "x" * 40
