"""Whether a call may be listened to, by its own log and what its version keeps."""

import pytest

from flows.models import Flow, FlowVersion
from streams.listening import consent
from tests.streams.made import SNAPSHOT, a_call, log

pytestmark = pytest.mark.django_db

GIVEN, REFUSED, UNPROVEN = (
    ("consent_given", {"by": "notice"}),
    ("consent_refused", {"by": "key"}),
    ("consent_unproven", {"why": "no word came"}),
)
HEARD, OBJECTED, UNHEARD = (("notice_heard", {}), ("notice_refused", {"by": "key"}), ("notice_unproven", {"why": "x"}))


def call_that_said(*told, **kept):
    flow = Flow.objects.create(name="Sales", slug="sales")
    call = a_call(version=FlowVersion.objects.create(flow=flow, number=1, spec=1, snapshot=SNAPSHOT | kept))
    said = ((1.0, kind, "ask", data) for kind, data in told)
    log(call, (0.0, "answered", "", {}), *said, (9.0, "entered", "bye", {}))
    return call


@pytest.mark.parametrize("told", [(GIVEN,), (HEARD,), (UNPROVEN, GIVEN), (REFUSED, GIVEN), (OBJECTED, GIVEN)])
def test_it_may_where_the_last_word_is_that_they_were_told(told):
    assert consent.why_not(call_that_said(*told)) == ""


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ((), "was not told"),
        ((REFUSED,), "does not want"),
        ((GIVEN, REFUSED), "does not want"),
        ((HEARD, REFUSED), "does not want"),
        ((GIVEN, UNPROVEN), "not certain"),
        ((OBJECTED,), "did not want to be recorded"),
        ((UNHEARD,), "not certain"),
    ],
)
def test_why_it_may_not_is_a_sentence(told, why):
    said = consent.why_not(call_that_said(*told))
    assert why in said
    assert said.endswith(".")


def test_a_line_that_keeps_no_transcripts_listens_to_nobody():
    assert "does not keep" in consent.why_not(call_that_said(GIVEN, keeps_transcripts=False))


def test_a_call_without_a_flow_was_told_nothing():
    call = a_call()
    log(call, (1.0, "consent_given", "ask", {"by": "key"}))
    assert "No published flow" in consent.why_not(call)


def test_it_costs_one_look_at_the_log(django_assert_num_queries):
    call = call_that_said(GIVEN)
    assert call.snapshot
    with django_assert_num_queries(1):
        consent.why_not(call)
