"""From draft to version to number."""

from datetime import time

import pytest

from flows import drafts, publishing
from flows.engine import snapshot
from flows.models import FlowVersion, OpeningHours, OpenPeriod, Step, chain_digest


def test_publishing_stores_numbered_versions_chained_to_each_other(line, builder, quick_voice):
    first = publishing.publish(line, by=builder, notes="The first one.")
    line.steps.filter(key="hello").update(settings={"text": "Hello again."})
    second = publishing.publish(line, by=builder)

    assert (first.number, second.number) == (1, 2)
    assert first.published_by == builder
    assert first.report == {"steps": 2, "prompts": 2, "rendered": 2}
    assert second.digest == chain_digest(first.digest, second.snapshot)
    assert snapshot.load(second.snapshot).steps["hello"].text == "Hello again."


def test_every_text_that_callers_hear_is_rendered_once_in_the_voice_of_the_flow(line, menu, quick_voice):
    line.voice, line.language = "alice", "en-GB"
    line.save()
    line.steps.filter(key="goodbye").update(settings={"text": "Welcome to Hart Tools."})

    publishing.publish(line, by=None)

    (asked,) = quick_voice
    assert asked["texts"].count("Welcome to Hart Tools.") == 1
    assert "For billing, press 1." in asked["texts"]
    assert (asked["voice"], asked["language"]) == ("alice", "en-GB")


def test_an_unchanged_draft_is_not_published_again(line, quick_voice):
    first = publishing.publish(line, by=None)
    drafts.touch(line, by=None, what="nothing")

    with pytest.raises(publishing.Unchanged, match="Nothing has changed since version 1") as caught:
        publishing.publish(line, by=None)

    assert caught.value.version == first
    assert FlowVersion.objects.count() == 1
    assert len(quick_voice) == 1


def test_a_draft_with_problems_is_refused_and_nothing_is_rendered(line, quick_voice):
    line.steps.filter(key="hello").update(settings={"text": ""})

    with pytest.raises(publishing.NotPublishable) as caught:
        publishing.publish(line, by=None)

    assert [(problem.step, problem.field) for problem in caught.value.problems] == [("hello", "text")]
    assert not FlowVersion.objects.exists()
    assert quick_voice == []


def test_when_the_voice_fails_nothing_is_stored_and_the_sentence_says_so(line, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.broken"

    with pytest.raises(
        publishing.NotPublishable, match=r"could not be reached, so 2 prompts are not ready.*keeps its present"
    ):
        publishing.publish(line, by=None)

    assert not FlowVersion.objects.exists()


def test_a_draft_that_changes_while_its_prompts_are_made_is_not_published(line, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.editing_meanwhile"

    with pytest.raises(publishing.NotPublishable, match="Somebody changed this flow"):
        publishing.publish(line, by=None)

    assert not FlowVersion.objects.exists()


def test_two_people_who_publish_the_same_at_once_make_one_version(line, settings):
    settings.PROMPT_RENDERER = "tests.flows.renderers.publishing_meanwhile"

    with pytest.raises(publishing.Unchanged):
        publishing.publish(line, by=None)

    assert [version.number for version in FlowVersion.objects.all()] == [1]


def test_settings_that_no_kind_understands_are_problems_of_their_step(line):
    line.steps.filter(key="hello").update(kind="fax", settings={})
    line.steps.filter(key="goodbye").update(settings={"text": 7})

    draft = publishing.draft(line)

    assert draft.flow is None
    assert [(problem.step, problem.field) for problem in draft.problems] == [("hello", ""), ("goodbye", "text")]


def test_a_flow_without_steps_says_where_to_begin(line):
    line.start = None
    line.save()
    Step.objects.all().delete()

    assert [problem.field for problem in publishing.draft(line).problems] == ["start"]


def test_a_version_keeps_the_hours_it_was_published_with(line, quick_voice):
    office = OpeningHours.objects.create(key="office", name="Office", zone="Europe/Berlin")
    period = OpenPeriod.objects.create(hours=office, weekday=0, opens=time(9), closes=time(0))
    _ask_for_hours(line, office)
    version = publishing.publish(line, by=None)
    period.delete()

    published = snapshot.load(version.snapshot).resources["hours"]["office"]

    assert (published.zone, published.periods[0].closes) == ("Europe/Berlin", "24:00")
    assert publishing.draft(line).snapshot() != version.snapshot


def test_only_what_a_flow_refers_to_is_part_of_it(line, desk):
    assert publishing.draft(line).snapshot()["resources"] == {"hours": {}, "destination": {}}


def test_going_live_is_an_act_of_its_own_and_so_is_going_back(line, number, publisher, quick_voice):
    first = publishing.publish(line, by=publisher)
    publishing.go_live(number, first, by=publisher, why="Opening day.")
    line.steps.filter(key="hello").update(settings={"text": "Hello again."})
    second = publishing.publish(line, by=publisher)
    number.refresh_from_db()
    assert number.version == first

    publishing.go_live(number, second, by=publisher, why="New greeting.")
    publishing.go_live(number, first, by=publisher, why="Callers did not like it.")

    number.refresh_from_db()
    assert number.version == first
    acts = [(act.previous, act.version, act.why) for act in number.history.order_by("pk")]
    assert acts == [
        (None, first, "Opening day."),
        (first, second, "New greeting."),
        (second, first, "Callers did not like it."),
    ]


def test_what_is_live_already_does_not_go_live_again(line, number, quick_voice):
    version = publishing.publish(line, by=None)
    publishing.go_live(number, version, by=None)

    with pytest.raises(publishing.CannotGoLive, match="already"):
        publishing.go_live(number, version, by=None)

    assert number.history.count() == 1


@pytest.mark.parametrize(
    ("become", "sentence"),
    [
        (lambda rows: rows.delete(), "“Support desk” is gone"),
        (lambda rows: rows.update(awaits_approval=True), "“Support desk” is not approved"),
        (lambda rows: rows.update(number="+18765550123"), "“Support desk” cannot be called.*JM"),
    ],
)
def test_a_version_does_not_go_live_when_it_leads_where_no_call_may_go(
    become, sentence, line, desk, number, quick_voice
):
    _put_through(line, desk)
    version = publishing.publish(line, by=None)
    become(type(desk).objects.all())

    with pytest.raises(publishing.CannotGoLive, match=sentence):
        publishing.go_live(number, version, by=None)

    number.refresh_from_db()
    assert number.version is None


def test_a_version_of_another_release_does_not_go_live(line, number, quick_voice):
    version = publishing.publish(line, by=None)
    FlowVersion.objects.update(snapshot={**version.snapshot, "spec": 99})

    with pytest.raises(publishing.CannotGoLive, match="does not understand"):
        publishing.go_live(number, FlowVersion.objects.get(), by=None)


def test_a_flow_cannot_be_published_before_its_destination_is_approved(line, desk, quick_voice):
    _put_through(line, desk)
    type(desk).objects.update(awaits_approval=True)

    with pytest.raises(publishing.NotPublishable) as caught:
        publishing.publish(line, by=None)

    (problem,) = caught.value.problems
    assert (problem.step, problem.field) == ("to-support", "destination")
    assert "approve" in problem.sentence


def _put_through(line, desk):
    step = drafts.add_step(line, name="To support", kind="transfer")
    step.settings = {"destination": desk.key}
    step.save()
    bye = line.steps.get(key="goodbye")
    step.exits.update(goes_to=bye)
    line.steps.get(key="hello").exits.update(goes_to=step)


def _ask_for_hours(line, office):
    step = drafts.add_step(line, name="Open?", kind="opening_hours")
    step.settings = {"hours": office.key}
    step.save()
    step.exits.update(goes_to=line.steps.get(key="goodbye"))
    line.steps.get(key="hello").exits.update(goes_to=step)
