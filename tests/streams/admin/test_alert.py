"""The pages of alerts: what is wrong, what to do, who took it on, who was told; each as far as one may."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from streams.models import Alert, AlertRule
from tests.flows.pages import text_of

LIST, INDEX = reverse("admin:streams_alert_changelist"), reverse("admin:index")
SEES = ("view_alert", "view_call")
MAY = (*SEES, "handle_alert")


def an_alert(key="faults", *, closed=False, **fields):
    now = timezone.now()
    given = {
        "subject": str(Alert.objects.count()),
        "title": "Faults on Main line",
        "figure": "5 of 20 calls in 1 h had a fault, 25 %",
        "opened_at": now - timedelta(minutes=90),
        "seen_at": now,
        "told_at": now,
        "closed_at": now if closed else None,
        "behind": "outcome_kind__exact=fault",
    }
    return Alert.objects.create(rule=AlertRule.objects.get(key=key), **given | fields)


def in_role(role):
    user = User.objects.create_user(role.replace(" ", "-"), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def take(client, alert, **sent):
    return text_of(client.post(reverse("admin:streams_alert_take", args=[alert.pk]), sent, follow=True))


def test_an_open_alert_says_what_since_when_what_to_do_and_which_calls(signed_in):
    alert = an_alert()
    for address in (LIST, alert.get_absolute_url()):
        page = signed_in(*SEES).get(address)
        shown = text_of(page)
        assert "5 of 20 calls in 1 h had a fault, 25 %" in shown
        assert "1 h 30 min" in shown
        assert "each page begins with what went wrong" in shown
        assert f"{reverse('admin:streams_call_changelist')}?outcome_kind__exact=fault" in page.content.decode()


def test_the_calls_behind_it_open_the_list_of_calls(signed_in, finished):
    bad = finished(outcome_kind="fault")
    alert = an_alert(behind="outcome_kind__exact=person")
    page = signed_in(*SEES).get(f"{reverse('admin:streams_call_changelist')}?{alert.behind}")
    assert bad.get_absolute_url() in page.content.decode()


def test_past_alerts_stand_below_with_their_notes_and_kinds_narrow_down(signed_in):
    an_alert(closed=True, note="The vendor had an outage.")
    an_alert("engine", title="The assistant failed")
    client = signed_in(*SEES)
    shown = text_of(client.get(LIST))
    assert shown.index("The assistant failed") < shown.index("Past alerts") < shown.index("The vendor had an outage.")
    assert "The assistant failed" not in text_of(client.get(LIST, {"kind": "faults"}))
    assert "The assistant failed" in text_of(client.get(LIST, {"kind": "unheard of"}))


def test_an_empty_page_says_what_will_appear(signed_in):
    shown = text_of(signed_in("view_alert").get(LIST))
    assert "Nothing is wrong" in shown
    assert "None yet. What is over moves here" in shown


def test_who_takes_it_on_is_kept_with_the_note_and_it_may_be_left_again(signed_in):
    alert, client = an_alert(), signed_in(*MAY)
    assert "You took it on." in take(client, alert, note="Rolled back to version 3")
    alert.refresh_from_db()
    assert alert.note == "Rolled back to version 3"
    assert alert.taken_by.username.startswith("user-")
    assert "Rolled back to version 3" in text_of(client.get(alert.get_absolute_url()))
    assert "Nobody has it now." in take(client, alert, again="1")
    alert.refresh_from_db()
    assert (alert.taken_at, alert.taken_by, alert.note) == (None, None, "Rolled back to version 3")
    assert LogEntry.objects.count() == 2


def test_who_may_only_look_takes_nothing_on(signed_in):
    alert, client = an_alert(), signed_in(*SEES)
    assert "I take it on" not in text_of(client.get(alert.get_absolute_url()))
    assert client.post(reverse("admin:streams_alert_take", args=[alert.pk])).status_code == 403
    assert signed_in(*MAY).get(reverse("admin:streams_alert_take", args=[alert.pk])).status_code == 405


def test_messages_say_in_words_how_they_went(signed_in):
    alert, now = an_alert(), timezone.now()
    alert.notices.create(number=1, event="opened", says="x", email="desk@example.com", state="sent", sent_at=now)
    alert.notices.create(
        number=2, event="still", says="x", email="desk@example.com", attempts=2, error="It did not answer in time."
    )
    shown = text_of(signed_in(*SEES).get(alert.get_absolute_url()))
    assert "desk@example.com that it began sent" in shown
    assert "that it goes on waiting" in shown
    assert "It did not answer in time. (2 tries)" in shown
    other = an_alert("engine")
    assert "Nobody: this rule names no mail address" in text_of(signed_in(*SEES).get(other.get_absolute_url()))


@pytest.mark.parametrize(
    ("role", "sees", "handles"),
    [
        ("operations viewer", True, True),
        ("billing", True, True),
        ("builder", False, False),
        ("publisher", False, False),
    ],
)
def test_each_role_sees_and_does_what_is_its_own(role, sees, handles, db):
    alert, client = an_alert(), in_role(role)
    for address in (LIST, alert.get_absolute_url()):
        assert client.get(address).status_code == (200 if sees else 403)
    assert client.post(reverse("admin:streams_alert_take", args=[alert.pk])).status_code == (302 if handles else 403)


def test_the_bell_counts_what_nobody_took_on(signed_in):
    an_alert()
    an_alert(closed=True)
    client = signed_in(*MAY, "view_budget")
    assert "1 open : Alerts" in text_of(client.get(reverse("admin:streams_budget_changelist")))
    assert "Faults on Main line" in text_of(client.get(INDEX))
    Alert.objects.update(taken_at=timezone.now())
    assert "1 open" not in text_of(client.get(reverse("admin:streams_budget_changelist")))
    assert "(taken on)" in text_of(client.get(INDEX))


def test_who_may_not_see_alerts_sees_no_bell(signed_in):
    an_alert()
    assert "Faults on Main line" not in text_of(signed_in("view_call").get(INDEX))


def test_more_alerts_ask_no_more_queries(signed_in, django_assert_max_num_queries):
    client = signed_in(*MAY)
    for _ in range(8):
        an_alert()
        an_alert(closed=True)
    with django_assert_max_num_queries(9):
        client.get(LIST)


def test_what_is_typed_by_people_is_shown_as_text(signed_in):
    alert = an_alert(title="<script>alert(1)</script>", note="<b>x</b>")
    page = signed_in(*MAY).get(alert.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "<b>x</b>" not in page
