"""What is asked of the process that carries a call, by whoever is elsewhere (`news.ask`)."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from flows.engine.events import Event, MachineAnswered
from streams.desk import news
from streams.directing import ACTS

log = logging.getLogger(__name__)

EVENTS: dict[str, Event] = {"machine": MachineAnswered()}  # by what is asked
BROKE = "Something went wrong with it on our side. The call goes on."

Do = Callable[[str, Mapping[str, Any]], str]


async def listen(call_pk: int, feed: Callable[[Event], None], do: Do) -> None:
    """Let the flow of this call know what is asked, until this is cancelled; what the desk wants is done with `do`,
    which says why not, and the desk is told. Anything else is passed over."""
    news.opened()
    async for ask in news.asked(call_pk):
        act = str(ask.get("act"))
        if act in EVENTS:
            feed(EVENTS[act])
        elif act in ACTS:
            why_not = _done(do, act, ask)
            news.tell(call_pk, "act_failed" if why_not else "act_done", asked=ask.get("asked"), sentence=why_not)


def _done(do: Do, act: str, ask: Mapping[str, Any]) -> str:
    try:
        return do(act, ask)
    except Exception:
        log.exception("What the desk asked of a call could not be done.")
        return BROKE
