"""The first page, as operations find it."""

import pytest
from django.urls import reverse

from flows.numbers import masked
from streams import troubles
from streams.models import Call
from streams.orders import NO_NUMBER
from tests.streams.admin.conftest import SEES_ALL
from tests.streams.admin.test_call import text_of
from tests.streams.made import a_call

INDEX = reverse("admin:index")


def test_the_latest_calls_lead_to_their_pages(signed_in, finished):
    call = finished()
    page = signed_in(*SEES_ALL).get(INDEX)
    assert masked(call.caller) in text_of(page)
    assert reverse("admin:streams_call_change", args=[call.pk]) in page.content.decode()


def test_today_is_counted(signed_in, finished, monkeypatch):
    call = finished()
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *args: call.began_at.date())
    assert "Calls today 1 Reached a person 1" in text_of(signed_in(*SEES_ALL).get(INDEX))


def test_numbers_and_money_need_their_permissions(signed_in, finished):
    call = finished()
    shown = text_of(signed_in("view_call").get(INDEX))
    assert call.caller not in shown
    assert "¢" not in shown
    assert "Latest calls" not in text_of(signed_in("view_rate").get(INDEX))


def test_a_site_without_calls_says_what_will_appear(signed_in):
    assert "No calls here yet." in text_of(signed_in("view_call").get(INDEX))


def test_what_was_refused_is_told_with_the_reason(signed_in):
    for _ in range(2):
        troubles.refused(a_call().pk, "transfer", "Support desk", "It is gone.")
    latest = a_call()
    troubles.refused(latest.pk, "text", "Directions", NO_NUMBER)
    page = signed_in("view_call").get(INDEX)
    shown = text_of(page)
    assert "Putting callers through was refused 2 times, “Support desk”: It is gone." in shown
    assert f"A text message was refused once, “Directions”: {NO_NUMBER}" in shown
    assert f'href="{latest.get_absolute_url()}">The latest such call<' in page.content.decode()
    assert "Look at the engines" not in shown  # none of them is to blame


@pytest.mark.parametrize("calls", [1, 7])
def test_more_calls_need_no_more_queries(calls, signed_in, version, django_assert_max_num_queries):
    for _ in range(calls):
        a_call(ended=5, version=version)
    assert Call.objects.count() == calls
    client = signed_in(*SEES_ALL)
    with django_assert_max_num_queries(13):
        client.get(INDEX)
