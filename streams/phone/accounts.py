"""What the carrier's REST interface tells of its book: records of legs and streams, priced, filtered and in pages.

Shapes are those of the carrier's documents (its call and audio-stream objects). Its disputed ways are fields of
`Manner`, and its bad days have names (`FAULTS`). Pure, but for the book that is read.
"""

import math
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, Literal

from streams.phone.book import Book, Leg, Streamed
from streams.phone.forms import BILL_RATES

MOST_ON_A_PAGE = 20
STREAM_RATE = Decimal("0.003")
Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How the carrier tells of its book. `Manner()` is the default; the others are what a site must survive."""

    after_seconds: float = 2.0  # a record appears so long after the end
    zone_hours: float = 0.0  # the account's zone: how far its times are off UTC
    offset: Literal["written", "missing", "wrong"] = "written"
    numbers: Literal["numbers", "text"] = "numbers"
    unknown_fields: Mapping[str, Any] = field(default_factory=dict)
    twice: bool = False  # each record stands twice in a list
    unseen_stream: bool = False  # each call has one more stream, which the site never saw
    price_factor: Decimal = Decimal(1)
    garbled: Mapping[str, Any] = field(default_factory=dict)  # fields that say something else, on every record


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which the carrier's records can go wrong. `sets` are fields of `Manner`."""

    words: str
    sets: Mapping[str, Any]


FAULTS = {
    "late": Fault("a record appears half a minute after the call, not two seconds", {"after_seconds": 30.0}),
    "duplicate": Fault("each record stands twice in a list", {"twice": True}),
    "text-amount": Fault("seconds and all other numbers come as text", {"numbers": "text"}),
    "unknown-fields": Fault("each record has fields that nobody knows", {"unknown_fields": {"surcharge_code": "x7"}}),
    "no-zone": Fault(
        "times are five and a half hours ahead and do not say so", {"zone_hours": 5.5, "offset": "missing"}
    ),
    "wrong-zone": Fault("times are five and a half hours ahead and say UTC", {"zone_hours": 5.5, "offset": "wrong"}),
    "unseen-stream": Fault("each call has one more stream, which the site never saw", {"unseen_stream": True}),
    "dearer": Fault("everything costs twice the price", {"price_factor": Decimal(2)}),
    "garbled": Fault("amounts cannot be read", {"garbled": {"total_amount": "n/a", "billed_amount": "n/a"}}),
}


class UnknownFault(ValueError):
    """No fault has this name. The message lists those that there are."""


def faults_named(names: str) -> dict[str, Fault]:
    """The faults of “late,duplicate” by their names; none for "". Raises `UnknownFault`."""
    asked = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in asked if name not in FAULTS]
    if unknown:
        raise UnknownFault(f"There is no fault “{unknown[0]}”. Choose from: {', '.join(FAULTS)}.")
    return {name: FAULTS[name] for name in asked}


def manner_with(faults: Iterable[Fault]) -> Manner:
    """How a carrier with these faults tells of its book; of two that set the same field, the later counts."""
    return Manner(**{name: value for fault in faults for name, value in fault.sets.items()})


class Accounts:
    """Answers to the three questions that a site has, each as the carrier's JSON; None is its 404."""

    def __init__(self, book: Book, manner: Manner) -> None:
        self._book, self._manner = book, manner

    def calls(self, asked: Mapping[str, str], now: float) -> Json:
        """`GET Call/`: what fits the filters, the latest end first."""
        legs = [leg for leg in self._book.legs() if self._is_out(leg.ended_at, now) and self._fits(leg, asked)]
        return self._page([self._leg(leg) for leg in legs], asked)

    def call(self, name: str, now: float) -> Json | None:
        """`GET Call/{uuid}/`."""
        leg = self._seen(name, now)
        return None if leg is None else {"api_id": str(uuid.uuid4())} | self._leg(leg)

    def streams(self, name: str, asked: Mapping[str, str], now: float) -> Json | None:
        """`GET Call/{uuid}/Stream/`."""
        leg = self._seen(name, now)
        if leg is None:
            return None
        streams = self._book.streams_of(name)
        if self._manner.unseen_stream:
            began = leg.answered_at or leg.began_at
            streams.append(
                Streamed(stream_id=f"{name[:-4]}-own", call_uuid=name, began_at=began, ended_at=leg.ended_at)
            )
        return self._page([self._stream(stream) for stream in streams], asked)

    def _seen(self, name: str, now: float) -> Leg | None:
        legs = (leg for leg in self._book.legs() if leg.uuid == name and self._is_out(leg.ended_at, now))
        return next(legs, None)

    def _is_out(self, ended_at: float, now: float) -> bool:
        return now >= ended_at + self._manner.after_seconds

    def _fits(self, leg: Leg, asked: Mapping[str, str]) -> bool:
        ended = datetime.fromtimestamp(leg.ended_at, UTC)
        since, until = self._moment(asked.get("end_time__gte")), self._moment(asked.get("end_time__lt"))
        return (
            (since is None or ended >= since)
            and (until is None or ended < until)
            and asked.get("parent_call_uuid", leg.parent) == leg.parent
            and asked.get("call_direction", leg.direction) == leg.direction
            and asked.get("to_number", "").lstrip("+") in ("", leg.to_number.lstrip("+"))
        )

    def _page(self, records: list[Json], asked: Mapping[str, str]) -> Json:
        if self._manner.twice:
            records = [record for one in records for record in (one, one)]
        limit = min(int(asked.get("limit", MOST_ON_A_PAGE)), MOST_ON_A_PAGE)
        offset = int(asked.get("offset", 0))
        meta = {"limit": limit, "offset": offset, "total_count": len(records)}
        return {"api_id": str(uuid.uuid4()), "meta": meta, "objects": records[offset : offset + limit]}

    def _leg(self, leg: Leg) -> Json:
        seconds = 0 if leg.answered_at is None else math.ceil(leg.ended_at - leg.answered_at)
        minutes, rate = math.ceil(seconds / 60), BILL_RATES[leg.direction] * self._manner.price_factor
        return self._told(
            {
                "answer_time": None if leg.answered_at is None else self._written(leg.answered_at),
                "bill_duration": seconds,
                "billed_duration": minutes * 60,
                "call_direction": leg.direction,
                "call_duration": seconds,
                "call_state": "ANSWER" if seconds else "NO_ANSWER",
                "call_uuid": leg.uuid,
                "conference_uuid": None,
                "end_time": self._written(leg.ended_at),
                "from_number": leg.from_number.lstrip("+"),
                "hangup_cause_code": leg.code,
                "hangup_cause_name": leg.name,
                "hangup_source": leg.source,
                "initiation_time": self._written(leg.began_at),
                "parent_call_uuid": leg.parent or None,
                "to_number": leg.to_number.lstrip("+"),
                "total_amount": f"{minutes * rate:.5f}",
                "total_rate": f"{rate:.5f}",
            }
        )

    def _stream(self, stream: Streamed) -> Json:
        seconds = max(math.ceil(stream.ended_at - stream.began_at), 1)
        minutes = math.ceil(seconds / 60)
        return self._told(
            {
                "audio_track": "both" if len(stream.tracks) > 1 else stream.tracks[0],
                "bidirectional": stream.bidirectional,
                "bill_duration": seconds,
                "billed_amount": f"{minutes * STREAM_RATE * self._manner.price_factor:.5f}",
                "call_uuid": stream.call_uuid,
                "created_at": self._written(stream.began_at),
                "end_time": self._written(stream.ended_at),
                "rounded_bill_duration": minutes * 60,
                "service_url": stream.url,
                "start_time": self._written(stream.began_at),
                "status": "completed",
                "stream_id": stream.stream_id,
            }
        )

    def _told(self, record: Json) -> Json:
        manner = self._manner
        if manner.numbers == "text":
            record = {n: str(v) if isinstance(v, int) and not isinstance(v, bool) else v for n, v in record.items()}
        return record | dict(manner.unknown_fields) | dict(manner.garbled)

    def _written(self, moment: float) -> str:
        hours = self._manner.zone_hours
        local = datetime.fromtimestamp(moment, timezone(timedelta(hours=hours)))
        offset = {"written": f"{local:%z}", "missing": "", "wrong": "+0000"}[self._manner.offset]
        return f"{local:%Y-%m-%d %H:%M:%S}" + (f"{offset[:3]}:{offset[3:]}" if offset else "")

    def _moment(self, said: str | None) -> datetime | None:
        zone = timezone(timedelta(hours=self._manner.zone_hours))
        return datetime.strptime(said, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone) if said else None
