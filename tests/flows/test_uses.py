"""Where each prompt is heard."""

from flows import publishing, recordings, seams
from flows.models import FlowVersion
from flows.uses import uses


def named(text, **how):
    key = seams.digests([text], **{"voice": "", "language": "en-US", **how})[text]
    return [use.name for use in uses().get(key, [])]


def test_a_prompt_is_heard_where_a_draft_or_a_live_version_says_it(line, number, quick_voice):
    assert named("Goodbye.") == ["Main line · Goodbye"]
    publishing.go_live(number, publishing.publish(line, by=None), by=None)
    line.steps.filter(key="goodbye").update(settings={"text": "Bye."})
    assert named("Goodbye.") == ["Main line v1, live"]
    assert named("Bye.") == ["Main line · Goodbye"]
    assert named("Goodbye.", voice="local:anna") == []


def test_what_is_recorded_is_not_heard_from_the_voice(line, quick_voice):
    bye = line.steps.get(key="goodbye")
    recordings.record(bye, "text", text="Goodbye.", audio=b"\x55", name="a.wav", by=None)
    assert named("Goodbye.") == []


def test_what_cannot_be_understood_is_passed_over(line, number, quick_voice, django_assert_num_queries):
    publishing.go_live(number, publishing.publish(line, by=None), by=None)
    FlowVersion.objects.update(snapshot={"spec": 99})
    line.steps.filter(key="goodbye").update(kind="fax")
    with django_assert_num_queries(3):
        assert named("Welcome to Hart Tools.") == ["Main line · Hello"]
