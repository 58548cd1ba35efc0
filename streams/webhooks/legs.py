"""Facts about legs that the carrier tells: the one that was dialled for a transfer, and what its length was.

Two messages tell of a dialled leg: the dial's `callbackUrl`, as it is answered and ends, and the `action`, when the
caller comes back, which may lack the length. Either alone is enough for a charge.
"""

from datetime import datetime

from streams import calls
from streams.billing.kinds import OUTBOUND
from streams.models import Call, CarrierMessage
from streams.webhooks.inbox import Message
from streams.webhooks.request import NAME

SPOKE = "completed"
KINDS = {"answer": "answer", "connected": "answer", "hangup": "end"}  # by DialAction


def told(call: Call, message: Message) -> None:
    """The dialled leg was answered, or is over; whatever else the carrier tells of it changes nothing."""
    fields, leg_uuid = message.fields, message.fields.get("DialBLegUUID", "")
    kind = KINDS.get(fields.get("DialAction", "").lower())
    if kind is None or not NAME.fullmatch(leg_uuid):
        return
    number, seconds = fields.get("DialBLegTo", ""), seconds_in(fields.get("DialBLegDuration"))
    _note(call, leg_uuid, kind, message.received_at, number)
    if kind == "end" and seconds is not None:
        _note(call, leg_uuid, "length", message.received_at, number, seconds=seconds)
    if kind == "end":
        calls.ring(call.pk)


def came_back(call: Call, message: Message, given: CarrierMessage | None, step: str = "") -> None:
    """A dial that they spoke on is over. `given` is the message that was answered with it: then the ringing began, and
    that stands for the answer unless somebody tells it. A leg without a name of its own bears the call's."""
    fields = message.fields
    if fields.get("DialStatus") != SPOKE:
        return
    said = fields.get("DialBLegUUID", "")
    leg_uuid = said if NAME.fullmatch(said) else f"{call.call_uuid}:dial:{given.pk if given else 0}"
    number = str(given.reply.get("number", "")) if given else ""
    began = given.received_at if given else message.received_at
    _note(call, leg_uuid, "dialled", began, number, step=step)
    _note(call, leg_uuid, "end", message.received_at, number, step=step, source="stop")
    seconds = seconds_in(fields.get("DialBLegDuration"))
    if seconds:
        _note(call, leg_uuid, "length", message.received_at, number, step=step, seconds=seconds)


def dial_given(call: Call, document: int) -> CarrierMessage | None:
    """The message that was answered with this document, a dial."""
    messages = CarrierMessage.objects.filter(call_uuid=call.call_uuid, reply__page="dial", reply__document=document)
    return messages.first()


def seconds_in(told: str | None) -> int | None:
    """A duration in whole seconds; None for anything that cannot be one."""
    told = told or ""
    if not (told.isascii() and told.isdecimal() and len(told) <= 6):
        return None
    return int(told) if int(told) <= LONGEST_SECONDS else None


LONGEST_SECONDS = 2 * 86_400  # more is no call but a mistake


def _note(
    call: Call,
    leg_uuid: str,
    kind: str,
    at: datetime,
    number: str,
    *,
    step: str = "",
    seconds: int | None = None,
    source: str = "webhook",
) -> None:
    fact = calls.LegFact(leg_uuid=leg_uuid, kind=kind, direction=OUTBOUND, number=number, step=step, seconds=seconds)
    calls.note_leg(call, fact, source=source, at=at)
