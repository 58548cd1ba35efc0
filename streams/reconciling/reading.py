"""One record of the carrier's books, read. Pure, and tolerant: what cannot be counted on is left out.

Numbers come as numbers or text, times with an offset or without one (then in the account's zone), fields come and go.
What a record cannot do without is whose it is and what it costs, for how long; one that garbles that is `Unreadable`.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

SIX_PLACES = Decimal("0.000001")
MOST_DOLLARS = Decimal(10**7)
MOST_SECONDS = 10**8
LONGEST_NAME = 80
DIRECTIONS = ("inbound", "outbound")
OF_THE_ANSWER = ("api_id",)  # names the answer, not the record, and is another one each time


class Unreadable(Exception):
    """A record that makes no sense. The message is a sentence for people, without anything out of the record."""


@dataclass(frozen=True, slots=True)
class Told:
    """One state of one record; fields as in `CarrierRecord`."""

    kind: str
    carrier_id: str
    call_uuid: str
    parent_uuid: str
    direction: str
    from_number: str
    to_number: str
    began_at: datetime | None
    ended_at: datetime | None
    seconds: int
    billed_seconds: int
    unit_price: Decimal | None
    amount: Decimal
    raw: dict[str, Any]
    digest: str

    @property
    def source_key(self) -> str:
        """The charge that this record is about."""
        return f"{'stream' if self.kind == 'stream' else 'leg'}:{self.carrier_id}"


def read_call(record: Any, zone: ZoneInfo) -> Told | None:
    """A call or a leg of one; None while it is not over. Raises `Unreadable`."""
    found = _object(record)
    ended = _moment(found.get("end_time"), zone)
    if ended is None and _is_absent(found.get("total_amount")):
        return None
    name, parent = _name(found, "call_uuid"), _text(found.get("parent_call_uuid"))
    seconds = _first_seconds(found, "bill_duration", "call_duration")
    direction = _text(found.get("call_direction"))
    return Told(
        kind="call",
        carrier_id=name,
        call_uuid=parent or name,
        parent_uuid=parent,
        direction=direction if direction in DIRECTIONS else "",
        from_number=_text(found.get("from_number")),
        to_number=_text(found.get("to_number")),
        began_at=_moment(found.get("answer_time"), zone) or _moment(found.get("initiation_time"), zone),
        ended_at=ended,
        seconds=seconds or 0,
        billed_seconds=_first_seconds(found, "billed_duration", "bill_duration", "call_duration") or 0,
        unit_price=_money(found.get("total_rate")),
        amount=_amount(found, "total_amount"),
        **_kept(found),
    )


@dataclass(frozen=True, slots=True)
class End:
    """What a record says of the end of its call; None and "" for what it does not tell, or garbles."""

    at: datetime | None
    seconds: int | None
    cause: str
    cost: Decimal | None


def read_end(record: Any, call_uuid: str, zone: ZoneInfo) -> End | None:
    """The end of this call, by its record; None where that tells of none, as of a call that goes on. Unlike `read_call`
    it needs no amount."""
    if not isinstance(record, Mapping) or _text(record.get("call_uuid")) not in ("", call_uuid):
        return None
    if _is_absent(record.get("end_time")):
        return None
    at = _moment(record.get("end_time"), zone)
    try:
        seconds = _first_seconds(record, "bill_duration", "call_duration")
    except Unreadable:
        seconds = None
    if at is None and seconds is None:
        return None
    cause, cost = _text(record.get("hangup_cause_name")), _money(record.get("total_amount"))
    return End(at, seconds, cause, cost)


def read_stream(record: Any, call_uuid: str, zone: ZoneInfo) -> Told | None:
    """A stream of the call that was asked about; None while it goes on. Raises `Unreadable`."""
    found = _object(record)
    ended = _moment(found.get("end_time"), zone)
    if ended is None and (_is_absent(found.get("billed_amount")) or not _amount(found, "billed_amount")):
        return None
    billed = _first_seconds(found, "rounded_bill_duration", "bill_duration") or 0
    return Told(
        kind="stream",
        carrier_id=_name(found, "stream_id"),
        call_uuid=call_uuid or _text(found.get("call_uuid")),
        parent_uuid="",
        direction="",
        from_number="",
        to_number="",
        began_at=_moment(found.get("start_time"), zone) or _moment(found.get("created_at"), zone),
        ended_at=ended,
        seconds=_first_seconds(found, "bill_duration") or 0,
        billed_seconds=billed,
        unit_price=None,
        amount=_amount(found, "billed_amount"),
        **_kept(found),
    )


def digest_of(record: Any) -> str:
    """SHA-256 of a record, whatever it is."""
    return hashlib.sha256(json.dumps(storable(record), sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def storable(found: Any) -> Any:
    """The same, as every database can keep it: no NUL, no half characters, no numbers that are none."""
    if isinstance(found, str):
        return found.replace("\0", "").encode(errors="replace").decode()
    if isinstance(found, float) and not math.isfinite(found):
        return str(found)
    if isinstance(found, Mapping):
        return {storable(str(name)): storable(value) for name, value in found.items()}
    return [storable(one) for one in found] if isinstance(found, list) else found


def _kept(found: Mapping[str, Any]) -> dict[str, Any]:
    raw = storable({name: value for name, value in found.items() if name not in OF_THE_ANSWER})
    return {"raw": raw, "digest": digest_of(raw)}


def _object(record: Any) -> Mapping[str, Any]:
    if not isinstance(record, Mapping):
        raise Unreadable("It is not a record at all.")
    return record


def _name(found: Mapping[str, Any], field: str) -> str:
    name = _text(found.get(field), most=LONGEST_NAME + 1)
    if not name or len(name) > LONGEST_NAME:
        raise Unreadable("It does not say which call or stream it is about.")
    return name


def _text(said: Any, most: int = LONGEST_NAME) -> str:
    return str(storable(said)).strip()[:most] if isinstance(said, str | int) and not isinstance(said, bool) else ""


def _is_absent(said: Any) -> bool:
    return said is None or (isinstance(said, str) and not said.strip())


def _amount(found: Mapping[str, Any], field: str) -> Decimal:
    if _is_absent(found.get(field)):
        raise Unreadable("It does not say what it costs.")
    amount = _money(found[field])
    if amount is None:
        raise Unreadable("What it costs is not an amount of money.")
    return amount


def _money(said: Any) -> Decimal | None:
    number = _number(said)
    return number.quantize(SIX_PLACES) if number is not None and 0 <= number < MOST_DOLLARS else None


def _first_seconds(found: Mapping[str, Any], *fields: str) -> int | None:
    """The first of these that is there, in begun seconds."""
    for field in fields:
        if not _is_absent(found.get(field)):
            number = _number(found[field])
            if number is None or not 0 <= number < MOST_SECONDS:
                raise Unreadable("How long it lasted is not a number of seconds.")
            return math.ceil(number)
    return None


def _number(said: Any) -> Decimal | None:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        number = Decimal(str(said).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(said: Any, zone: ZoneInfo) -> datetime | None:
    """A time of the carrier's; None when it cannot be read, for nothing of money hangs on it."""
    if not isinstance(said, str):
        return None
    try:
        moment = datetime.fromisoformat(said.strip())
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
