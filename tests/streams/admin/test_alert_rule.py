"""What is watched and who is told: set on pages, tried with a button, signed with a secret that is shown once."""

from datetime import time

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from streams.alerts.kinds import KINDS
from streams.models import AlertEndpoint, AlertRule
from tests.flows.pages import fill_in, text_of
from tests.flows.test_help import without_help
from tests.streams.admin.test_alert import in_role
from tests.streams.alerts.receiver import receiving
from tests.streams.budgets.made import a_version

RULES = reverse("admin:streams_alertrule_changelist")
ADD = reverse("admin:streams_alertendpoint_add")
pytestmark = pytest.mark.django_db


@pytest.fixture
def rule(db):
    return AlertRule.objects.get(key="faults")


def say(client, rule, **typed):
    """Type into the rule's form; what the page says then."""
    answer = fill_in(client, rule.get_absolute_url(), "own-form", **typed)
    rule.refresh_from_db()
    return text_of(client.get(answer.url) if answer.status_code == 302 else answer)


def test_every_rule_says_when_it_is_an_alert_and_who_is_told():
    AlertRule.objects.filter(key="faults").update(emails="desk@example.com", quiet_from=time(22), quiet_until=time(7))
    shown = text_of(in_role("billing").get(RULES))
    assert all(kind.title in shown for kind in KINDS.values())
    assert "20 % of a flow’s calls within 1 h have a fault, of at least 10 calls." in shown
    assert "Told: desk@example.com. No mails from 22:00 until 07:00." in shown
    assert "Told: nobody; it stands on this site alone." in shown
    assert "No mail server is set up (EMAIL_URL)" in shown


def test_a_rule_is_set_on_its_page(rule):
    shown = say(
        in_role("billing"),
        rule,
        threshold="30",
        clears_at="12.5",
        at_least="5",
        emails="desk@example.com\nboss@example.com",
        quiet_from="22:00",
        quiet_until="07:00",
    )
    assert "It is saved." in shown
    assert (rule.threshold, float(rule.clears_at), rule.at_least, rule.quiet_from) == (30, 12.5, 5, time(22))
    assert "desk@example.com, boss@example.com" in shown


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"threshold": "0", "clears_at": "0"}, "everything would be an alert"),
        ({"threshold": "5", "clears_at": "6"}, "at most the figure at which it begins"),
        ({"emails": "desk at example"}, "is not a mail address"),
        ({"quiet_from": "22:00"}, "Give both times, or none."),
        ({"window_minutes": "0"}, "Choose 1 or more."),
        ({"window_minutes": "20000"}, "a week (10080) at most"),
    ],
)
def test_what_cannot_work_is_said_at_its_field_and_nothing_is_saved(rule, typed, says):
    before = AlertRule.objects.filter(pk=rule.pk).values().get()
    shown = say(in_role("billing"), rule, **typed)
    assert says in shown
    assert "Nothing was saved yet." in shown
    assert AlertRule.objects.filter(pk=rule.pk).values().get() == before


def test_a_rule_can_be_switched_off(rule):
    assert "not watched" in say(in_role("billing"), rule, active=None)
    assert not rule.active


@pytest.mark.parametrize("key", list(KINDS))
def test_each_field_of_each_rule_has_help_and_asks_for_nothing_that_means_nothing(key):
    AlertEndpoint.objects.create(name="Pager", address="https://hooks.example.com/")
    rule, client = AlertRule.objects.get(key=key), in_role("billing")
    page = client.get(rule.get_absolute_url())
    assert without_help(page) == []
    asked = {name for name in ("window_minutes", "at_least") if f'name="{name}"' in page.content.decode()}
    assert asked == set(KINDS[key].fields)
    assert "It is saved." in say(client, rule)


def test_one_flow_gets_limits_of_its_own_which_begin_as_those_of_all(rule):
    rule.endpoints.add(AlertEndpoint.objects.create(name="Pager", address="https://hooks.example.com/"))
    AlertRule.objects.filter(pk=rule.pk).update(threshold=33, emails="desk@example.com", looked_at=timezone.now())
    flow, client = a_version("Support line").flow, in_role("billing")
    page = client.get(rule.get_absolute_url())
    assert without_help(page) == []
    made = client.post(reverse("admin:streams_alertrule_own", args=[rule.pk]), {"flow": flow.pk})
    own = AlertRule.objects.get(flow=flow)
    assert made.url == own.get_absolute_url()
    assert (own.threshold, own.emails, own.looked_at, own.kind) == (33, "desk@example.com", None, "faults")
    assert [endpoint.name for endpoint in own.endpoints.all()] == ["Pager"]
    shown = text_of(client.get(made.url))
    assert "Faults on Support line" in shown
    assert "for this flow alone" in shown
    assert "the rule of all flows counts for this flow again" in shown
    assert "Other limits for one flow" not in shown
    say(client, own, threshold="5", clears_at="2")
    rule.refresh_from_db()
    assert (own.threshold, rule.threshold) == (5, 33)
    assert "Faults on Support line" in text_of(client.get(RULES))
    assert f'<option value="{flow.pk}">' not in client.get(rule.get_absolute_url()).content.decode()


@pytest.mark.parametrize("flow", ["", "x", "999999"])
def test_without_a_flow_no_limits_are_added(rule, flow):
    client = in_role("billing")
    a_version("Support line")
    sent = client.post(reverse("admin:streams_alertrule_own", args=[rule.pk]), {"flow": flow}, follow=True)
    assert "Choose a flow that has no limits of its own yet." in text_of(sent)
    assert not AlertRule.objects.exclude(flow=None).exists()


def test_only_what_is_of_a_flow_can_have_limits_of_one(rule):
    flow, client = a_version("Support line").flow, in_role("billing")
    offered = {key for key in KINDS if 'id="one-flow"' in _page(client, key)}
    assert offered == {"faults", "silent", "slow"}
    money = reverse("admin:streams_alertrule_own", args=[AlertRule.objects.get(key="money").pk])
    client.post(money, {"flow": flow.pk})
    assert not AlertRule.objects.exclude(flow=None).exists()
    own = reverse("admin:streams_alertrule_own", args=[rule.pk])
    assert in_role("operations viewer").post(own, {"flow": flow.pk}).status_code == 403


def _page(client, key):
    return client.get(AlertRule.objects.get(key=key).get_absolute_url()).content.decode()


def test_operations_may_look_and_not_change(rule):
    client = in_role("operations viewer")
    page = client.get(rule.get_absolute_url())
    assert "You may look at this." in text_of(page)
    assert client.post(rule.get_absolute_url(), {}).status_code == 403
    assert client.post(reverse("admin:streams_alertrule_test", args=[rule.pk])).status_code == 403
    assert "Send a test" not in text_of(client.get(RULES))
    assert client.get(ADD).status_code == 403
    assert "hooks.example.com" not in text_of(client.get(RULES))


@pytest.mark.parametrize("role", ["builder", "publisher"])
def test_builders_have_no_part_in_it(role, rule):
    client = in_role(role)
    assert [client.get(address).status_code for address in (RULES, rule.get_absolute_url(), ADD)] == [403] * 3


def test_a_test_is_sent_at_once_and_the_page_says_what_happened(rule):
    client, test = in_role("billing"), reverse("admin:streams_alertrule_test", args=[rule.pk])
    assert "This rule names nobody." in text_of(client.post(test, follow=True))
    with receiving() as receiver:
        rule.endpoints.add(AlertEndpoint.objects.create(name="Pager", address=receiver.address))
        AlertRule.objects.filter(pk=rule.pk).update(emails="desk@example.com")
        receiver.answers = [200, 500]
        assert "Pager answered HTTP 200" in text_of(client.post(test, follow=True))
        shown = text_of(client.post(test, follow=True))
    assert "Pager: It answered with an error (HTTP 500)." in shown
    assert "desk@example.com: No mail server is set up (EMAIL_URL)" in shown
    assert [sent.subject for sent in mail.outbox] == ["[Callwright] Test of an alert"] * 2


def test_a_web_address_gets_a_secret_that_is_shown_once_and_locked_in_the_database():
    client = in_role("billing")
    page = fill_in(client, ADD, "own-form", name="Pager", address="https://hooks.example.com/x")
    endpoint = AlertEndpoint.objects.get()
    assert len(endpoint.secret) == 64
    assert endpoint.secret in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    for address in (endpoint.get_absolute_url(), RULES):
        assert endpoint.secret not in client.get(address).content.decode()
    stored = AlertEndpoint.objects.extra(select={"raw": "secret"}).values_list("raw", flat=True)[0]
    assert endpoint.secret not in stored


def test_another_address_or_a_press_makes_another_secret_and_another_name_does_not():
    client = in_role("billing")
    fill_in(client, ADD, "own-form", name="Pager", address="https://hooks.example.com/x")
    endpoint = AlertEndpoint.objects.get()
    known = {endpoint.secret}
    fill_in(client, endpoint.get_absolute_url(), "own-form", name="Pager of the night")
    assert AlertEndpoint.objects.get().secret in known
    fill_in(client, endpoint.get_absolute_url(), "own-form", address="https://other.example.com/x")
    known.add(AlertEndpoint.objects.get().secret)
    page = client.post(reverse("admin:streams_alertendpoint_secret", args=[endpoint.pk]))
    known.add(AlertEndpoint.objects.get().secret)
    assert len(known) == 3
    assert AlertEndpoint.objects.get().secret in page.content.decode()
    assert AlertEndpoint.objects.get().name == "Pager of the night"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://hooks.example.com/", "begin with https://"),
        ("https://10.0.0.8/", "not a number"),
        ("https://user:word@hooks.example.com/", "Leave out the name and password"),
        ("https://db.internal/", "private network"),
    ],
)
def test_an_address_that_leads_inside_cannot_be_saved(address, says):
    assert says in text_of(fill_in(in_role("billing"), ADD, "own-form", name="Pager", address=address))
    assert not AlertEndpoint.objects.exists()


def test_each_field_of_a_web_address_has_help():
    assert without_help(in_role("billing").get(ADD)) == []
