"""What is kept of each act at the desk. Nobody acts on a call without a row here."""

from typing import Any

from flows.models import Flow
from streams.models import Call, DeskAct
from streams.sharing.unmasking import name_of

REFUSED = "refused"  # somebody wanted an act, `wanted`, that they may not do
CAME = "came"  # what came of an act, `of`: `done`, or the `sentence` that says why not
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


def came_of(user: Any, call_pk: int, act: str, sentence: str) -> DeskAct:
    """Keep what came of an act on this call: `sentence` says why it was not done, "" that it was."""
    call = Call.objects.filter(pk=call_pk).first()
    return note(user, call, CAME, of=act, done=not sentence, sentence=sentence)
