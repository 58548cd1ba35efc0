"""The sidebar: what a person finds there."""

import pytest
from django.contrib.auth import get_user_model
from django.test import RequestFactory

from ivrsite import sidebar


@pytest.fixture
def found(db):
    """The sidebar of a superuser at this path, as {group: {title: is it active}}."""

    def at(path):
        request = RequestFactory().get(path)
        request.user, _ = get_user_model().objects.get_or_create(username="chief", is_superuser=True)
        groups = sidebar.navigation(request)
        return {group["title"]: {item["title"]: item["active"] for item in group["items"]} for group in groups}

    return at


def test_every_page_of_the_table_exists(found):
    assert {title: set(items) for title, items in found("/admin/").items()} == {
        title: {item[0] for item in items} for title, items in sidebar.SIDEBAR.items()
    }


@pytest.mark.parametrize(
    ("path", "active"),
    [
        ("/admin/flows/flow/7/change/", "Flows"),
        ("/admin/streams/call/", "Calls"),
        ("/admin/streams/call/report/", "Reports"),
        ("/admin/", None),
    ],
)
def test_one_entry_at_most_is_active(path, active, found):
    shown = [title for items in found(path).values() for title, is_active in items.items() if is_active]
    assert shown == ([active] if active else [])


def test_a_figure_stands_beside_an_entry_only_when_there_is_something_to_count(monkeypatch, db):
    request = RequestFactory().get("/admin/")
    request.user = get_user_model().objects.create(username="chief", is_superuser=True)
    monkeypatch.setattr("streams.admin.alert.open_count", lambda request: 3)
    found = {item["title"]: item.get("badge") for group in sidebar.navigation(request) for item in group["items"]}
    assert {title: badge for title, badge in found.items() if badge} == {"Alerts": "3"}
    monkeypatch.setattr("streams.admin.alert.open_count", lambda request: 0)
    assert not any("badge" in item for group in sidebar.navigation(request) for item in group["items"])


def test_a_page_that_is_not_there_is_left_out(found, monkeypatch):
    monkeypatch.setitem(sidebar.SIDEBAR, "Run", [("Gone", "x", "admin:flows_gone_changelist", "auth.view_user")])
    assert "Run" not in found("/admin/")


def test_what_is_not_allowed_is_left_out(person_without_roles):
    request = RequestFactory().get("/admin/")
    request.user = person_without_roles
    assert sidebar.navigation(request) == []


@pytest.fixture
def person_without_roles(db):
    return get_user_model().objects.create_user("nobody", is_staff=True)
