"""Who saw the numbers of a call is only ever added to; and it outlives call and person."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from streams.models import LinkOpening, SharedLink, Unmasking
from streams.models.sharing import CannotBeChanged, digest_of
from streams.sharing.links import Shown, find, opened, share
from streams.sharing.unmasking import NoReason, mask_again, unmask, unmasked_until
from tests.streams.made import a_call

REASON = "The caller asked which number we have."


@pytest.fixture
def ann(db):
    return User.objects.create_user("ann", first_name="Ann", last_name="Other")


@pytest.fixture
def call(db):
    return a_call()


def test_it_is_for_that_person_and_that_call_and_for_a_while(call, ann):
    noted = unmask(call, ann, f"  {REASON}\n", digits=True)
    assert (noted.seen_by, noted.reason, noted.call_named) == ("Ann Other", REASON, call.call_uuid)
    assert timedelta(minutes=14) < noted.until - timezone.now() <= timedelta(minutes=15)
    assert unmasked_until(call, ann) == noted.until
    assert unmasked_until(call, User.objects.create_user("bob")) is None
    assert unmasked_until(a_call(), ann) is None


def test_it_ends_by_itself(call, ann):
    row = {"call": call, "by": ann, "what": "", "reason": REASON, "seen_by": "Ann"}
    Unmasking.objects.create(until=timezone.now() - timedelta(seconds=1), **row)
    assert unmasked_until(call, ann) is None


def test_masking_again_is_noted_and_ends_it(call, ann):
    unmask(call, ann, REASON, digits=False)
    mask_again(call, ann)
    mask_again(call, ann)
    assert unmasked_until(call, ann) is None
    assert list(Unmasking.objects.values_list("what", flat=True)) == ["masked again", "telephone numbers"]


@pytest.mark.parametrize("reason", ["", "because", "    .    .    "])
def test_without_a_reason_nothing_is_shown_or_noted(call, ann, reason):
    with pytest.raises(NoReason, match="at least 10"):
        unmask(call, ann, reason, digits=True)
    assert not Unmasking.objects.exists()


def test_what_was_seen_is_neither_changed_nor_deleted(call, ann):
    noted = unmask(call, ann, REASON, digits=True)
    link, _token = share(call, ann, Shown())
    opened(link, "203.0.113.9")
    opening = LinkOpening.objects.get()
    for row in (noted, opening):
        with pytest.raises(CannotBeChanged):
            row.save()
        with pytest.raises(CannotBeChanged):
            row.delete()
        with pytest.raises(CannotBeChanged):
            type(row).objects.all().delete()
    with pytest.raises(CannotBeChanged):
        Unmasking.objects.update(reason="none")


def test_it_is_kept_when_the_call_and_the_person_are_gone(call, ann):
    unmask(call, ann, REASON, digits=True)
    _link, token = share(call, ann, Shown())
    name = call.call_uuid
    ann.delete()
    call.delete()
    noted = Unmasking.objects.get()
    assert (noted.seen_by, noted.call_named, noted.call, noted.by) == ("Ann Other", name, None, None)
    assert SharedLink.objects.get().made_by == "Ann Other"
    assert find(token) is None


def test_of_a_token_only_the_digest_is_kept(call, ann):
    link, token = share(call, ann, Shown())
    assert len(token) >= 43  # 256 bits
    assert link.digest == digest_of(token)
    assert token not in str(SharedLink.objects.values().get())
