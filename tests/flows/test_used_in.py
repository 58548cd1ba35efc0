"""Where a destination, a lookup or opening hours are used."""

import pytest

from flows import drafts, publishing
from flows.models import OpeningHours, OpenPeriod
from flows.used_in import MOST_VERSIONS, used_in


@pytest.fixture
def timed(line):
    office = OpeningHours.objects.create(key="office", name="Office")
    OpenPeriod.objects.create(hours=office, weekday=0, opens="09:00", closes="17:00")
    hello, bye = line.steps.get(key="hello"), line.steps.get(key="goodbye")
    check = drafts.add_step(line, name="Open?", kind="opening_hours", after=hello.exits.get())
    check.settings = {"hours": "office"}
    check.save()
    drafts.write_exits(check, [], {"open": bye, "closed": bye})
    return line


def publish(line, text):
    line.steps.filter(key="hello").update(settings={"text": text})
    return publishing.publish(line, by=None)


def test_drafts_numbers_and_older_versions_are_told_apart(timed, number, quick_voice, django_assert_num_queries):
    old = publish(timed, "Hello.")
    publishing.go_live(number, publish(timed, "Welcome."), by=None)
    with django_assert_num_queries(4):
        found = used_in("hours", "office")
    assert [place.name for place in found.drafts] == ["“Open?” of Main line"]
    (live,) = found.live
    assert (live.name, live.numbers, live.steps[0][0]) == ("Main line v2", ("+14155550199",), "Open?")
    assert live.steps[0][1].endswith("#step-open")
    assert [(place.name, place.url) for place in found.published] == [(str(old), old.get_absolute_url())]
    assert found.in_words() == "“Open?” of Main line, Main line v2, which is live"


def test_what_is_used_nowhere_says_so(timed, quick_voice):
    publish(timed, "Hello.")
    assert not used_in("hours", "night").anywhere
    assert not used_in("destination", "office").anywhere


def test_many_versions_are_not_all_named(timed, quick_voice):
    for number in range(MOST_VERSIONS + 1):
        publish(timed, f"Hello number {number}.")
    found = used_in("hours", "office")
    assert (len(found.published), found.more) == (MOST_VERSIONS, True)
    assert found.published[0].name == f"Main line v{MOST_VERSIONS + 1}"
