"""The page that says how long data is kept."""

import pytest
from django.urls import reverse

from flows.models import Flow
from ivrsite import headers
from streams.models import RetentionRule, RetentionRun
from streams.retention import rules
from streams.retention.kinds import KINDS
from tests.flows.pages import text_of
from tests.streams.made import a_call, at

pytestmark = pytest.mark.django_db
URL = reverse("admin:streams_retentionrule_changelist")


@pytest.fixture
def keeper(signed_in):
    return signed_in("view_retentionrule", "change_retentionrule")


def typed(how="days", **more):
    given = {}
    for kind in KINDS:
        given |= {f"how-{kind.name}": how, f"days-{kind.name}": kind.days}
    return given | {name.replace("_", "-"): value for name, value in more.items()}


def test_each_kind_is_explained_with_its_days_and_what_goes_next_night(keeper):
    page = keeper.get(URL)
    said = text_of(page)
    assert page["Content-Security-Policy"] == headers.STRICT
    for kind in KINDS:
        assert kind.title in said
        assert kind.holds in said
    assert "What was removed Nothing yet." in said


def test_days_are_changed_and_kept(keeper):
    answer = keeper.post(URL, typed(days_transcripts=30, how_summaries="ever"), follow=True)
    assert "Saved. What is older than that goes next night." in text_of(answer)
    assert rules.kept(None)["transcripts"] == 30
    assert rules.kept(None)["summaries"] is None
    assert str(RetentionRule.objects.get(kind="transcripts").changed_by).startswith("user-")


def test_what_would_be_removed_is_shown_before_anything_is_decided(keeper):
    a_call(ended=60, began_at=at(-200 * 365 * 86400 / 3), answered_at=None)
    from streams.models import Call

    Call.objects.update(ended_at="2026-01-01T00:00Z")
    RetentionRule.objects.create(kind="transcripts", days=None)
    shown = keeper.post(URL, typed(days_transcripts=30))
    assert "Next night this removes for good: Transcripts of 1 more call" in text_of(shown)
    assert rules.kept(None)["transcripts"] is None
    keeper.post(URL, typed(days_transcripts=30, confirm="1"))
    assert rules.kept(None)["transcripts"] == 30


def test_a_flow_has_its_own_or_what_the_site_has(keeper):
    flow = Flow.objects.create(name="Main line", slug="main-line")
    url = f"{URL}?flow={flow.pk}"
    keeper.post(url, typed("site", how_words="days", days_words=7))
    assert rules.kept(flow.pk) == {kind.name: rules.SITE for kind in KINDS} | {"words": 7}
    assert "Main line · its own" in text_of(keeper.get(URL))
    keeper.post(url, typed("site"))
    assert not RetentionRule.objects.exists()


@pytest.mark.parametrize(
    ("said", "problem"),
    [("", "Write how many days, or choose “for ever”."), ("0", "greater than or equal to 1"), ("x", "whole number")],
)
def test_what_is_not_a_number_of_days_is_refused_beside_its_field(keeper, said, problem):
    assert problem in text_of(keeper.post(URL, typed(days_words=said)))
    assert not RetentionRule.objects.exists()


def test_who_may_only_look_sees_it_in_words(signed_in):
    viewer = signed_in("view_retentionrule")
    RetentionRule.objects.create(kind="words", days=None)
    said = text_of(viewer.get(URL))
    assert "for ever" in said
    assert "90 days" in said
    assert "Save" not in said
    assert viewer.post(URL, typed()).status_code == 403
    assert signed_in("view_call").get(URL).status_code == 403


def test_nights_are_listed_in_counts(keeper):
    RetentionRun.objects.create(began_at=at(0), ended_at=at(1), removed={"words": 1204, "strays": 2})
    RetentionRun.objects.create(began_at=at(2))
    said = text_of(keeper.get(URL))
    assert "Words and keys in the log: 1,204 · Messages about no call of ours: 2" in said
    assert "Nothing was old enough. It was broken off; the next run goes on." in said
