"""Who may do what, tried at the pages."""
# ruff: noqa: F401, F811  (fixtures of the flows' tests)

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management.sql import emit_post_migrate_signal
from django.urls import reverse

from flows import publishing
from flows.models import Destination, Flow, PhoneNumber
from ivrsite.roles import ROLES
from tests.flows.conftest import builder, line, number, person, publisher, quick_voice
from tests.flows.pages import client_of

BUILD = ["admin:flows_flow_changelist", "admin:flows_menu_changelist", "admin:flows_agentstep_changelist"] + [
    "admin:flows_openinghours_changelist",
    "admin:flows_destination_changelist",
    "admin:flows_lookup_changelist",
    "admin:flows_phonenumber_changelist",
    "admin:flows_flowversion_changelist",
    "admin:flows_promptaudio_changelist",
]
PAGE = "admin:streams_{}".format
CALLS = [PAGE(page) for page in ("call_changelist", "report", "reconciliation", "charge_changelist")]
CALLS += [PAGE(page) for page in ("exports", "statements", "mornings")]
DESK = [PAGE(page) for page in ("desk", "callnote_changelist", "textmessage_changelist")]
PAGES = {
    "builder": BUILD,
    "publisher": BUILD,
    "operations viewer": [*CALLS, *DESK],
    "supervisor": [*CALLS, *DESK, PAGE("deskact_changelist")],
    "billing": [*CALLS, PAGE("rate_changelist"), PAGE("rate_add"), PAGE("tokens")],
    "privacy": [PAGE(page) for page in ("retentionrule_changelist", "erasure_changelist", "erasure_add")],
}
EVERY_PAGE = sorted({page for pages in PAGES.values() for page in pages} | {"admin:auth_user_changelist"})
OPEN_TO_MORE = {(role, "admin:streams_rate_changelist") for role in ("operations viewer", "supervisor")}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", EVERY_PAGE)
def test_each_role_opens_its_own_pages_and_no_others(role, page, person):
    status = client_of(person(role)).get(reverse(page)).status_code
    if (role, page) not in OPEN_TO_MORE:
        assert status == (200 if page in PAGES[role] else 403)


def test_staff_without_a_role_see_an_empty_house(person):
    client = client_of(person())
    assert client.get(reverse("admin:index")).status_code == 200
    assert all(client.get(reverse(page)).status_code == 403 for page in EVERY_PAGE)


def test_a_builder_neither_publishes_nor_goes_live(builder, line, number, quick_voice):
    client = client_of(builder)
    publish = reverse("admin:flows_flow_publish", args=[line.pk])
    go_live = reverse("admin:flows_phonenumber_go_live", args=[number.pk])
    version = publishing.publish(line, by=None)

    assert "Publish…" not in client.get(line.get_absolute_url()).content.decode()
    assert "Go live" not in client.get(number.get_absolute_url()).content.decode()
    assert "Go live" not in client.get(version.get_absolute_url()).content.decode()
    assert client.post(publish, {"notes": ""}).status_code == 403
    assert client.post(go_live, {"version": version.pk, "why": "x"}).status_code == 403
    assert client.post(number.get_absolute_url(), {"number": "+14155550100"}).status_code == 403
    assert PhoneNumber.objects.get().version is None


def test_a_publisher_sees_the_buttons(publisher, line, number, quick_voice):
    client = client_of(publisher)
    version = publishing.publish(line, by=None)
    assert "Publish…" in client.get(line.get_absolute_url()).content.decode()
    assert "Go live with…" in client.get(number.get_absolute_url()).content.decode()
    assert f"Go live on {number}" in client.get(version.get_absolute_url()).content.decode()


@pytest.mark.parametrize("role", ["operations viewer", "billing"])
def test_who_watches_calls_changes_no_flow(role, person, line):
    client = client_of(person(role))
    step = line.steps.first()
    for url in (line.get_absolute_url(), step.get_absolute_url(), reverse("admin:flows_flow_add")):
        assert client.get(url).status_code == 403
        assert client.post(url, {"name": "Taken over"}).status_code == 403
    assert Flow.objects.get().name == "Main line"


def test_nobody_but_a_superuser_gives_roles(person):
    for role in ROLES:
        user = person(role)
        url = reverse("admin:auth_user_change", args=[user.pk])
        assert client_of(user).post(url, {"is_superuser": "on"}).status_code == 403


def test_the_sidebar_holds_what_the_person_may_open(builder, person):
    page = client_of(builder).get(reverse("admin:index")).content.decode()
    assert reverse("admin:flows_destination_changelist") in page
    assert reverse("admin:streams_report") not in page
    page = client_of(person("billing")).get(reverse("admin:index")).content.decode()
    assert reverse("admin:streams_report") in page
    assert reverse("admin:flows_destination_changelist") not in page


def test_every_permission_of_a_role_exists(db):
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")}
    assert {role: wanted - known for role, wanted in ROLES.items()} == {role: set() for role in ROLES}


def test_migrating_restores_the_roles(db):
    group = Group.objects.get(name="builder")
    group.permissions.add(Permission.objects.get(codename="publish_flow"))
    group.permissions.remove(Permission.objects.get(codename="change_step"))

    emit_post_migrate_signal(verbosity=0, interactive=False, db="default")

    held = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}
    assert held == ROLES["builder"]


def test_a_destination_is_approved_by_a_publisher_only(builder, publisher):
    desk = Destination.objects.create(key="d", name="Desk", number="+14155550123", awaits_approval=True)
    url = reverse("admin:flows_destination_approve", args=[desk.pk])
    assert client_of(builder).post(url).status_code == 403
    assert client_of(publisher).post(url).status_code == 302
