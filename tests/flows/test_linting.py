"""What callers would mind about a draft: it stops publishing, unless a publisher lets it pass with a reason."""

import pytest

from flows import drafts, linting, publications, publishing
from flows.models import Destination, Exit, FlowVersion, Waiver


@pytest.fixture
def lonely(line):
    """A menu behind which callers find nobody."""
    bye = line.steps.get(key="goodbye")
    step = drafts.add_step(line, name="Facts", kind="menu")
    step.settings = {"prompt": "Press 1 for facts.", "offer_person": False}
    step.save()
    drafts.write_exits(step, [Exit(outcome="1", label="Facts", goes_to=bye)], {"no-input": bye, "no-match": bye})
    line.steps.get(key="hello").exits.update(goes_to=step)
    return step


def found(line):
    return linting.lint(line, publishing.draft(line).flow)


def error(line):
    return next(linted for linted in found(line) if linted.rule == "M03")


def test_a_finding_says_where_what_and_why(line, lonely):
    linted = error(line)
    assert (linted.step, linted.step_name, linted.field) == ("facts", "Facts", "")
    assert linted.url == lonely.get_absolute_url()
    assert linted.sentence.startswith("Nobody is reached from here within 3 menus.")
    assert linted.why.startswith("Callers whose wish is not on the menu are stuck")
    key_first = next(linted for linted in found(line) if linted.rule == "M07")
    assert key_first.url == f"{lonely.get_absolute_url()}#id_prompt"


def test_one_query_finds_the_waivers_and_none_is_needed_where_nothing_is_found(line, lonely, django_assert_num_queries):
    flow, steps = publishing.draft(line).flow, list(line.steps.all())
    with django_assert_num_queries(1):
        assert linting.lint(line, flow, steps=steps)
    line.steps.get(key="hello").exits.update(goes_to=line.steps.get(key="goodbye"))
    lonely.delete()
    steady = publishing.draft(line).flow
    with django_assert_num_queries(0):
        assert linting.lint(line, steady) == []


def test_an_error_stops_publishing_and_a_warning_does_not(line, lonely, quick_voice):
    with pytest.raises(publishing.NotPublishable, match="Callers would be badly served") as caught:
        publishing.publish(line, by=None)
    assert [(problem.step, problem.field) for problem in caught.value.problems] == [("facts", "")]
    assert quick_voice == []
    with pytest.raises(publishing.NotPublishable):
        publications.begin(line, by=None)


def test_a_publisher_lets_it_pass_and_the_version_keeps_why(line, lonely, publisher, quick_voice):
    linting.waive(line, publishing.draft(line).flow, error(line).fingerprint, by=publisher, reason="Facts alone.")
    version = publishing.publish(line, by=publisher)
    (kept,) = version.report["waivers"]
    assert (kept["rule"], kept["step"], kept["reason"]) == ("M03", "facts", "Facts alone.")
    assert (kept["by"], kept["sentence"]) == ("Paul Becker", error(line).sentence)
    assert error(line).waiver == Waiver.objects.get()


def test_publishing_in_the_background_keeps_it_too(line, lonely, publisher, quick_voice):
    linting.waive(line, publishing.draft(line).flow, error(line).fingerprint, by=publisher, reason="Facts alone.")
    publications.begin(line, by=publisher)
    assert FlowVersion.objects.get().report["waivers"][0]["reason"] == "Facts alone."


def test_a_waiver_lapses_when_the_finding_changes(line, lonely, publisher):
    linting.waive(line, publishing.draft(line).flow, error(line).fingerprint, by=publisher, reason="Facts alone.")
    assert linting.refused(line, publishing.draft(line).flow) == []
    lonely.settings |= {"offer_person": True}  # now there is an exit that leads to nobody
    lonely.save()
    bye = line.steps.get(key="goodbye")
    options = [Exit(outcome="1", label="Facts", goes_to=bye)]
    drafts.write_exits(lonely, options, dict.fromkeys(("no-input", "no-match", "person"), bye))
    assert [problem.field for problem in linting.refused(line, publishing.draft(line).flow)] == ["exit:person"]


def test_what_was_mended_cannot_be_waived(line, lonely, publisher):
    with pytest.raises(linting.NotThere):
        linting.waive(line, publishing.draft(line).flow, "made-up", by=publisher, reason="Because.")
    assert not Waiver.objects.exists()


def test_waiving_twice_keeps_the_first_reason(line, lonely, publisher):
    for reason in ("First.", "Second."):
        linting.waive(line, publishing.draft(line).flow, error(line).fingerprint, by=publisher, reason=reason)
    assert Waiver.objects.get().reason == "First."


def test_a_version_without_waivers_says_nothing_of_them(line, quick_voice):
    assert "waivers" not in publishing.publish(line, by=None).report


@pytest.fixture
def eavesdropping(line):
    """Callers are put through and listened to, and nobody asked them."""
    bye = line.steps.get(key="goodbye")
    Destination.objects.create(key="sales", name="Sales", number="+14155550123")
    put = drafts.add_step(line, name="Sales", kind="transfer")
    put.settings = {"destination": "sales", "listens": True}
    put.save()
    drafts.write_exits(put, [], dict.fromkeys(("completed", "busy", "no-answer", "failed"), bye))
    line.steps.get(key="hello").exits.update(goes_to=put)
    return put


def test_nobody_lets_pass_that_callers_are_listened_to_unasked(line, eavesdropping, publisher, quick_voice):
    unasked = next(linted for linted in found(line) if linted.rule == "O06")
    assert not unasked.may_pass
    with pytest.raises(linting.NotThere):
        linting.waive(line, publishing.draft(line).flow, unasked.fingerprint, by=publisher, reason="They know.")
    with pytest.raises(publishing.NotPublishable):
        publishing.publish(line, by=publisher)
