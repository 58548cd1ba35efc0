"""What the carrier's own books say, as it was fetched. Append-only."""

from django.db import models
from django.utils import timezone


class CarrierRecord(models.Model):
    """One state of the carrier's record of a call leg or of a stream; a record that changed is one more row.

    `kind` is `call` or `stream`, `carrier_id` the leg's call UUID or the stream's id. `call_uuid` is the call that it
    belongs to: of a leg that was dialled from another, that of its parent. `seconds` is what it lasted and
    `billed_seconds` what is paid for, `amount` what the carrier takes for it (Plivo: `billed_amount` of a stream,
    `total_amount` of a leg, both text). It need not be of a call that we know. `digest` is SHA-256 of `raw`, so that
    fetching the same again adds nothing; the newest row of a record is the one that counts.
    """

    kind = models.CharField(max_length=10, choices=[("call", "call leg"), ("stream", "stream")])
    carrier_id = models.CharField(max_length=80)
    call_uuid = models.CharField(max_length=80, db_index=True)
    parent_uuid = models.CharField(max_length=80, blank=True, help_text="The leg that dialled this one.")
    direction = models.CharField(max_length=10, blank=True)
    from_number = models.CharField(max_length=80, blank=True)
    to_number = models.CharField(max_length=80, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    billed_seconds = models.PositiveIntegerField(default=0)
    unit_price = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    raw = models.JSONField(default=dict, help_text="As the carrier gave it.")
    digest = models.CharField(max_length=64)
    fetched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["carrier_id", "pk"]
        verbose_name = "carrier’s record"
        indexes = [models.Index(fields=["began_at"]), models.Index(fields=["kind", "carrier_id"])]
        constraints = [
            models.UniqueConstraint(fields=["kind", "carrier_id", "digest"], name="one_carrier_record_per_state")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.carrier_id}"
