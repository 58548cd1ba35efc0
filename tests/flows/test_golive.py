"""Going live later, and by two."""

from datetime import timedelta

import pytest
from django.utils import timezone

from flows import drafts, golive, publishing
from flows.models import GoLive, PlannedGoLive
from tests.flows.addresses import go_live_url
from tests.flows.pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_voice")]
SOON = timedelta(hours=2)


@pytest.fixture
def version(line, publisher):
    return publishing.publish(line, by=publisher)


def planned(number, version, by):
    return golive.plan(number, version, at=timezone.now() + SOON, by=by, why="Tonight.")


def test_a_version_goes_live_when_its_moment_has_come_and_once(number, version, publisher):
    plan = planned(number, version, publisher)
    assert golive.do_what_is_due(timezone.now()) == 0
    assert golive.do_what_is_due(plan.at) == 1
    assert golive.do_what_is_due(plan.at) == 0
    number.refresh_from_db()
    assert number.version == version
    act = GoLive.objects.get()
    assert (act.by, act.why) == (publisher, "Tonight.")


def test_a_second_plan_for_a_number_takes_the_place_of_the_first(number, version, publisher):
    planned(number, version, publisher)
    planned(number, version, publisher)
    assert PlannedGoLive.objects.filter(done_at=None).count() == 1


def test_what_cannot_be_done_then_leaves_the_line_as_it_is_and_is_told(paul, number, version, publisher):
    plan = planned(number, version, publisher)
    publishing.go_live(number, version, by=publisher, why="Now.")
    golive.do_what_is_due(plan.at)
    plan.refresh_from_db()
    assert plan.what_came.startswith("Not done. Version 1")
    assert "Not done. Version 1" in text_of(paul.get(number.get_absolute_url()))


def test_a_moment_that_is_over_is_refused(number, version, publisher):
    with pytest.raises(publishing.CannotGoLive, match="over"):
        golive.plan(number, version, at=timezone.now() - SOON, by=publisher, why="Late.")


def test_it_is_planned_seen_and_withdrawn_on_the_pages(paul, number, version):
    at = timezone.localtime() + SOON
    answer = paul.post(
        go_live_url(number), {"version": version.pk, "why": "Tonight.", "at": f"{at:%Y-%m-%dT%H:%M}"}, follow=True
    )
    assert "goes live on +14155550199 at" in text_of(answer)
    assert "planned by Paul Becker: Tonight." in text_of(paul.get(number.get_absolute_url()))
    paul.post(go_live_url(number), {"_withdraw": "yes"})
    assert PlannedGoLive.objects.get().what_came == "Withdrawn by Paul Becker."
    assert golive.do_what_is_due(timezone.now() + 2 * SOON) == 0


def test_the_way_back_is_one_click(paul, line, number, version, publisher):
    publishing.go_live(number, version, by=publisher, why="First.")
    drafts.add_step(line, name="Extra", kind="hang_up", after=line.steps.get(key="hello").exits.get())
    drafts.connect(line.steps.get(key="hello"), "next", line.steps.get(key="goodbye"))
    drafts.delete_step(line.steps.get(key="extra"))
    hello = line.steps.get(key="hello")
    hello.settings = {"text": "Good day."}
    hello.save()
    second = publishing.publish(line, by=publisher)
    publishing.go_live(number, second, by=publisher, why="Second.")
    page = paul.get(number.get_absolute_url()).content.decode()
    assert "Back to this, now" in page
    paul.post(go_live_url(number), {"version": version.pk, "why": f"Back to {version}"})
    number.refresh_from_db()
    assert number.version == version


def test_a_second_person_puts_live_what_the_first_published_where_the_site_asks_for_it(
    paul, person, number, version, settings
):
    from tests.flows.pages import client_of

    settings.GO_LIVE_NEEDS_TWO = True
    answer = paul.post(go_live_url(number), {"version": version.pk, "why": "Mine."})
    assert "a second person puts it live" in text_of(answer)
    other = client_of(person("publisher", username="petra"))
    other.post(go_live_url(number), {"version": version.pk, "why": "Checked."})
    number.refresh_from_db()
    assert number.version == version


def test_who_published_it_may_go_back_to_what_was_live_before(number, version, publisher):
    assert golive.needs_second_person(number, version, publisher)
    GoLive.objects.create(number=number, version=version, by=publisher)
    assert not golive.needs_second_person(number, version, publisher)
