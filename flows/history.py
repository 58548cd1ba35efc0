"""The draft as it was: kept after every change, so that the last one can be taken back, and told in words.

A draft is kept whole, by the keys of its steps: undo is one write, whatever the change was. `flows.drafts` keeps it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from flows.models import DraftRevision, Exit, Flow, Step, TestCall

KEPT = 100  # revisions of a flow; older ones go
RECORDING = ("records_calls", "recording_notice", "may_object", "keeps_transcripts")
LINE = (
    *("name", "language", "voice", "transcriber", "agent", "discloses_ai", "languages", "cost_centre"),
    *RECORDING,
)
STEP = ("name", "kind", "settings", "place")
EXIT = ("outcome", "label", "phrases", "place")
TEST = ("name", "lines", "plays", "place", "origin")

Content = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """One line of what was done: who, what and when."""

    number: int
    what: str
    who: str
    at: datetime


def content_of(flow: Flow) -> Content:
    """The stored draft as plain values, its steps by key, and its test calls. Four queries."""
    row = Flow.objects.select_related("start").get(pk=flow.pk)
    steps = {step.pk: step for step in row.steps.all()}
    exits = Exit.objects.filter(step__flow=flow.pk).order_by("step__place", "place", "pk")
    return {
        "line": {name: getattr(row, name) for name in LINE} | {"start": row.start.key if row.start else None},
        "steps": [
            {"pk": step.pk, "key": step.key} | {name: getattr(step, name) for name in STEP} for step in steps.values()
        ],
        "exits": [
            {"step": steps[each.step_id].key, "goes_to": steps[each.goes_to_id].key if each.goes_to_id else None}
            | {name: getattr(each, name) for name in EXIT}
            for each in exits
        ],
        "tests": list(row.test_calls.values("pk", *TEST)),
    }


def remember(flow: Flow, **about: Any) -> None:
    """Keep the draft as it is stored now, under its present revision.

    Done before every change as well as after it, so that undo goes back to what was there, whoever wrote it.
    """
    DraftRevision.objects.update_or_create(
        flow_id=flow.pk, number=flow.revision, defaults={"content": content_of(flow), **about}
    )
    DraftRevision.objects.filter(flow=flow.pk, number__lte=flow.revision - KEPT).delete()


def is_same_since(flow: Flow, revision: int, part: str) -> bool:
    """Whether a step, by its key, or the line itself ("") is as it was at that revision; False when nobody knows."""
    then = _at(flow, revision)
    return then is not None and _part(then.content, part) == _part(content_of(flow), part)


def to_undo(flow: Flow) -> DraftRevision | None:
    """The change that undo would take back; None when nothing older is kept."""
    now = _original(_at(flow, flow.revision))
    return now if now and _before(now) else None


def to_redo(flow: Flow) -> DraftRevision | None:
    """The change that was taken back last, while nothing was done since."""
    now = _at(flow, flow.revision)
    return _at(flow, now.undoes) if now and now.undoes else None


@transaction.atomic
def undo(flow: Flow, *, by: Any) -> DraftRevision | None:
    """Make the draft what it was before its last change. Gives that change, or None when there is nothing to undo."""
    Flow.objects.select_for_update().get(pk=flow.pk)
    last = to_undo(flow)
    before = _original(_before(last)) if last else None
    if last is None or before is None:
        return None
    _restore(flow, before.content)
    _touch(flow, by=by, what=f"undid: {last.what}", restores=before.number, undoes=last.number)
    return last


@transaction.atomic
def redo(flow: Flow, *, by: Any) -> DraftRevision | None:
    """Do again what was taken back last. Gives that change, or None when there is none."""
    Flow.objects.select_for_update().get(pk=flow.pk)
    undone = to_redo(flow)
    if undone is None:
        return None
    _restore(flow, undone.content)
    _touch(flow, by=by, what=f"did again: {undone.what}", restores=undone.number)
    return undone


def trail(flow: Flow, limit: int = KEPT) -> Iterator[Change]:
    """What was done to the draft, the latest first."""
    for row in flow.history.select_related("by").defer("content")[:limit]:
        who = (row.by and (row.by.get_full_name() or row.by.get_username())) or "the program"
        yield Change(number=row.number, what=row.what or "as it was found", who=who, at=row.at)


def _part(content: Content, part: str) -> list[Any]:
    """What a page edits: the line, or one step with its exits. Its place in the list is not on the page."""
    if not part:
        return [content["line"]]
    steps = [{**row, "place": 0} for row in content["steps"] if row["key"] == part]
    return [*steps, *(row for row in content["exits"] if row["step"] == part)]


def _at(flow: Flow, number: int) -> DraftRevision | None:
    return DraftRevision.objects.filter(flow=flow.pk, number=number).first()


def _before(row: DraftRevision | None) -> DraftRevision | None:
    """The state that a change was made to."""
    earlier = DraftRevision.objects.filter(flow=row.flow_id, number__lt=row.number) if row else None
    return earlier.order_by("-number").first() if earlier is not None else None


def _original(row: DraftRevision | None) -> DraftRevision | None:
    """The change whose content this revision has: itself, or the one that it took up again."""
    while row and row.restores is not None:
        row = _at(row.flow, row.restores)
    return row


def _touch(flow: Flow, *, by: Any, what: str, **about: Any) -> None:
    from flows import drafts  # drafts keep their history here

    drafts.touch(flow, by=by, what=what, **about)


def _restore(flow: Flow, content: Content) -> None:
    """Make the rows of the draft what they were. A step that comes back has its key and its address again."""
    Exit.objects.filter(step__flow=flow.pk).delete()
    there = {step.key: step for step in Step.objects.filter(flow=flow.pk)}
    wanted = {row["key"]: row for row in content["steps"]}
    Flow.objects.filter(pk=flow.pk).update(start=None)
    Step.objects.filter(pk__in=[step.pk for key, step in there.items() if key not in wanted]).delete()
    for key, row in wanted.items():
        step = there.get(key) or Step(pk=row["pk"], flow_id=flow.pk, key=key)
        for name in STEP:
            setattr(step, name, row[name])
        step.save()
        there[key] = step
    Exit.objects.bulk_create(
        Exit(
            step=there[row["step"]],
            goes_to=there[row["goes_to"]] if row["goes_to"] else None,
            **{name: row[name] for name in EXIT},
        )
        for row in content["exits"]
    )
    if "tests" in content:  # revisions of earlier releases say nothing of them
        _restore_tests(flow, content["tests"])
    line = content["line"]
    usual = Flow()  # of what a draft that was kept by an earlier release does not tell
    for name in LINE:
        # one from before there were cost centres leaves the one that is there
        setattr(flow, name, line.get(name, getattr(flow if name == "cost_centre" else usual, name)))
    flow.start = there[line["start"]] if line["start"] else None
    flow.save(update_fields=[*LINE, "start"])


def _restore_tests(flow: Flow, wanted: list[Content]) -> None:
    there = {test.pk: test for test in flow.test_calls.all()}
    flow.test_calls.exclude(pk__in=[row["pk"] for row in wanted]).delete()
    for row in wanted:
        test = there.get(row["pk"]) or TestCall(pk=row["pk"], flow_id=flow.pk)
        if test.pk not in there or any(getattr(test, name) != row.get(name, "") for name in TEST):
            for name in TEST:
                setattr(test, name, row.get(name, ""))  # one kept before tests had an origin had none
            test.save()
