"""Our figure beside the carrier's, for one stream or leg: do they agree, and if not, why not, in words. Pure.

Both sides round time up to whole minutes, and their clocks never agree to the second. So where they are within
`CLOCKS_DIFFER` of each other, our figure is the carrier's time at our price; where they are further apart, it is what
we heard at our price, whatever the books took over from the carrier since.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from streams.billing.rates import Price, amount_for_seconds, billed_seconds
from streams.reports.words import length, money

TOLERANCE = Decimal("0.0001")  # dollars
CLOCKS_DIFFER = 5  # seconds
OVERDUE = timedelta(hours=6)  # after its end a call has a record; seconds are usual
CHARGED_WITHIN = timedelta(hours=1)  # of its record; then our charge is missing
NOTHING = Decimal(0)


class Bucket(StrEnum):
    """What reconciling one thing comes to. `WAITING`: one side is not due yet."""

    MATCHED = "matched"
    DIFFERS = "differs"
    OURS = "ours only"
    THEIRS = "theirs only"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our charge. `heard`: for how many seconds we heard it, None where we could not; `ended_at`: the call's end."""

    amount: Decimal
    rate: Price | None
    heard: int | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """The newest state of the carrier's record, as in `CarrierRecord`; `fetched_at` is when we had it first."""

    amount: Decimal
    seconds: int
    billed_seconds: int
    digest: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a person said of one state of a record: `accept-theirs` or `keep-ours`."""

    decision: str
    note: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """One stream or leg with both sides. `call_pk` is None for a call that we never saw."""

    source_key: str
    day: date
    at: datetime
    call_pk: int | None
    call_uuid: str
    ours: Decimal | None
    theirs: Decimal | None
    digest: str
    bucket: Bucket
    why: str
    decided: Decided | None = None

    @property
    def is_stream(self) -> bool:
        """A stream, or else a leg."""
        return self.source_key.startswith("stream:")

    @property
    def difference(self) -> Decimal:
        """What the carrier says minus what we say."""
        return (self.theirs or NOTHING) - (self.ours or NOTHING)

    @property
    def is_apart(self) -> bool:
        """The two sides do not say the same, and both had their time."""
        return self.bucket in (Bucket.DIFFERS, Bucket.OURS, Bucket.THEIRS)

    @property
    def is_open(self) -> bool:
        """A person has still to say what becomes of it."""
        return self.is_apart and self.decided is None

    @property
    def open(self) -> Decimal:
        """The difference, while it is open."""
        return self.difference if self.is_open else NOTHING

    @property
    def settled(self) -> Decimal:
        """The difference, once a person said what becomes of it."""
        return self.difference if self.is_apart and self.decided else NOTHING


def match(
    ours: Ours | None, theirs: Theirs | None, *, is_known: bool, read_at: datetime | None, now: datetime
) -> tuple[Decimal | None, Bucket, str]:
    """Our figure, what the two come to, and why, as a sentence; one of them is given.

    `is_known`: we know the call. `read_at` is when the carrier's books of that day were last read to their end.
    """
    if theirs is None:
        return _without_theirs(ours, read_at, now)
    if ours is None:
        return None, *_without_ours(theirs, is_known, now)
    figure = figure_of(ours, theirs)
    if abs(theirs.amount - figure) <= TOLERANCE:
        return figure, Bucket.MATCHED, ""
    return figure, Bucket.DIFFERS, _why(ours, theirs, figure)


def figure_of(ours: Ours, theirs: Theirs) -> Decimal:
    """What we would pay for it."""
    if ours.rate is None:
        return ours.amount
    if clocks_agree(ours, theirs):
        billed = theirs.billed_seconds or billed_seconds(theirs.seconds, ours.rate)
    else:
        billed = billed_seconds(ours.heard or 0, ours.rate)
    return amount_for_seconds(billed, ours.rate)


def clocks_agree(ours: Ours, theirs: Theirs) -> bool:
    """Both heard about the same, or we heard nothing that could be compared."""
    return ours.heard is None or abs(ours.heard - theirs.seconds) <= CLOCKS_DIFFER


def _without_theirs(ours: Ours | None, read_at: datetime | None, now: datetime) -> tuple[Decimal, Bucket, str]:
    amount = ours.amount if ours else NOTHING
    due = ours.ended_at + OVERDUE if ours and ours.ended_at else None
    if due is None or now < due or read_at is None or read_at < due:
        return amount, Bucket.WAITING, ""
    if amount <= TOLERANCE:
        return amount, Bucket.MATCHED, ""
    heard = f"We heard it for {length(ours.heard)}" if ours and ours.heard is not None else "We charged it"
    return amount, Bucket.OURS, f"{heard}, and the carrier’s books do not have it."


def _without_ours(theirs: Theirs, is_known: bool, now: datetime) -> tuple[Bucket, str]:
    if not is_known:
        return Bucket.THEIRS, "The carrier bills what we never saw. It may have begun while the line was down."
    if theirs.amount <= TOLERANCE:
        return Bucket.MATCHED, ""
    if now < theirs.fetched_at + CHARGED_WITHIN:
        return Bucket.WAITING, ""
    return Bucket.THEIRS, "We know the call, but not this part of it, so we charged nothing."


def _why(ours: Ours, theirs: Theirs, figure: Decimal) -> str:
    if not clocks_agree(ours, theirs):
        return f"The carrier billed {length(theirs.billed_seconds)}, we heard {length(ours.heard)}."
    billed = theirs.billed_seconds
    if ours.rate is None or not billed:
        return f"The carrier takes {money(theirs.amount)}, we expect {money(figure)}."
    asked = theirs.amount * 60 / billed
    return f"The carrier takes {money(asked)} a minute, our price is {money(figure * 60 / billed)}."
