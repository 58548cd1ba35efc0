"""What is kept of each act at the desk. Nobody acts on a call without a row here."""

from typing import Any

from flows.models import Flow
from streams.models import Call, DeskAct
from streams.sharing.unmasking import name_of

LISTENS, LISTENED = "listens", "listened"  # an ear was opened; it was closed again, after `seconds`


def note(user: Any, call: Call | None, act: str, *, flow: Flow | None = None, **what: Any) -> DeskAct:
    """Keep that this person did this, to this call or flow. `what` is JSON, and tells nothing of a caller."""
    return DeskAct.objects.create(
        by=user,
        done_by=name_of(user),
        call=call,
        call_named=call.call_uuid if call else "",
        flow=flow,
        flow_named=flow.name[:120] if flow else "",
        act=act,
        data=what,
    )
