"""What the books should say, from stored facts alone, by code that shares nothing with the product's."""

from decimal import Decimal

from django.db.models import Sum

from streams.models import CarrierRecord, Charge, LedgerEntry, LegEvent, Settlement, StreamEvent

STREAM_END = (("socket", "webhook"), ("hangup",), ("sweep",))
LEG_END = (("webhook", "hangup"), ("stop", "socket"), ("sweep",))
PRICES = {"stream": Decimal("0.003"), "inbound": Decimal("0.0055"), "outbound": Decimal("0.0115")}
ENOUGH = Decimal("0.0001")


def minutes(seconds) -> int:
    """Begun minutes, at least one."""
    return max(1, -(-int(seconds + 0.999) // 60))


def _lasted(starts, ends, ranks):
    """Seconds from the first start to the best end; None without an end."""
    for sources in ranks:
        told = sorted(at for source, at in ends if source in sources)
        if told:
            sane = [at for at in told if not starts or at >= min(starts)] or told
            return max((sane[0] - min(starts)).total_seconds(), 0) if starts else 0
    return None


def _estimated(key, facts):
    """(price, minutes) of a thing by our own facts, or None while it is not over."""
    starts = [f.occurred_at for f in facts if f.kind in ("start", "answer")]
    if key.startswith("stream:"):
        ends = [(f.source, f.occurred_at) for f in facts if f.kind in ("stop", "dropped")]
        if ends and not starts and any(f.kind == "dropped" for f in facts):
            return PRICES["stream"], 0
        lasted = _lasted(starts, ends, STREAM_END)
        return None if lasted is None else (PRICES["stream"], minutes(lasted))
    price = PRICES["outbound" if any(f.direction == "outbound" for f in facts) else "inbound"]
    told = [f.seconds for f in facts if f.kind == "length"]
    starts = starts or [f.occurred_at for f in facts if f.kind == "dialled"]
    if not starts and not any(told):
        return None
    if told:
        return price, minutes(max(told))
    lasted = _lasted(starts, [(f.source, f.occurred_at) for f in facts if f.kind == "end"], LEG_END)
    return None if lasted is None else (price, minutes(lasted))


def owed(call) -> dict[str, tuple[Decimal, str]]:
    """Amount and status of everything that the carrier takes for this call."""
    facts: dict[str, list] = {}
    for told in StreamEvent.objects.filter(call=call):
        facts.setdefault(f"stream:{told.stream_id}", []).append(told)
    for told in LegEvent.objects.filter(call=call):
        facts.setdefault(f"leg:{told.leg_uuid}", []).append(told)
    newest = {}
    for record in CarrierRecord.objects.filter(call_uuid=call.call_uuid).order_by("pk"):
        newest[("stream:" if record.kind == "stream" else "leg:") + record.carrier_id] = record
    found = {}
    for key, known in facts.items():
        ours, record = _estimated(key, known), newest.get(key)
        if record:
            price = PRICES["stream"] if key.startswith("stream:") else _estimated_price(known)
            amount = price * record.billed_seconds / 60
            said = Settlement.objects.filter(source_key=key, carrier_digest=record.digest).order_by("pk").last()
            agreed = abs(amount - record.amount) <= ENOUGH
            if said and said.decision == "accept-theirs":
                amount, agreed = record.amount, True
            found[key] = amount, "matched" if agreed else "disputed"
        elif ours:
            found[key] = ours[0] * ours[1], "estimated"
    return found


def _estimated_price(facts):
    return PRICES["outbound" if any(f.direction == "outbound" for f in facts) else "inbound"]


def faults(call) -> list[str]:
    """Everything that is wrong with the carrier's charges of this call and their lines in the books, as sentences."""
    expected = owed(call)
    charges = list(Charge.objects.filter(call=call).exclude(kind="ai").order_by("pk"))
    replaced = {charge.supersedes_id for charge in charges}
    current = [charge for charge in charges if charge.pk not in replaced]
    keys = [charge.source_key for charge in current]
    said = [f"{key} has {keys.count(key)} current charges" for key in sorted(set(keys)) if keys.count(key) > 1]
    said += [f"{key} is charged and should not be" for key in keys if key not in expected]
    said += [f"{key} is not charged" for key in expected if key not in keys]
    for charge in current:
        amount, status = expected.get(charge.source_key, (charge.amount, charge.status))
        if (charge.amount, charge.status) != (amount, status):
            said.append(f"{charge.source_key} says {charge.amount} {charge.status}, not {amount} {status}")
        booked = LedgerEntry.objects.filter(charge__source_key=charge.source_key, account=f"expense:{charge.kind}")
        if (booked.aggregate(sum=Sum("amount"))["sum"] or 0) != charge.amount:
            said.append(f"{charge.source_key} is not booked as it is charged")
    if sum(charge.amount for charge in current) != sum(amount for amount, _ in expected.values()):
        said.append("the sum is wrong")
    if any(charge.amount < 0 or charge.seconds < 0 for charge in charges):
        said.append("something is negative")
    return said + books_faults()


def books_faults() -> list[str]:
    """Whether each month's lines add up to zero, and each charge's."""
    by_month = LedgerEntry.objects.order_by().values("period", "currency").annotate(sum=Sum("amount"))
    by_charge = LedgerEntry.objects.order_by().values("charge", "currency").annotate(sum=Sum("amount"))
    return [f"{name} does not balance" for name, rows in (("a month", by_month), ("a charge", by_charge))
            if any(row["sum"] for row in rows)]  # fmt: skip
