"""The preview tells what will happen, and leaves nothing behind."""

from flows.models import DraftRevision, Flow, Step
from flows.portable import applying, gathering
from flows.portable.comparing import preview
from flows.portable.reading import file_of
from flows.portable.writing import text_of


def test_nothing_stays_of_a_preview(line):
    kept = list(Step.objects.values()), list(Flow.objects.values()), DraftRevision.objects.count()
    file = file_of(
        text_of(gathering.file_of(line))
        .replace("step: Goodbye", "step: Farewell")
        .replace("then: Goodbye", "then: Farewell")
    )

    told = preview(file, to=line)

    assert any("Farewell" in sentence for sentence in told.changes)
    assert "Removed: “Goodbye”." in told.changes
    assert (list(Step.objects.values()), list(Flow.objects.values()), DraftRevision.objects.count()) == kept


def test_the_same_is_told_twice_and_something_else_otherwise(line):
    file = file_of("flow: Main line\nsteps:\n  - step: Hello\n    what happens: say something\n")
    assert preview(file, to=line).digest == preview(file, to=line).digest
    assert preview(file, to=line).digest != preview(file).digest


def test_a_draft_that_cannot_be_read_may_be_replaced(line):
    line.steps.filter(key="hello").update(settings={"made-up": 1})
    file = file_of("flow: Main line\nsteps:\n  - step: Hello\n    what happens: hang up\n")
    assert preview(file, to=line).changes == ["The present draft cannot be read; the file takes its place whole."]
    applying.apply(file, to=line)
    assert line.steps.get().kind == "hang_up"
