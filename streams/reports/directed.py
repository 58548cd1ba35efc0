"""What somebody at the operations desk did to a call, how it ended, and whether the carrier still listed it, as its
story tells it. Pure."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from streams.directing import DESK, ENDED

if TYPE_CHECKING:
    from streams.reports.timeline import Row, Telling


def _transfer(t: "Telling") -> "Row":
    where = t.names.destination(str(t.data.get("destination")))
    if not t.by:
        return t.of_step(f"puts the caller through to {where}")
    wish = "somebody at the operations desk wanted it" if t.by == DESK else "as the emergency announcement says"
    return t.of_call(f"is put through to {where}", wish)


def _announced(t: "Telling") -> "Row":
    if why := t.data.get("why"):
        return t.of_call("goes on without the emergency announcement", str(why))
    return t.of_call("hears the emergency announcement")


def _hangup(t: "Telling") -> "Row":
    reason = str(t.data.get("reason", ""))
    return t.of_call(f"is {ENDED}") if reason == ENDED else t.of_call("is ended by the flow", reason)


DIRECTING: dict[str, Callable[["Telling"], "Row"]] = {
    "transfer": _transfer,
    "hangup": _hangup,
    "announced": _announced,
    "agent_left_out": lambda t: t.of_step("goes on without the assistant", "its AI steps are switched off"),
    "unlisted": lambda t: t.of_call("is not among the carrier’s calls any more", "asked as nothing was heard of it"),
    "listed": lambda t: t.of_call("is among the carrier’s calls again"),
}
