"""The books: what is known about the carrier's legs, what people decided, and the double entry behind the charges.

All append-only but `Period`, which is closed once. The database itself refuses anything else (`billing.guards`).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from streams.models.calls import LONGEST_PATH, Call
from streams.models.money import Charge

TOWARD = 7  # digits of a number that are kept to price it by; fewer than name anybody


class LegEvent(models.Model):
    """One fact about a leg of the carrier: a call to us, one that we made, or one dialled out of either.

    Kinds: `answer`, `dialled` (rang, and they spoke) and `end` at a moment, `length` with the `seconds` that the
    carrier told. Sources as in `billing.rates.LEG_WITNESSES`. `toward` is the first digits of the number that the price
    goes by: ours for a call to us, else the dialled one. (source, dedupe_key) is said once.
    """

    source = models.CharField(max_length=10)
    dedupe_key = models.CharField(max_length=200)
    leg_uuid = models.CharField(max_length=80, db_index=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="leg_events")
    kind = models.CharField(max_length=10)
    direction = models.CharField(max_length=10, choices=[("inbound", "to us"), ("outbound", "out")])
    toward = models.CharField(max_length=TOWARD, blank=True)
    step = models.CharField(max_length=LONGEST_PATH, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["occurred_at"]
        constraints = [models.UniqueConstraint(fields=["source", "dedupe_key"], name="one_leg_fact_per_source")]

    def __str__(self) -> str:
        return f"{self.kind} {self.leg_uuid}"


class Decision(models.TextChoices):
    """What a person says where the carrier's amount and ours differ."""

    ACCEPT = "accept-theirs", "the carrier is right"
    KEEP = "keep-ours", "we keep our figure"


class Settlement(models.Model):
    """A person's word on one state of one record of the carrier. The newest of a key and digest counts.

    `source_key` is that of the charge, also where there is none yet because we never saw the thing; `carrier_digest` is
    the record's `digest`: a record that changes afterwards is a new question. After storing one, charge the call again
    (`billing.charges.charge_call`).
    """

    source_key = models.CharField(max_length=200)
    carrier_digest = models.CharField(max_length=64)
    decision = models.CharField(max_length=14, choices=Decision.choices)
    note = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["source_key", "carrier_digest"])]
        constraints = [
            models.CheckConstraint(condition=Q(decision__in=Decision.values), name="settlement_decides_something")
        ]

    def __str__(self) -> str:
        return f"{self.source_key}: {self.get_decision_display()}"


class Period(models.Model):
    """One month of the books, in the site's time zone. Closed by a person, once; after that nothing is booked in it."""

    month = models.DateField(unique=True, help_text="Its first day.")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-month"]
        verbose_name = "month of the books"
        verbose_name_plural = "months of the books"
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="period_is_a_month"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__isnull=False, closed_by__isnull=False),
                name="period_is_closed_by_somebody",
            ),
        ]
        permissions = [("close_period", "Can close a month of the books")]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class LedgerEntry(models.Model):
    """One line of the books: `amount` on `account`, debit positive. The lines of a charge add up to zero.

    `month` is when it was spent and `period` where it is booked: the same, unless that month was closed by then.
    `reversal` takes back what an earlier version of the charge had booked. Accounts: `expense:<kind>` against
    `payable:<carrier or engine>`.
    """

    charge = models.ForeignKey(Charge, on_delete=models.PROTECT, related_name="entries")
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="entries")
    month = models.DateField()
    account = models.CharField(max_length=80)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    reversal = models.BooleanField(default=False)
    posted_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "ledger entries"
        indexes = [models.Index(fields=["month", "account"])]
        constraints = [
            models.UniqueConstraint(
                fields=["charge", "account", "currency", "month", "reversal"], name="one_entry_per_charge_and_account"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="entry_books_something"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount} {self.currency}"
