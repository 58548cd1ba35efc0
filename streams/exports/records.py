"""The table of the carrier's records: what it says of calls and streams, known to us or not."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from streams.exports.cells import Holds
from streams.exports.columns import Row, Table, column
from streams.exports.narrowing import BATCH, narrowed
from streams.figures.asked import Asked
from streams.figures.counting import span
from streams.models import Call, CarrierRecord

PLAIN = (
    (column("kind"), "kind"),
    (column("carrier’s name"), "carrier_id"),
    (column("of call"), "call_uuid"),
    (column("dialled by"), "parent_uuid"),
    (column("direction"), "direction"),
    (column("from", Holds.CALLER), "from_number"),
    (column("to", Holds.CALLER), "to_number"),
    (column("began", Holds.TIME), "began_at"),
    (column("ended", Holds.TIME), "ended_at"),
    (column("seconds", Holds.NUMBER), "seconds"),
    (column("billed seconds", Holds.NUMBER), "billed_seconds"),
    (column("unit price", Holds.MONEY), "unit_price"),
    (column("carrier’s amount", Holds.MONEY), "amount"),
    (column("currency"), "currency"),
    (column("fetched", Holds.TIME), "fetched_at"),
)


def newest(asked: Asked) -> QuerySet[CarrierRecord]:
    """The newest word on each leg and stream of these days. What only calls of ours have narrows to those."""
    began, ended = span(asked.first, asked.last)
    later = CarrierRecord.objects.filter(
        kind=OuterRef("kind"), carrier_id=OuterRef("carrier_id"), pk__gt=OuterRef("pk")
    )
    found = CarrierRecord.objects.filter(~Exists(later), began_at__gte=began, began_at__lt=ended)
    if any((asked.flow, asked.version, asked.number, asked.language)):
        ours = narrowed(Call.objects.filter(call_uuid=OuterRef("call_uuid")), asked)
        found = found.filter(Exists(ours))
    return found


def rows(asked: Asked) -> Iterator[Row]:
    """One row for each leg or stream, by when it began."""
    ordered = newest(asked).order_by("began_at", "pk")
    yield from ordered.values_list(*(path for _, path in PLAIN)).iterator(chunk_size=BATCH)


RECORDS = Table(
    key="records",
    title="Carrier’s records",
    says="One row for each call leg and stream as the carrier recorded and billed it.",
    columns=tuple(each for each, _ in PLAIN),
    count=lambda asked: newest(asked).count(),
    rows=rows,
    needs="money",
)
