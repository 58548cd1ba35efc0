"""What is asked of the process that carries a call, by whoever is elsewhere (`news.ask`)."""

import logging
from collections.abc import Callable

from channels.layers import get_channel_layer

from flows.engine.events import Event, MachineAnswered
from streams.desk import news

log = logging.getLogger(__name__)


EVENTS: dict[str, Event] = {"machine": MachineAnswered()}  # by what is asked; anything else is passed over


async def listen(call_pk: int, feed: Callable[[Event], None]) -> None:
    """Let the flow of this call know what is asked, until this is cancelled. A layer that fails asks nothing."""
    layer, group = get_channel_layer(), news.group_of(call_pk)
    channel = ""
    try:
        news.opened()
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
        while True:
            ask = await layer.receive(channel)
            if (event := EVENTS.get(str(ask.get("act")))) is not None:
                feed(event)
    except Exception as error:  # whatever the layer's driver raises: the call goes on without
        log.warning("A call cannot be asked anything (%s).", type(error).__name__)
    finally:
        if channel:
            await layer.group_discard(group, channel)
