"""Flows that go to other flows, from the draft to the number."""

import pytest

from flows import cases, changes, drafts, publishing, subflows
from flows.engine import snapshot
from flows.engine.inside import DEEPEST
from flows.models import Destination, Flow, PromptRecording
from streams.reports.names import names_in

NEVER = "“Payment” was never published. Publish it first, then this flow can go there."


@pytest.fixture
def payment(db):
    """A flow that asks for a number and goes back."""
    return flow_named("Payment")


def flow_named(name):
    flow = Flow.objects.create(name=name, slug=name.lower())
    ask = drafts.add_step(flow, name="Card", kind="collect_digits")
    back = drafts.add_step(flow, name="Back", kind="go_back")
    ask.settings = {"prompt": "Your card number?", "answer": "card", "fewest": 4, "most": 4}
    ask.save()
    ask.exits.update(goes_to=back)
    return flow


def go_there(line, there, name="Pay"):
    """Callers of `line` go on in this flow after the greeting, and then to the goodbye."""
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    step = drafts.add_step(line, name=name, kind="go_to_flow", after=hello.exits.get())
    step.settings = {"flow": there.slug}
    step.save()
    step.exits.update(goes_to=bye)
    return step


def published(flow):
    return publishing.store(flow, publishing.draft(flow).snapshot(), report={}, by=None, notes="")


def problems_of(line):
    return [problem.sentence for problem in publishing.draft(line).problems]


def test_a_flow_must_be_published_before_another_goes_there(line, payment):
    go_there(line, payment)
    assert problems_of(line) == [NEVER]
    published(payment)
    assert problems_of(line) == []


def test_callers_stay_with_the_version_that_was_published_with_the_line(line, payment):
    published(payment)
    go_there(line, payment)
    first = published(line)
    payment.steps.filter(key="card").update(settings={"prompt": "Card, please?", "answer": "card", "fewest": 4})
    published(payment)

    kept = snapshot.load(first.snapshot)
    assert kept.step_at("pay/card").prompt == "Your card number?"
    draft = publishing.draft(line)
    assert draft.flow.step_at("pay/card").prompt == "Card, please?"
    told = changes.changes(kept, draft.flow)
    assert told == ["Callers who go on in “Payment” now meet its version 2; it was version 1."]


def test_flows_do_not_go_round_in_circles(line, payment):
    go_there(line, line, "Again")
    assert "A flow cannot go to itself. Lead an exit to one of its steps instead." in problems_of(line)
    drafts.delete_step(line.steps.get(key="again"), lead_to=line.steps.get(key="goodbye"))
    published(line)
    back = payment.steps.get(key="back")
    there = drafts.add_step(payment, name="Main", kind="go_to_flow", after=payment.steps.get(key="card").exits.first())
    there.settings = {"flow": line.slug}
    there.save()
    payment.steps.get(key="card").exits.update(goes_to=there)
    there.exits.update(goes_to=back)
    published(payment)
    go_there(line, payment)
    assert problems_of(line) == [
        "“Payment” itself goes to “Main line”, so callers would go round in a circle. Choose another flow."
    ]


def test_only_so_many_flows_follow_one_another(line, payment):
    published(payment)
    before = payment
    for number in range(DEEPEST - 1):
        middle = Flow.objects.create(name=f"Middle {number}", slug=f"middle-{number}")
        go = drafts.add_step(middle, name="Go", kind="go_to_flow")
        drafts.add_step(middle, name="Back", kind="go_back", after=go.exits.get())
        go.settings = {"flow": before.slug}
        go.save()
        published(middle)
        before = middle
    go_there(line, before)
    assert problems_of(line) == [
        f"“{before}” goes to a flow that goes to another, and so on. At most {DEEPEST} may follow one another."
    ]


def test_a_flow_in_another_language_is_refused(line, payment):
    Flow.objects.filter(pk=payment.pk).update(language="en-GB")
    payment.refresh_from_db()
    published(payment)
    go_there(line, payment)
    assert problems_of(line) == ["“Payment” speaks another language than this flow. Choose one that speaks the same."]


def test_what_the_other_flow_uses_is_checked_before_the_line_goes_live(line, payment, number, desk):
    put = drafts.add_step(payment, name="Desk", kind="transfer", after=payment.steps.get(key="card").exits.first())
    put.settings = {"destination": desk.key}
    put.save()
    put.exits.update(goes_to=payment.steps.get(key="back"))
    PromptRecording.objects.create(flow=payment, text="Your card number?", digest="d" * 64, audio=b"\xff" * 800)
    published(payment)
    go_there(line, payment)
    version = published(line)
    assert snapshot.load(version.snapshot).resources["recording"] == {"Your card number?": "d" * 64}
    Destination.objects.filter(pk=desk.pk).update(awaits_approval=True)
    with pytest.raises(publishing.CannotGoLive, match="Support desk"):
        publishing.go_live(number, version, by=None)
    assert list(drafts.live_versions_using("destination", desk.key)) == []


def test_answers_given_there_are_on_offer_here(line, payment, django_assert_num_queries):
    published(payment)
    go_there(line, payment)
    steps = list(line.steps.all())
    with django_assert_num_queries(2):
        assert "card" in cases.answers_in(steps)
    with django_assert_num_queries(0):
        assert subflows.found([]) == {}


def test_reports_name_steps_in_there(line, payment):
    published(payment)
    go_there(line, payment)
    names = names_in(published(line).snapshot)
    assert names.step("pay/card") == "Pay › Card"
    assert names.step("pay") == "Pay"


def test_the_studio_shows_where_the_step_leads_and_whoever_publishes_learns_who_goes_there(
    line, payment, paul, quick_voice
):
    published(payment)
    step = go_there(line, payment)
    panel = paul.get(f"/admin/flows/flow/{line.pk}/studio/step/{step.key}/").content.decode()
    assert f'href="{payment.get_absolute_url()}"' in panel
    assert "version 1" in panel
    payment.steps.filter(key="card").update(settings={"prompt": "Card?", "answer": "card", "fewest": 4})
    page = paul.post(f"/admin/flows/flow/{payment.pk}/publish/", {"notes": "Shorter."}, follow=True)
    assert "“Main line” goes to this flow" in page.content.decode()


def test_what_is_live_stays_asked_for_when_the_flow_it_goes_to_asks_no_more(line, desk, quick_voice):
    sales = Flow.objects.create(name="Sales", slug="sales")
    ask = drafts.add_step(sales, name="Ask", kind="consent")
    put = drafts.add_step(sales, name="Put through", kind="transfer", after=ask.exits.get(outcome="agreed"))
    back = drafts.add_step(sales, name="Back", kind="go_back", after=ask.exits.get(outcome="declined"))
    put.settings = {"destination": desk.key, "listens": True}
    put.save()
    put.exits.update(goes_to=back)
    published(sales)
    go_there(line, sales)
    first = publishing.publish(line, by=None)

    drafts.delete_step(ask, lead_to=put)
    Flow.objects.filter(pk=sales.pk).update(records_calls=True, recording_notice="This call is recorded.")
    sales.refresh_from_db()
    publishing.publish(sales, by=None)
    assert snapshot.load(first.snapshot).step_at("pay/ask"), "callers of the line stay with what asks them"
    with pytest.raises(publishing.NotPublishable) as refusal:
        publishing.publish(line, by=None)
    assert [(found.step, found.field) for found in refusal.value.problems] == [("pay", "flow")]
