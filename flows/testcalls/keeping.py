"""Writing the test calls of a flow: each act is a change of its draft, which undo takes back."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from flows import drafts, history
from flows.models import Flow, TestCall
from flows.naming import free_name
from flows.testcalls.proposals import Proposal

Written = tuple[str, str, str]  # a name, lines, and which difficult caller it plays

MOST_TESTS = 300  # of one flow: as many as run while a page is waited for


@transaction.atomic
def keep(flow: Flow, name: str, lines: str, plays: str = "", *, origin: str = "", by: Any) -> TestCall:
    """Store one more test call at the end of the list, under a name that is free.

    `origin` is the call that it was made from: who called then may ask to be forgotten.
    """
    history.remember(flow)
    (test,) = _store(flow, [(name, lines, plays)], origin=origin, by=by)
    drafts.touch(flow, by=by, what=f"the test call “{test.name}” (added)")
    return test


@transaction.atomic
def keep_all(flow: Flow, proposed: Iterable[Proposal], *, by: Any) -> int:
    """Store these proposals, as far as there is room; gives how many."""
    history.remember(flow)
    room = MOST_TESTS - flow.test_calls.count()
    kept = _store(flow, [(one.name, one.lines, one.plays) for one in proposed][:room], by=by)
    if kept:
        drafts.touch(flow, by=by, what=f"{len(kept)} test call{'' if len(kept) == 1 else 's'} (added)")
    return len(kept)


@transaction.atomic
def change(test: TestCall, *, by: Any) -> None:
    """Store a test call as it was changed."""
    history.remember(test.flow)
    test.changed_by = by
    test.save()
    drafts.touch(test.flow, by=by, what=f"the test call “{test.name}”")


@transaction.atomic
def delete(test: TestCall, *, by: Any) -> None:
    """Take a test call away; undo brings it back."""
    flow = test.flow
    history.remember(flow)
    test.delete()
    drafts.touch(flow, by=by, what=f"the test call “{test.name}” (deleted)")


def _store(flow: Flow, found: Iterable[Written], *, origin: str = "", by: Any) -> list[TestCall]:
    there = dict(flow.test_calls.values_list("name", "place"))
    place, taken = max(there.values(), default=-1), set(there)
    rows = []
    for name, lines, plays in found:
        place += 1
        rows.append(
            TestCall(
                flow=flow,
                name=free_name(name, taken, form="{} ({})"),
                lines=lines,
                plays=plays,
                origin=origin,
                place=place,
                changed_by=by,
            )
        )
        taken.add(rows[-1].name)
    return TestCall.objects.bulk_create(rows)
