"""What the carrier told us, kept as it came. Append-only."""

from django.db import models
from django.utils import timezone

from streams.models.calls import Call
from streams.models.listening import ListenOrder


class CarrierMessage(models.Model):
    """One webhook, verified and stored before anything is done with it.

    `dedupe_key` makes a retry the same message. `error` keeps why its effect failed; the sweeper applies it again.
    `reply` names the document that was answered, so that a retry is answered alike. Digits that callers typed are
    removed before it is stored.
    """

    dedupe_key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    call_uuid = models.CharField(max_length=64, blank=True, db_index=True)
    body = models.JSONField(default=dict)
    copies = models.PositiveIntegerField(default=1, help_text="How often the carrier sent it.")
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    reply = models.JSONField(default=dict, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often the sweeper tried to apply it.")
    error = models.TextField(blank=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["applied_at", "received_at"])]

    def __str__(self) -> str:
        return self.dedupe_key


class StreamEvent(models.Model):
    """One fact about when a stream began or ended, from one source. Charges rest on these alone.

    Sources: `socket`, `webhook`, `hangup` (the call's end bounds a stream that never told its own), `sweep`. Kinds:
    `start`, `stop`, `dropped` (a stop that the carrier calls a failure). (source, dedupe_key) is said once.
    """

    source = models.CharField(max_length=10)
    dedupe_key = models.CharField(max_length=200)
    stream_id = models.CharField(max_length=64, db_index=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="stream_events")
    listen_order = models.ForeignKey(
        ListenOrder,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stream_events",
        help_text="Set for a stream beside a conversation.",
    )
    kind = models.CharField(max_length=10)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["occurred_at"]
        constraints = [models.UniqueConstraint(fields=["source", "dedupe_key"], name="one_stream_fact_per_source")]

    def __str__(self) -> str:
        return f"{self.kind} {self.stream_id}"
