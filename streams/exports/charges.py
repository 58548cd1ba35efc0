"""The table of charges: the current figure of each thing that cost something."""

from collections.abc import Iterator

from django.db.models import QuerySet

from streams.exports.cells import Holds
from streams.exports.columns import Row, Table, column
from streams.exports.narrowing import BATCH, narrowed
from streams.figures.asked import Asked
from streams.models import Charge

PLAIN = (
    (column("charge", Holds.NUMBER), "pk"),
    (column("of"), "source_key"),
    (column("call", Holds.NUMBER), "call_id"),
    (column("carrier’s name of the call"), "call__call_uuid"),
    (column("call began", Holds.TIME), "call__began_at"),
    (column("flow"), "call__version__flow__name"),
    (column("cost centre"), "call__version__flow__cost_centre"),
    (column("version", Holds.NUMBER), "call__version__number"),
    (column("kind"), "kind"),
    (column("what"), "description"),
    (column("seconds", Holds.NUMBER), "seconds"),
    (column("quantity", Holds.NUMBER), "quantity"),
    (column("unit"), "unit"),
    (column("step, as reports name it"), "step"),
    (column("began", Holds.TIME), "began_at"),
    (column("price", Holds.MONEY), "rate__price"),
    (column("price is for", Holds.NUMBER), "rate__per"),
    (column("amount", Holds.MONEY), "amount"),
    (column("carrier’s amount", Holds.MONEY), "carrier_amount"),
    (column("paid to"), "payee"),
    (column("currency"), "currency"),
    (column("rests on"), "basis"),
    (column("status"), "status"),
    (column("figure number", Holds.NUMBER), "version"),
    (column("made", Holds.TIME), "created_at"),
)


def current(asked: Asked) -> QuerySet[Charge]:
    """The charges that count, of the calls that are asked for."""
    return narrowed(Charge.objects.current(), asked, "call__")


def rows(asked: Asked) -> Iterator[Row]:
    """One row for each current charge, in the order of calls."""
    ordered = current(asked).order_by("call__began_at", "call_id", "pk")
    yield from ordered.values_list(*(path for _, path in PLAIN)).iterator(chunk_size=BATCH)


CHARGES = Table(
    key="charges",
    title="Charges",
    says="One row for each thing that cost something: how much of it, at what price, and on what the figure rests.",
    columns=tuple(each for each, _ in PLAIN),
    count=lambda asked: current(asked).count(),
    rows=rows,
    needs="money",
)
