"""What is the carrier's part on a call that the site ordered: the end that it asks for, and answering machines."""

import asyncio
from collections.abc import Mapping
from typing import Any

from streams.phone import causes, forms
from streams.phone.call import PhoneCall
from streams.phone.desk import Order

HEARD_AFTER = 2.5  # seconds from the answer until the carrier knows that a machine speaks
GREETING = "Hello. I am not here at the moment. Please leave a message after the tone."


def carried(call: PhoneCall, order: Order, *, machine: bool) -> None:
    """Carry this order: the site may end it, and is told of a machine where it asked for that."""
    loop = asyncio.get_running_loop()
    order.rings = lambda: call.record.answered_at is None
    order.hang_up = lambda: loop.call_soon_threadsafe(
        call.decide, causes.CANCELLED if order.rings() else causes.BY_REST
    )
    if wants_to_know(order.wanted):
        call.once_answered.append(lambda: _listen(call, order, machine=machine))


def wants_to_know(wanted: Mapping[str, Any]) -> bool:
    """Whether the site asked what picks up."""
    return "machine_detection" in wanted


async def _listen(call: PhoneCall, order: Order, *, machine: bool) -> None:
    """Tell what picked up, a little after the answer; a site that wants so is rid of machines at once."""
    await call.clock.sleep(HEARD_AFTER)
    call.note("machine" if machine else "person", "The carrier heard an answering machine." if machine else "")
    if machine and order.wanted["machine_detection"] == "hangup":
        call.decide(causes.MACHINE_DETECTED)
    elif url := order.wanted.get("machine_detection_url"):
        form = forms.of_call(call.facts, event="MachineDetection", status="in-progress")
        call.callbacks.notify(url, form | {"Machine": str(machine).lower()})
