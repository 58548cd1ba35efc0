"""With what a call of a list begins: its version, what is known of the callee, and the words that the law wants first.
Sync."""

from collections.abc import Mapping

from flows import publishing
from flows.engine.machine import Flow
from flows.models import FlowVersion
from streams.models import Call, Callee, CallList, OutboundAttempt
from streams.opt_out import Opening

NAME = "name"  # under which the flow knows the name of who is called


def version_for(call_list: CallList) -> FlowVersion | None:
    """The version of the list's flow that is live now: on the number that is shown, on any other, or the newest."""
    if call_list.ours.version and call_list.ours.version.flow_id == call_list.flow_id:
        return call_list.ours.version
    live = FlowVersion.objects.filter(flow=call_list.flow, numbers__isnull=False).order_by("-number").first()
    return live or publishing.latest(call_list.flow)


def answers(callee: Callee) -> Mapping[str, str]:
    """What the flow knows of them from the first step on, by the names of answers."""
    named = {NAME: callee.name} if callee.name else {}
    return {**named, **{str(key): str(said) for key, said in callee.answers.items() if said}}


def opening_of(call: Call, flow: Flow) -> Opening | None:
    """What is said first on this call; None where nobody is called by a list."""
    if call.direction != "outbound":
        return None
    attempt = OutboundAttempt.objects.filter(call=call).select_related("callee__call_list").first()
    return Opening.of(attempt.callee.call_list.company, flow.language) if attempt else None
