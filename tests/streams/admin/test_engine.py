"""The page of engines, as operations find it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from streams import engine_tests, engines, troubles
from streams.engine_tests import Verdict
from streams.engines import Engine
from streams.models import EngineTest
from tests.streams.admin.test_call import text_of
from tests.streams.made import a_call

PAGE = reverse("admin:streams_engines")
TESTS = ("view_call", "test_engine")
FAILED = {"ability": "agent", "engine": "it", "fault": "key", "what": "OpenAI refuses the key."}


@pytest.fixture
def it(monkeypatch):
    """An engine called It, whose tests say what the test wants."""
    monkeypatch.setitem(engines.tables()["agent"], "it", Engine("It", lambda: None))

    def says(works, sentence):
        monkeypatch.setattr(engine_tests, "test", lambda ability, name: Verdict(works, sentence))

    return says


def press(client, ability="agent", engine="it"):
    return client.post(PAGE, {"ability": ability, "engine": engine}, follow=True)


def test_every_engine_is_listed_with_what_it_needs(signed_in, monkeypatch):
    monkeypatch.setitem(engines.tables()["agent"], "it", Engine("It", lambda: None, needs=("OPENAI_API_KEY",)))
    page = text_of(signed_in("view_call").get(PAGE))
    assert "Scripted assistant (no AI) usual" in page
    assert "Needs OPENAI_API_KEY." in page
    assert "Test this engine" not in page


@pytest.mark.parametrize(("works", "mark"), [(True, "works"), (False, "test failed")])
def test_a_test_says_what_it_found_and_is_kept(signed_in, it, works, mark):
    it(works, "Just so.")
    client = signed_in(*TESTS)
    assert "It: Just so." in text_of(press(client))
    assert f"It {mark}" in text_of(client.get(PAGE))
    press(client)
    assert EngineTest.objects.count() == 1


def test_trouble_on_calls_is_on_the_page_and_on_the_first_page_until_a_test_passes(signed_in, it):
    call = a_call()
    troubles.note(call.pk, FAILED)
    client = signed_in(*TESTS)
    page = client.get(PAGE)
    assert "fails on calls" in text_of(page)
    assert reverse("admin:streams_call_change", args=[call.pk]) in page.content.decode()
    first_page = text_of(client.get("/admin/"))
    assert "failed once with It, and calls went on without it: OpenAI refuses" in first_page
    assert "Look at the engines" in first_page
    it(True, "It works.")
    press(client)
    assert "fails on calls" not in text_of(client.get(PAGE))


def test_answers_have_their_speed(signed_in, finished, monkeypatch):
    call = finished()
    monkeypatch.setattr("streams.admin.engine.datetime", _Clock(call.ended_at))
    call.agent_turns.update(engine="local")
    assert "Half of 1 answer began within 640 ms, 95 of 100 within 640 ms." in text_of(signed_in("view_call").get(PAGE))


class _Clock:
    def __init__(self, now):
        self._now = now

    def now(self, zone):
        return self._now


def test_who_may_not_test_cannot(signed_in, it):
    it(True, "It works.")
    assert press(signed_in("view_call")).status_code == 403
    assert press(signed_in("view_rate")).status_code == 403
    assert signed_in("view_rate").get(PAGE).status_code == 403


def test_an_engine_that_does_not_exist_is_refused(signed_in):
    assert press(signed_in(*TESTS), engine="nobody").status_code == 400
    assert press(signed_in(*TESTS), ability="magic").status_code == 400


def test_more_trouble_takes_no_more_queries(signed_in, it, django_assert_num_queries):
    client = signed_in("view_call")
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        client.get(PAGE)
    for ability in ("agent", "voice", "ears"):
        troubles.note(a_call().pk, FAILED | {"ability": ability})
        EngineTest.objects.create(ability=ability, engine="local", at=timezone.now(), works=True, sentence="Well.")
    with django_assert_num_queries(len(seen)):
        client.get(PAGE)
