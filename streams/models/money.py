"""Prices with dates, and what calls cost. Money is `Decimal` with six places and a currency."""

from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from streams.billing.kinds import kind_of
from streams.models.calls import LONGEST_PATH, Call


class Rate(models.Model):
    """The price of one kind of thing from a date on, until the next rate of the same kind."""

    kind = models.CharField(
        max_length=100,
        help_text="What is priced: “stream”, “leg:inbound:1” by direction and first digits, “ai:gpt-x:text_tokens”.",
    )
    unit = models.CharField(max_length=40, default="minute", help_text="What is counted: minute, second, text_tokens…")
    price = models.DecimalField(
        max_digits=12, decimal_places=6, validators=[MinValueValidator(0)], help_text="In the currency below."
    )
    per = models.PositiveIntegerField(
        default=1,
        validators=[MinValueValidator(1)],
        help_text="The price buys this many units, such as 1000000 tokens.",
    )
    currency = models.CharField(max_length=3, default="USD")
    increment_seconds = models.PositiveIntegerField(
        default=60, validators=[MinValueValidator(1)], help_text="Time is rounded up to a multiple of this."
    )
    minimum_seconds = models.PositiveIntegerField(default=60, help_text="Anything shorter is billed as this long.")
    unconnected_seconds = models.PositiveIntegerField(
        default=0,
        help_text="A stream that never connected, and was reported as dropped, counts as this long.",
    )
    valid_from = models.DateTimeField(help_text="Applies to what began at this moment or later.")
    applied_to = models.BigIntegerField(default=0, editable=False, help_text="The last call that it was applied to.")
    applied_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When what it touches was charged anew; empty: not yet."
    )

    class Meta:
        verbose_name = "price"
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="one_rate_per_kind_and_date"),
            models.CheckConstraint(condition=Q(price__gte=0), name="rate_not_negative"),
            models.CheckConstraint(condition=Q(increment_seconds__gte=1), name="rate_increment_positive"),
            models.CheckConstraint(condition=Q(per__gte=1), name="rate_per_positive"),
        ]

    def __str__(self) -> str:
        kind = kind_of(self.kind)
        return f"{kind.title}, {kind.counted}: {self.in_words()}"

    def in_words(self) -> str:
        """The price alone: “0.003 USD a minute”, “32 USD for 1,000,000”."""
        many = f"for {self.per:,}" if self.per != 1 else f"a {kind_of(self.kind).one}"
        return f"{Decimal(self.price or 0).normalize():f} {self.currency} {many}"

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_rate_change", args=[self.pk])


class Charges(models.QuerySet["Charge"]):
    """Charges, and the question that is asked of them most."""

    def current(self) -> "Charges":
        """The newest word on each thing: what is owed is the sum of these."""
        return self.filter(superseded_by__isnull=True)


class Charge(models.Model):
    """What one thing cost. Append-only: a better figure is a new version that supersedes the old one.

    `source_key` names the thing: `stream:<id>`, `leg:<call_uuid>`, `ai:<call pk>:<model>:<unit>`; its current charge is
    the one nobody supersedes, and the constraints make the history of a key a straight line. `began_at` is the moment
    that its price and its month go by, `step` the step it is of, where it is of one. `carrier_amount` is the carrier's
    own amount by the record with `carrier_digest`, None and "" without one.
    """

    source_key = models.CharField(max_length=200)
    version = models.PositiveIntegerField(default=1)
    supersedes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="superseded_by"
    )
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="charges")
    kind = models.CharField(max_length=40)
    step = models.CharField(max_length=LONGEST_PATH, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    description = models.CharField(max_length=160)
    seconds = models.PositiveIntegerField(default=0, help_text="How long it lasted, before rounding.")
    quantity = models.DecimalField(max_digits=14, decimal_places=4, help_text="Billed units.")
    unit = models.CharField(max_length=40)
    rate = models.ForeignKey(Rate, null=True, blank=True, on_delete=models.PROTECT, related_name="charges")
    unit_price = models.DecimalField(max_digits=18, decimal_places=12, null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    carrier_amount = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    carrier_digest = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3, default="USD")
    payee = models.CharField(max_length=40, blank=True, help_text="Who is paid: the carrier, or an engine.")
    basis = models.CharField(max_length=20, help_text="What the quantity rests on, as in `billing.rates.BASES`.")
    status = models.CharField(
        max_length=10,
        default="estimated",
        choices=[("estimated", "estimated"), ("matched", "matched"), ("disputed", "disputed")],
    )
    reason = models.CharField(max_length=60, default="first")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Charges.as_manager()

    class Meta:
        ordering = ["source_key", "version"]
        indexes = [models.Index(fields=["kind", "began_at"])]
        constraints = [
            models.UniqueConstraint(fields=["source_key", "version"], name="one_charge_per_version"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="charge_not_negative"),
            models.CheckConstraint(
                condition=Q(version=1, supersedes__isnull=True) | Q(version__gt=1, supersedes__isnull=False),
                name="charge_history_is_a_line",
            ),
            models.CheckConstraint(condition=~Q(supersedes=F("id")), name="charge_not_its_own_successor"),
        ]

    def __str__(self) -> str:
        return f"{self.description}: {self.amount} {self.currency}"
