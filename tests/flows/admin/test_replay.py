"""Past calls on the draft, on their page."""

from dataclasses import replace

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from flows import publishing
from flows.models import FlowVersion
from flows.seams import PastCall
from tests.flows.pages import client_of, text_of

CALLS: list[PastCall] = []


def played(flow_pk, since, most, rehearsals):
    return [call for call in CALLS if call.began >= since and (rehearsals or not call.rehearsed)][:most]


@pytest.fixture
def watcher(person, settings):
    settings.CALL_EVENTS = "tests.flows.admin.test_replay.played"
    CALLS.clear()
    user = person("builder", username="wanda")
    user.user_permissions.add(Permission.objects.get(codename="view_call"))
    return client_of(user)


@pytest.fixture
def version(line, menu):
    whole = publishing.draft(line).snapshot()
    return FlowVersion.objects.create(flow=line, number=1, spec=1, snapshot=whole)


def a_call(version, key="1"):
    events = [
        (0.0, "entered", "hello", {}),
        (1.0, "entered", "main-menu", {}),
        (2.0, "key", "main-menu", {"digit": key}),
        (2.0, "left", "main-menu", {"outcome": key, "goes_to": "goodbye"}),
        (2.0, "entered", "goodbye", {}),
    ]
    CALLS.append(PastCall(began=timezone.now(), version_pk=version.pk, url="/the-call/", events=events))


def url(flow):
    return reverse("admin:flows_flow_replay", args=[flow.pk])


def test_calls_that_go_the_same_way_are_counted(watcher, line, version):
    a_call(version)
    a_call(version)
    assert "All 2 calls would go the same way" in text_of(watcher.get(url(line)))


def test_calls_that_would_go_elsewhere_stand_together_with_both_ways(watcher, line, menu, version):
    for _ in range(3):
        a_call(version)
    menu.exits.filter(outcome="1").update(goes_to=line.steps.get(key="hello"))
    page = watcher.get(url(line), {"days": "28"})
    shown = text_of(page)
    assert "3 of 3 calls would go elsewhere" in shown
    assert "3 calls, from “Main menu” on" in shown
    assert "goes to “Hello”, and ends at “Main menu”" in shown
    assert "went to “Goodbye”, and ended at “Goodbye”" in shown
    assert page.content.decode().count('href="/the-call/"') == 3


def test_an_empty_page_says_what_will_appear(watcher, line):
    assert "No calls to play" in text_of(watcher.get(url(line), {"days": "made up"}))


def test_many_calls_take_as_many_queries_as_one(watcher, line, version, django_assert_max_num_queries):
    watcher.get(url(line))
    for _ in range(40):
        a_call(version)
    with django_assert_max_num_queries(16):
        assert "All 40 calls" in text_of(watcher.get(url(line)))


def test_who_may_not_see_calls_is_told_where_they_go_but_opens_none(watcher, maria, person, line, menu, version):
    a_call(version)
    menu.exits.filter(outcome="1").update(goes_to=menu)
    for client, opens in ((watcher, True), (maria, False)):
        page = client.get(url(line))
        assert "would go elsewhere" in text_of(page)
        assert (b"/the-call/" in page.content) == opens
    nobody = person(username="nobody")
    assert client_of(nobody).get(url(line)).status_code == 403


def test_test_calls_are_played_where_they_are_asked_for_each_on_the_flow_it_was_made_to(watcher, line, menu, version):
    rehearsed = publishing.draft(line).snapshot()
    a_call(version)
    CALLS.append(replace(CALLS[0], version_pk=0, rehearsed=rehearsed))
    menu.exits.filter(outcome="1").update(goes_to=line.steps.get(key="hello"))
    assert "1 of 1 call would go elsewhere" in text_of(watcher.get(url(line)))
    said = text_of(watcher.get(url(line), {"tests": ""}))
    assert "2 of 2 calls would go elsewhere" in said
    assert "(test call)" in said
    assert "Leave test calls out" in said
