"""Whether the flow of a list does for its calls, when it is started and whenever another version is live. Sync."""

from collections.abc import Iterator
from datetime import datetime

from flows.engine.machine import Flow
from flows.engine.step import MACHINE
from flows.practice import calling_out
from streams.lines import version_in_memory
from streams.models import CallList
from streams.models.outbound import CallsFor, ListState, Machines
from streams.outbound import beginning
from streams.outbound.abandoning import stop_itself

NO_MESSAGE = (
    "It leaves messages on answering machines, and its flow has none. Begin the flow with the step “Call somebody”, "
    "and connect its exit for machines; or choose something else for machines."
)
STOPPED = "It stopped itself, since another version of its flow is live. {}"


def in_flow(call_list: CallList, flow: Flow) -> Iterator[str]:
    """What its flow lacks for such calls. For sales calls the rules that are good advice elsewhere are the law."""
    first = next((key for key, step in flow.steps.items() if step.meets_machines), "")
    told = flow.exits.get((first, MACHINE))
    if call_list.machines == Machines.MESSAGE and not (told and told.goes_to):
        yield NO_MESSAGE
    if call_list.calls_for == CallsFor.SALES:
        for found in calling_out.in_calls(flow):
            yield f"{flow.name_of(found.step)}: {found.sentence}" if found.step else found.sentence


def stop_unfit(now: datetime) -> int:
    """Pause the running lists whose flow does not do any more, with why; gives how many."""
    stopped = 0
    for call_list in CallList.objects.filter(state=ListState.RUNNING).select_related("ours__version"):
        version = beginning.version_for(call_list)
        problem = next(in_flow(call_list, version_in_memory(version.pk)), "") if version else ""
        if problem:
            stopped += stop_itself(call_list.pk, STOPPED.format(problem), now)
    return stopped
