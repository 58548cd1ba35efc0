"""Everything that the charges of one call rest on, read once: the carrier's records, people's decisions, prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from streams.billing.kinds import LEG, leg_kind
from streams.billing.rates import rate_at
from streams.billing.status import latest
from streams.models import CarrierRecord, Rate, Settlement

KEYS = {"stream": "stream", "call": LEG}  # kind of a record, and the kind of charge that it is of


def key_of(record: CarrierRecord) -> str:
    """The key of the charge that this record is of."""
    return f"{KEYS.get(record.kind, record.kind)}:{record.carrier_id}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`records` is the newest state of each, by the key of its charge."""

    records: Mapping[str, CarrierRecord]
    decisions: Mapping[tuple[str, str], str]
    rates: Mapping[str, list[Rate]]

    def decision(self, key: str) -> str:
        """What a person said about the present state of this record, or about there being none; "" for nothing."""
        record = self.records.get(key)
        return self.decisions.get((key, record.digest if record else ""), "")

    def rate(self, kind: str, moment: datetime) -> Rate | None:
        return rate_at(self.rates.get(kind, []), moment)

    def leg_rate(self, direction: str, toward: str, moment: datetime) -> Rate | None:
        """The price of the longest beginning of the number that has one valid then."""
        kinds = (leg_kind(direction, toward[:size]).stored for size in range(len(toward), -1, -1))
        return next((rate for rate in (self.rate(kind, moment) for kind in kinds) if rate), None)


def gather(call_uuid: str, carrier_ids: Iterable[str], kinds: Q) -> Evidence:
    """What is known of this call and of these streams and legs, and the prices of these kinds."""
    names = list(carrier_ids)
    mine = CarrierRecord.objects.filter(Q(call_uuid=call_uuid) | Q(carrier_id__in=names)).order_by("pk")
    records = {key_of(record): record for record in mine.defer("raw", "from_number")}
    keys = {*records, *(f"{kind}:{name}" for kind in KEYS.values() for name in names)}
    said = Settlement.objects.filter(source_key__in=keys) if keys else Settlement.objects.none()
    rates: dict[str, list[Rate]] = {}
    for rate in Rate.objects.filter(kinds):
        rates.setdefault(rate.kind, []).append(rate)
    decisions = latest(said.order_by("pk").values_list("source_key", "carrier_digest", "decision"))
    return Evidence(records, decisions, rates)
