"""Export, then import: the same flow, whatever it is made of."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows import demo, drafts, publishing
from flows.engine.step import params
from flows.engine.stored_settings import settings_of
from flows.models import Destination, DraftRevision, Exit, Flow, Lookup, OpeningHours, OpenPeriod, Step
from flows.portable import applying, gathering
from flows.portable.reading import file_of
from flows.portable.writing import text_of
from tests.builders import RESOURCES
from tests.flows import strategies
from tests.properties import examples

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
    for slug, found in RESOURCES["flow"].items():
        Flow.objects.create(slug=slug, name=found.name)
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


# What people type into one field: anything but what the forms take away.
SAID = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=60).map(
    lambda t: t.strip() or "A"
)


def _with_words(step, words):
    """The settings of a step with other words for what callers hear first, and without what no form takes."""
    stored = json.loads(json.dumps(settings_of(step)).replace("\\u0000", ""))
    name = next((name for name, about in params(type(step)).items() if about.spoken and about.required), "")
    return {**stored, **({name: next(words)} if name else {})}


def write_draft(row, flow, said):
    """Make the rows of a draft what this flow is, in few queries; `said` are names and texts in place of its own."""
    row.start = None
    row.save()
    Exit.objects.filter(step__flow=row).delete()
    row.steps.all().delete()
    DraftRevision.objects.filter(flow=row).delete()
    words = iter(said)
    steps = {
        key: Step(flow=row, key=key, name=next(words), kind=step.kind, settings=_with_words(step, words), place=place)
        for place, (key, step) in enumerate(flow.steps.items())
    }
    Step.objects.bulk_create(steps.values())
    labels = {(key, outcome.name): outcome.label for key, step in flow.steps.items() for outcome in step.outcomes()}
    own = {(key, option.outcome) for key, step in flow.steps.items() for option in step.options}
    exits = [
        Exit(
            step=steps[e.step],
            outcome=e.outcome,
            label=labels[e.step, e.outcome][:60],
            phrases=", ".join(e.phrases) if (e.step, e.outcome) in own else "",
            place=place,
            goes_to=steps.get(e.goes_to),
        )
        for place, e in enumerate(flow.exits.values())
    ]
    Exit.objects.bulk_create(exits)
    row.start = steps[flow.start]
    row.save()


@examples(25)
@given(flow=strategies.publishable_flows(), said=st.lists(SAID, min_size=20, max_size=20))
def test_any_flow_goes_through_its_file_and_is_the_same(places, line, flow, said):
    write_draft(line, flow, said)
    before = publishing.draft(line).snapshot()

    text = text_of(gathering.file_of(line))
    applying.apply(file_of(text), to=line)

    assert publishing.draft(line).snapshot() == before
    assert text_of(gathering.file_of(line)) == text


def test_recording_goes_through_the_file(line):
    assert "records calls" not in text_of(gathering.file_of(line))
    line.records_calls, line.may_object, line.keeps_transcripts = True, False, False
    line.recording_notice = "This call: recorded, # to serve you better."
    line.languages = [{"language": "es-US", "voice": "", "notice": "Esta llamada se graba."}]
    line.save()
    text = text_of(gathering.file_of(line))
    assert "records calls: yes" in text
    assert "callers hear first in Spanish (United States): Esta llamada se graba." in text
    other = applying.apply(file_of(text.replace(line.name, "Another line", 1))).flow
    for name in ("records_calls", "recording_notice", "may_object", "keeps_transcripts", "languages"):
        assert getattr(other, name) == getattr(line, name), name
    assert text_of(gathering.file_of(other)) == text.replace(line.name, "Another line", 1)
