"""Taking away the test calls that were made from somebody's call: from the draft, and from what undo goes back to."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from flows.models import DraftRevision, TestCall


@transaction.atomic
def forget(origins: Collection[str]) -> int:
    """Remove the test calls that were made from these calls, as the carrier names them; gives how many there were."""
    if not origins:
        return 0
    named = Q()
    for origin in origins:
        named |= Q(text__contains=origin)
    for revision in DraftRevision.objects.annotate(text=Cast("content", TextField())).filter(named).iterator(50):
        tests = [test for test in revision.content.get("tests", []) if test.get("origin", "") not in origins]
        DraftRevision.objects.filter(pk=revision.pk).update(content={**revision.content, "tests": tests})
    count, _ = TestCall.objects.filter(origin__in=origins).delete()
    return count
