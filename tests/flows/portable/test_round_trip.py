"""Export, then import: the same flow, whatever it is made of."""

import pytest

from flows import demo, drafts, publishing
from flows.models import Destination, Lookup, OpeningHours, OpenPeriod, Step
from flows.portable import applying, gathering
from flows.portable.reading import file_of
from flows.portable.writing import text_of
from tests.builders import RESOURCES

LOOKUP = {
    "sends": [{"name": "order", "hint": "its number", "form": "digits"}],
    "finds": [],
    "address": "https://a.example.com/x?key=SECRET",
}


@pytest.fixture
def places(db):
    hours = OpeningHours.objects.create(key="office", name="Office", zone="UTC")
    OpenPeriod.objects.create(hours=hours, weekday=0, opens="09:00", closes="17:00")
    for key, name in RESOURCES["destination"].items():
        Destination.objects.create(key=key, name=str(name), number="+14155550123")
    for key, found in RESOURCES["lookup"].items():
        Lookup.objects.create(key=key, name=found.name, secret="s3cret", header="X-Key", **LOOKUP)


def test_the_demo_goes_through_a_file_and_reads_well(db):
    demo.places()
    flow = demo.main_line()

    text = text_of(gathering.file_of(flow))

    assert "  - step: Main menu\n    what happens: let callers choose\n" in text
    assert "      Monday to Friday: 08:00 to 18:00\n" in text
    assert "      - 25 December, Christmas Day\n" in text
    assert "      nobody answered: Voicemail\n" in text
    assert "support-desk" not in text
    before = publishing.draft(flow).flow
    applying.apply(file_of(text), to=flow)
    assert publishing.draft(flow).flow == before


def test_two_steps_of_one_name_stay_two(line):
    second = drafts.add_step(line, name="Hello", kind="say")
    text = text_of(gathering.file_of(line))
    assert "step: Hello (2)" in text

    applying.apply(file_of(text), to=line)

    assert [step.key for step in line.steps.filter(name="Hello")] == ["hello", second.key]


def test_a_secret_of_a_lookup_is_never_written(places, line):
    step = drafts.add_step(line, name="Helper", kind="agent")
    Step.objects.filter(pk=step.pk).update(settings={"lookups": ["orders"]})

    text = text_of(gathering.file_of(line))

    assert "Order status" in text
    assert "s3cret" not in text
    assert "SECRET" not in text
    assert "X-Key" in text
