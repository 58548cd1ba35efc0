"""Who called again, in whatever order calls are noted; and what stays of a number."""

from datetime import timedelta
from itertools import permutations

import pytest

from streams.figures.noting import note_figures
from streams.figures.repeats import hash_of
from streams.models import Call, CallFigures
from tests.streams.made import NOON, a_call

CALLER = "+14155550142"


@pytest.mark.django_db
@pytest.mark.parametrize("order", permutations(range(3)))
def test_whatever_comes_first_the_earlier_call_was_followed_by_the_later(order):
    hours = (0, 24, 24 + 7 * 24)
    calls = [a_call(ended=30, caller=CALLER, began_at=NOON + timedelta(hours=after)) for after in hours]
    for place in order:
        note_figures(calls[place].pk)
    flags = CallFigures.objects.order_by("began_at").values_list("repeat_day", "repeat_week")
    assert list(flags) == [(True, True), (False, True), (False, False)]


@pytest.mark.django_db
def test_callers_without_a_number_are_not_taken_for_one_another():
    for said in ("", "anonymous", "", "anonymous"):
        note_figures(a_call(ended=30, caller=said).pk)
    assert not CallFigures.objects.exclude(repeat_week=False, caller_hash="").exists()


@pytest.mark.django_db
def test_a_number_that_is_kept_no_longer_leaves_its_hash():
    call = a_call(ended=30, caller=CALLER)
    note_figures(call.pk)
    Call.objects.filter(pk=call.pk).update(caller="")
    assert note_figures(call.pk).caller_hash == hash_of(CALLER)


def test_the_hash_goes_by_the_number_and_by_the_secret_of_the_site(settings):
    first = hash_of(CALLER)
    assert first == hash_of(CALLER.removeprefix("+"))
    assert (len(first), "4155550142" in first) == (64, False)
    settings.SECRET_KEY = "another"
    assert hash_of(CALLER) != first
