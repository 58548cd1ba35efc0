"""A past call becomes a test call of its flow."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from flows import drafts, publishing
from flows.models import Exit, Flow, FlowVersion, TestCall
from flows.testcalls import gate
from streams.models import CallEvent
from tests.streams.made import a_call

PERMITTED = ("view_call", "view_transcript", "change_flow", "view_flow")


@pytest.fixture
def signed_in_as(db):
    def make(*codenames):
        user = User.objects.create_user(f"user-{User.objects.count()}", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client = Client()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def version(db):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    menu = drafts.add_step(flow, name="Main menu", kind="menu")
    bye = drafts.add_step(flow, name="Goodbye", kind="hang_up")
    menu.settings = {"prompt": "For billing, press 1."}
    menu.save()
    fixed = {"no-input": bye, "no-match": bye, "person": bye}
    drafts.write_exits(menu, [Exit(outcome="1", label="Billing", goes_to=bye)], fixed)
    whole = publishing.draft(flow).snapshot()
    return FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=whole)


@pytest.fixture
def call(version):
    made = a_call(ended=9, version=version, answered_at=datetime(2026, 11, 23, 14, 5, tzinfo=UTC))
    told = [
        ("answered", "", {}),
        ("entered", "main-menu", {}),
        ("key", "main-menu", {"digit": "1"}),
        ("left", "main-menu", {"outcome": "1", "goes_to": "goodbye"}),
        ("entered", "goodbye", {}),
        ("hangup", "goodbye", {"reason": "the flow ended the call"}),
    ]
    CallEvent.objects.bulk_create(
        CallEvent(call=made, seq=seq, at=float(seq), kind=kind, step=step, data=data)
        for seq, (kind, step, data) in enumerate(told)
    )
    return made


def keep_url(call):
    return reverse("admin:streams_call_keep", args=[call.pk])


def test_one_click_keeps_a_call_as_a_test_that_passes(signed_in_as, call, version):
    client = signed_in_as(*PERMITTED)
    page = client.get(reverse("admin:streams_call_change", args=[call.pk])).content.decode()
    assert keep_url(call) in page
    assert "Keep as test" in page
    answer = client.post(keep_url(call))
    test = TestCall.objects.get()
    assert answer.url == test.get_absolute_url()
    assert test.lines.splitlines() == [
        "calls on 23 November 2026 at 14:05",
        "caller presses 1",
        'goes to "Goodbye"',
        'ends at "Goodbye"',
    ]
    assert call.caller not in test.lines
    ((_, result),) = gate.results(version.flow, publishing.draft(version.flow).flow)
    assert result.passed


@pytest.mark.parametrize("lacking", ["view_transcript", "change_flow", "view_call"])
def test_it_is_offered_to_those_who_may_read_calls_and_change_flows(signed_in_as, call, lacking):
    client = signed_in_as(*[permission for permission in PERMITTED if permission != lacking])
    page = client.get(reverse("admin:streams_call_change", args=[call.pk]))
    assert "Keep as test" not in page.content.decode()
    assert client.post(keep_url(call)).status_code == 403
    assert not TestCall.objects.exists()


def test_looking_keeps_nothing(signed_in_as, call):
    assert signed_in_as(*PERMITTED).get(keep_url(call)).status_code == 405
