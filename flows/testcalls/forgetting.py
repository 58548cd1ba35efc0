"""Taking away the test calls that were made from somebody's call: from the draft, and from what undo goes back to."""

from collections.abc import Collection

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from flows.models import DraftRevision, TestCall


def forget(origins: Collection[str]) -> int:
    """Remove the test calls that were made from these calls, as the carrier names them; gives how many there were.

    Every state of every draft is looked through, which takes long, so each is written by itself. May run again.
    """
    if not origins:
        return 0
    named = Q()
    for origin in origins:
        named |= Q(text__contains=origin)
    named_in = DraftRevision.objects.annotate(text=Cast("content", TextField())).filter(named)
    for pk in list(named_in.values_list("pk", flat=True)):
        revision = DraftRevision.objects.get(pk=pk)
        tests = [test for test in revision.content.get("tests", []) if test.get("origin", "") not in origins]
        DraftRevision.objects.filter(pk=pk).update(content={**revision.content, "tests": tests})
    count, _ = TestCall.objects.filter(origin__in=origins).delete()
    return count
