"""Unmasking one call's numbers on its page: for a reason, by one person, for a while."""

from datetime import timedelta

import pytest
from django.utils import timezone

from streams.models import Unmasking
from tests.streams.admin.test_call import page_of, text_of

CALLER = "+14155550142"
REASON = "The caller asked which number we have."
KEY = (12.0, "key", "menu", {"digit": "7"})


def unmask(client, call, reason=REASON):
    return client.post(f"/admin/streams/call/{call.pk}/unmask/", {"reason": reason}, follow=True)


@pytest.mark.parametrize("permission", ["view_number", "unmask_call"])
def test_who_may_sees_numbers_and_digits_after_giving_a_reason(signed_in, finished, permission):
    call = finished(KEY, caller=CALLER)
    client = signed_in("view_call", "view_transcript", permission)
    before = text_of(client.get(page_of(call)))
    assert CALLER not in before
    assert "presses •" in before
    assert "You alone see this call’s numbers and digits, for 15 minutes. Who looked, when and why is kept." in before
    told = text_of(unmask(client, call))
    assert "You see this call’s numbers until" in told
    assert CALLER in told
    assert "presses 7" in told
    noted = Unmasking.objects.get()
    assert (noted.reason, noted.call, noted.what) == (
        REASON,
        call,
        "telephone numbers, and what was typed or said in digits",
    )


def test_nobody_else_sees_them_nor_any_other_call(signed_in, finished):
    call, other = finished(caller=CALLER), finished(caller="+14155550177")
    client, colleague = (signed_in("view_call", "view_transcript", "unmask_call") for _ in "ab")
    unmask(client, call)
    assert CALLER in text_of(client.get(page_of(call)))
    assert CALLER not in text_of(colleague.get(page_of(call)))
    assert "+14155550177" not in text_of(client.get(page_of(other)))
    assert CALLER not in text_of(client.get("/admin/streams/call/"))


def test_what_was_said_stays_hidden_from_who_may_not_read_it(signed_in, finished):
    call = finished(KEY, caller=CALLER)
    told = text_of(unmask(signed_in("view_call", "unmask_call"), call))
    assert CALLER in told
    assert "presses" not in told
    assert "drill" not in told
    assert Unmasking.objects.get().what == "telephone numbers"


def test_after_its_time_the_page_is_masked_again(signed_in, finished, monkeypatch):
    call = finished(caller=CALLER)
    client = signed_in("view_call", "unmask_call")
    unmask(client, call)
    later = timezone.now() + timedelta(minutes=15, seconds=1)
    monkeypatch.setattr("streams.sharing.unmasking.timezone.now", lambda: later)
    assert CALLER not in text_of(client.get(page_of(call)))


def test_it_can_be_masked_again_at_once(signed_in, finished):
    call = finished(caller=CALLER)
    client = signed_in("view_call", "unmask_call")
    unmask(client, call)
    told = text_of(client.post(f"/admin/streams/call/{call.pk}/mask/", follow=True))
    assert "The numbers are masked again." in told
    assert CALLER not in told


def test_without_a_reason_it_says_what_to_do_and_shows_nothing(signed_in, finished):
    call = finished(caller=CALLER)
    told = text_of(unmask(signed_in("view_call", "unmask_call"), call, reason="why not"))
    assert "Say in a few words why you need to see it, at least 10 letters. It is kept." in told
    assert CALLER not in told
    assert not Unmasking.objects.exists()


def test_who_may_not_is_not_offered_it_and_is_refused(signed_in, finished):
    call = finished(caller=CALLER)
    client = signed_in("view_call", "view_transcript")
    assert "Unmask" not in text_of(client.get(page_of(call)))
    assert unmask(client, call).status_code == 403
    assert unmask(signed_in("unmask_call"), call).status_code == 403
    assert client.get(f"/admin/streams/call/{call.pk}/unmask/").status_code == 405
    assert not Unmasking.objects.exists()


def test_who_lost_the_permission_sees_nothing_more(signed_in, finished):
    call = finished(caller=CALLER)
    client = signed_in("view_call", "unmask_call")
    unmask(client, call)
    user = Unmasking.objects.get().by
    user.user_permissions.remove(user.user_permissions.get(codename="unmask_call"))
    assert CALLER not in text_of(client.get(page_of(call)))


def test_no_cache_keeps_the_page(signed_in, finished):
    call = finished(caller=CALLER)
    assert "no-store" in signed_in("view_call").get(page_of(call))["Cache-Control"]
