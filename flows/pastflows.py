"""The flows that past calls were answered by."""

from collections.abc import Iterable

from flows import engine
from flows.engine import snapshot
from flows.models import Flow, FlowVersion
from flows.seams import PastCall


def versions_of(flow: Flow, calls: Iterable[PastCall]) -> dict[int, engine.Flow]:
    """The flows that answered these calls, by the key of their version; those of another release are left out."""
    versions = FlowVersion.objects.filter(flow=flow, pk__in={call.version_pk for call in calls})
    found = {version.pk: snapshot.readable(version.snapshot) for version in versions}
    return {pk: walked for pk, walked in found.items() if walked}
