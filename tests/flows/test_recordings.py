"""Recordings in place of the voice: for exactly one text, kept by the versions that were published with them."""

import pytest

from flows import drafts, publishing, recordings
from flows.changes import changes
from flows.engine import snapshot
from flows.models import PromptRecording, Step

HELLO = "Welcome to Hart Tools."


@pytest.fixture
def hello(line):
    return line.steps.get(key="hello")


def record(step, text=HELLO, audio=b"\x55" * 8000, by=None):
    return recordings.record(step, "text", text=text, audio=audio, name="hello.wav", by=by)


def say(line, text):
    line.steps.filter(key="hello").update(settings={"text": text})


def test_a_recorded_text_is_not_read_by_the_voice_and_the_version_names_its_recording(line, hello, quick_voice):
    made = record(hello)
    version = publishing.publish(line, by=None)
    assert quick_voice[0]["texts"] == ["Goodbye."]
    assert version.snapshot["resources"]["recording"] == {HELLO: made.digest}
    assert snapshot.load(version.snapshot).resources["recording"] == {HELLO: made.digest}
    assert version.report == {"steps": 2, "prompts": 2, "rendered": 1, "recordings": 1}


def test_a_flow_without_recordings_is_stored_as_it_always_was(line):
    assert "recording" not in publishing.draft(line).snapshot()["resources"]


def test_a_new_recording_is_a_change_to_publish_and_an_old_version_keeps_its_own(line, hello, quick_voice):
    first, before = record(hello), publishing.publish(line, by=None)
    second = record(hello, audio=b"\xd5" * 8000)
    after = publishing.publish(line, by=None)
    before.refresh_from_db()
    assert before.snapshot["resources"]["recording"][HELLO] == first.digest
    assert after.snapshot["resources"]["recording"][HELLO] == second.digest
    assert PromptRecording.objects.filter(digest=first.digest).exists()
    flows = [snapshot.load(version.snapshot) for version in (before, after)]
    assert changes(*flows) == [f"“Hello”: another recording says “{HELLO}”."]


def test_a_recording_is_heard_for_exactly_its_text_wherever_the_flow_says_it(line, hello):
    made = record(hello)
    say(line, HELLO + " ")
    line.steps.filter(key="goodbye").update(settings={"text": HELLO})
    assert publishing.draft(line).snapshot()["resources"]["recording"] == {HELLO: made.digest}
    line.steps.filter(key="goodbye").update(settings={"text": "Bye."})
    assert "recording" not in publishing.draft(line).snapshot()["resources"]


def test_a_text_that_changed_after_it_was_recorded_is_told_until_something_is_done(line, hello):
    made = record(hello)
    PromptRecording.objects.update(at="2026-05-03T12:00:00Z")

    def outdated():
        steps = list(Step.objects.filter(flow=line))
        return [one.sentence for one in recordings.outdated(steps, recordings.current(line))]

    assert outdated() == []
    say(line, "Welcome.")
    (sentence,) = outdated()
    assert sentence.startswith(
        "The text was changed after this was recorded on 3 May. Record it again, or let the voice"
    )
    say(line, HELLO)
    assert outdated() == []
    say(line, "")
    assert outdated() == []
    say(line, "Welcome.")
    record(hello, "Welcome.")
    assert outdated() == []
    made.refresh_from_db()
    assert made.withdrawn_at


def test_recording_and_withdrawing_are_changes_of_the_draft(line, hello, builder):
    before = line.revision
    made = record(hello, by=builder)
    line.refresh_from_db()
    assert (line.revision, line.changed_by, line.last_change) == (before + 1, builder, "a recording for Hello")
    recordings.withdraw(made, by=builder, step=hello)
    line.refresh_from_db()
    assert line.revision == before + 2
    assert recordings.current(line) == []


def test_of_two_recordings_of_one_text_the_newer_is_heard(line, hello):
    record(hello)
    newer = record(line.steps.get(key="goodbye"), audio=b"\xd5" * 8000)
    assert [one.pk for one in recordings.current(line)] == [newer.pk]


def test_a_recording_belongs_to_its_flow(line, hello):
    record(hello)
    other = type(line).objects.create(name="Other", slug="other")
    step = drafts.add_step(other, name="Hello", kind="say")
    step.settings = {"text": HELLO}
    step.save()
    assert "recording" not in publishing.draft(other).snapshot()["resources"]


def test_odd_steps_have_no_texts(line, hello):
    record(hello)
    line.steps.filter(key="hello").update(kind="fax")
    line.steps.filter(key="goodbye").update(settings={"text": 7})
    assert recordings.outdated(list(line.steps.all()), recordings.current(line)) == []
