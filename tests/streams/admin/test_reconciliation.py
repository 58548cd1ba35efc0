"""The pages “Reconciliation”: what does not add up, and who may settle it."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ivrsite.roles import create_roles
from streams.models import BookDay, CarrierRecord, Charge, ReconcilingNote, Settlement, UnreadableRecord
from tests.streams.admin.test_call import text_of
from tests.streams.reconciling.sides import DAY, NOON, billed, heard

pytestmark = pytest.mark.django_db
DAYS = "admin:streams_reconciliation"
PAGE = "/admin/streams/call/reconciliation/2026-11-23/"


@pytest.fixture
def somebody():
    """A browser of a person in one role."""
    create_roles()

    def sign_in(role):
        user = User.objects.create_user(f"{role}-person", is_staff=True, first_name="Pat", last_name="Lee")
        user.groups.add(Group.objects.get(name=role))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def act(client, key, act, *, note="", digest=None, page=PAGE):
    """Press one of a difference's buttons, as the page offers them."""
    shown = client.get(page).content.decode()
    form = re.search(rf'name="thing" value="{key}">\s*<input type="hidden" name="digest" value="([^"]*)"', shown)
    posted = {"thing": key, "digest": form[1] if digest is None else digest, "note": note, "act": act}
    return client.post(page, posted, follow=True)


def test_the_days_say_in_words_how_they_stand_and_the_ones_that_do_not_add_up_come_first(somebody, settings):
    now = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    settings.PLIVO_AUTH_ID = "MA" + "0" * 18
    good, bad = now - timedelta(days=3), now - timedelta(days=9)
    call, key = heard(at=good)
    billed(call, key, at=good)
    billed("stranger", seconds=6000, at=bad)
    UnreadableRecord.objects.create(kind="call", why="?", raw="", digest="x", day=(now - timedelta(days=4)).date())
    told = text_of(somebody("operations viewer").get(reverse(DAYS)))
    assert "1 difference on 1 day waits for a person." in told
    lines = [f"{bad:%a} {bad.day} {bad:%b} 1 open +30.000 ¢ 9 days 1 0 % 0 1 0 0", "1 not readable"]
    lines.append(f"{good:%a} {good.day} {good:%b} adds up 0 ¢ – 1 100 % 0 0 0 0")
    places = [told.index(line) for line in lines]
    assert places == sorted(places)
    assert told.count("not read yet") == 32


def test_a_day_tells_both_amounts_the_difference_and_why(somebody):
    call, key = heard()
    billed(call, key, seconds=300)
    billed("stranger", seconds=600)
    told = text_of(somebody("operations viewer").get(PAGE))
    assert "Reconciliation of Monday 23 November" in told
    assert "The carrier says 4.500 ¢ less what we say 0.600 ¢ less what was settled 0 ¢ leaves open +3.900 ¢" in told
    assert "The carrier billed 5 min, we heard 1 min 1 s. See the call" in told
    assert "Carrier 1.500 ¢ We 0.600 ¢ Difference +0.900 ¢" in told
    assert "The carrier bills what we never saw. It may have begun while the line was down." in told
    assert "Carrier 3.000 ¢ We nothing Difference +3.000 ¢" in told


def test_who_watches_sees_and_cannot_settle_and_others_do_not_see(somebody):
    call, key = heard()
    billed(call, key, amount="0.05")
    viewer = somebody("operations viewer")
    page = text_of(viewer.get(PAGE))
    assert "People in the group “billing” settle these." in page
    assert "Accept" not in page
    assert viewer.post(PAGE, {"thing": key, "act": "accept-theirs"}).status_code == 403
    for role in ("builder", "publisher"):
        client = somebody(role)
        assert client.get(PAGE).status_code == client.get(reverse(DAYS)).status_code == 403
    assert not Settlement.objects.exists()


def test_billing_accepts_what_the_carrier_says_and_the_day_adds_up(somebody):
    call, key = heard()
    billed(call, key, amount="0.05")
    client = somebody("billing")
    told = text_of(act(client, key, "accept-theirs", note="They raised it in May"))
    assert "It is settled: accepted." in told
    assert "leaves open 0 ¢" in told
    assert "adds up" in told
    assert Settlement.objects.get().by.username == "billing-person"
    assert Charge.objects.current().get(source_key=key).amount == Decimal("0.05")


def test_billing_disputes_and_the_page_says_who_and_why(somebody):
    call, key = heard()
    billed(call, key, amount="0.05")
    told = text_of(act(somebody("billing"), key, "keep-ours", note="Ticket 4711"))
    assert "Disputed by Pat Lee" in told
    assert "“Ticket 4711”" in told
    assert "less what was settled +4.400 ¢ leaves open 0 ¢" in told
    assert Charge.objects.current().get(source_key=key).status == "disputed"


def test_a_call_that_we_never_saw_stays_until_a_person_settles_it(somebody):
    key = billed("stranger", seconds=600)
    client = somebody("billing")
    assert "Accept: we pay it" in text_of(client.get(PAGE))
    act(client, key, "note", note="It began while the line was down")
    page = text_of(client.get(PAGE))
    assert "1 open" in page
    assert "“It began while the line was down”" in page
    assert ReconcilingNote.objects.get().source_key == key
    assert "adds up" in text_of(act(client, key, "accept-theirs"))


def test_what_only_we_have_can_be_settled_too(somebody):
    _, key = heard()
    BookDay.objects.create(day=DAY, whole_at=NOON + timedelta(days=1))
    client = somebody("billing")
    assert "Keep ours: it is still owed" in text_of(client.get(PAGE))
    assert "leaves open 0 ¢" in text_of(act(client, key, "accept-theirs"))


def test_nothing_is_settled_that_the_person_has_not_seen(somebody):
    call, key = heard()
    billed(call, key, amount="0.05")
    client, seen = somebody("billing"), CarrierRecord.objects.get().digest
    billed(call, key, amount="0.07")
    assert "The carrier changed its record since" in text_of(act(client, key, "accept-theirs", digest=seen))
    for thing, what in ((key, "shrug"), ("stream:other", "accept-theirs"), ("", "")):
        assert "settled or gone" in text_of(client.post(PAGE, {"thing": thing, "act": what}, follow=True))
    assert "Write something first" in text_of(act(client, key, "note", note="  "))
    assert not Settlement.objects.exists()


def test_records_that_could_not_be_read_are_shown_without_what_stands_in_them(somebody):
    UnreadableRecord.objects.create(
        kind="call", call_uuid="call-7", why="It does not say what it costs.", raw="+14155550142", digest="x", day=DAY
    )
    page = somebody("operations viewer").get(PAGE)
    assert "It does not say what it costs. A record of a call; the carrier calls its call call-7" in text_of(page)
    assert b"+1415" not in page.content


def test_without_an_account_the_page_says_what_to_do(somebody, settings, tmp_path):
    settings.PLIVO_AUTH_ID, settings.VAR_DIR = "", tmp_path
    told = text_of(somebody("operations viewer").get(reverse(DAYS)))
    assert "PLIVO_AUTH_ID and PLIVO_AUTH_TOKEN into its settings" in told
    assert "Matched" not in told
    (tmp_path / "phone-book").mkdir()
    assert "What is read here is the book of the built-in phone." in text_of(somebody("billing").get(reverse(DAYS)))


def test_a_carrier_that_could_not_be_read_is_told(somebody):
    BookDay.objects.create(day=DAY, problem="Plivo cannot be reached from here; check the network.")
    assert "could not be read at the last try" in text_of(somebody("billing").get(reverse(DAYS)))


def test_an_empty_day_says_what_will_appear_and_no_day_is_not_there(somebody):
    client = somebody("operations viewer")
    assert "Nothing. When the carrier bills something else" in text_of(client.get(PAGE))
    for day in ("2026-13-40", "yesterday", "1066-10-14"):
        assert client.get(f"/admin/streams/call/reconciliation/{day}/").status_code == 404


def test_many_differences_are_shown_in_part(somebody, monkeypatch):
    monkeypatch.setattr("streams.admin.reconciliation.MOST_SHOWN", 2)
    for _ in range(3):
        billed("stranger")
    assert "1 more is not shown" in text_of(somebody("billing").get(PAGE))
