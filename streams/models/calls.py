"""Calls, their streams, their log, and what was made of it afterwards."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.urls import reverse

from flows.models import FlowVersion
from flows.numbers import masked

LONGEST_PATH = 250  # characters of a step in flows inside one another, each of at most 60
MAX_TRIES = 8  # of a record, or of a stored message; then it is parked until a person looks


class CallStatus(models.TextChoices):
    """Where a call stands. `ended`: the carrier is gone, the record is being made. `finished`: the record is whole."""

    RINGING = "ringing", "ringing"
    LIVE = "live", "live"
    ENDED = "ended", "ended"
    FINISHED = "finished", "finished"


class OutcomeKind(models.TextChoices):
    """How a call ended, coarsely enough to filter and count by; `Call.outcome` says it in words."""

    PERSON = "person", "reached a person"
    MESSAGE = "message", "left a message"
    TRANSFER = "transfer", "was being put through"
    FLOW = "flow", "ended by the flow"
    CALLER = "caller", "caller hung up"
    LIMIT = "limit", "stopped by a limit"
    FAULT = "fault", "something failed"
    UNANSWERED = "unanswered", "never answered"
    UNKNOWN = "unknown", "not known"


class Call(models.Model):
    """One conversation, from the caller's view; pinned to the version it began on.

    `state` is the engine's state at the last step entered, from which a dropped call goes on. `pending` is what the
    continue URL must do next ({"do": "transfer", ...}); empty when nothing is asked. `token_digest` is SHA-256 of the
    token in the stream's URL; the token itself is never stored.
    """

    call_uuid = models.CharField(max_length=64, unique=True, help_text="The carrier's name for the call.")
    version = models.ForeignKey(FlowVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="calls")
    rehearsal = models.ForeignKey(
        "streams.Rehearsal",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
        verbose_name="test call",
        help_text="Set for a test call from the browser; no carrier has any part in it.",
    )
    direction = models.CharField(max_length=10, default="inbound")
    caller = models.CharField(max_length=80, blank=True)
    called = models.CharField(max_length=80, blank=True)
    status = models.CharField(max_length=10, choices=CallStatus.choices, default=CallStatus.RINGING)
    began_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_heard_at = models.DateTimeField(null=True, blank=True, help_text="The last sign of life of its stream.")
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="As the carrier counts, once known.")
    outcome = models.CharField(max_length=120, blank=True, help_text="How it ended, in words.")
    outcome_kind = models.CharField(
        max_length=12, choices=OutcomeKind.choices, blank=True, db_index=True, verbose_name="outcome"
    )
    ended_by = models.CharField(max_length=20, blank=True, help_text="What told us: socket, stop, hangup, sweep.")
    hangup_cause = models.CharField(max_length=60, blank=True)
    carrier_cost = models.DecimalField(max_digits=14, decimal_places=6, null=True, blank=True)
    state = models.JSONField(default=dict, blank=True)
    pending = models.JSONField(default=dict, blank=True)
    token_digest = models.CharField(max_length=64, blank=True, db_index=True)
    token_expires_at = models.DateTimeField(null=True, blank=True)
    binds = models.PositiveSmallIntegerField(default=0, help_text="How many streams the present token carried.")
    continues = models.PositiveSmallIntegerField(default=0, help_text="How often a dropped stream was taken up again.")
    process = models.CharField(
        max_length=40, blank=True, help_text="The path of the web process that carries its stream (PROCESS_PATH)."
    )
    finalised_at = models.DateTimeField(null=True, blank=True)
    finalise_attempts = models.PositiveSmallIntegerField(default=0, help_text="Tries that failed since the last event.")
    finalised_lines = models.PositiveIntegerField(default=0, help_text="How much of its log the record covers.")
    finalise_error = models.TextField(blank=True, help_text="Why the record is not whole.")
    summary_asked_for = models.CharField(max_length=64, blank=True, help_text="Digest of what is being summed up.")
    summary_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]
        indexes = [
            models.Index(fields=["-began_at"]),
            models.Index(fields=["status", "ended_at"]),
            models.Index(fields=["caller"]),
        ]
        permissions = [
            ("view_transcript", "Can read what was said"),
            ("view_number", "Can see whole numbers"),
            ("watch_calls", "Can watch calls at the operations desk"),
            ("listen_in", "Can listen to calls while they go on"),
        ]

    def __str__(self) -> str:
        ours_calls = self.direction == "outbound"
        ends = (self.caller, masked(self.called)) if ours_calls else (masked(self.caller), self.called)
        return f"{ends[0]} to {ends[1]}, {self.began_at:%d %b %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_call_change", args=[self.pk])

    @property
    def snapshot(self) -> Mapping[str, Any] | None:
        """The flow that carries this call, as it was stored; None when no flow answered."""
        carried = self.rehearsal or self.version
        return carried.snapshot if carried else None

    @property
    def line(self) -> str:
        """What answered, as people call it: a version, what a test call was made to, or “none”."""
        return self.rehearsal.named() if self.rehearsal else str(self.version or "none")


class Stream(models.Model):
    """One audio socket of a call. A reconnect is a new stream with its own charge.

    `bidirectional` is False for one beside a conversation, which only listens.
    """

    stream_id = models.CharField(max_length=64, unique=True)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="streams")
    bidirectional = models.BooleanField(default=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=20, blank=True)
    frames = models.PositiveIntegerField(default=0, help_text="Audio frames received.")
    unusable = models.PositiveIntegerField(default=0, help_text="Frames that were ignored.")

    class Meta:
        ordering = ["started_at"]

    def __str__(self) -> str:
        return self.stream_id


class CallEvent(models.Model):
    """One line of a call's log, written as it happened. `at` is seconds since the answer; `data` is by `kind`."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    at = models.FloatField()
    kind = models.CharField(max_length=30)
    step = models.CharField(max_length=LONGEST_PATH, blank=True)
    data = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["seq"]
        constraints = [models.UniqueConstraint(fields=["call", "seq"], name="one_event_per_seq")]

    def __str__(self) -> str:
        return f"{self.at:.1f} {self.kind}"


class Utterance(models.Model):
    """One thing said, by whom. Made from the call's events when it is finalised."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="utterances")
    place = models.PositiveIntegerField()
    at = models.FloatField()
    who = models.CharField(max_length=10, choices=[(who, who) for who in ("caller", "line", "agent", "person")])
    text = models.TextField()
    step = models.CharField(max_length=LONGEST_PATH, blank=True)

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["call", "place"], name="one_utterance_per_place")]

    def __str__(self) -> str:
        return self.text[:60]


class CallSummary(models.Model):
    """What the call was about, and who or what wrote so.

    `moods` is the mood of each who spoke: caller, agent; `mood_start` and `mood_end` are the caller's, by the first and
    by the last third of what they said. `prompt_version` names what a model was asked, "" for none.
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="summary")
    text = models.TextField()
    intent = models.CharField(max_length=120, blank=True)
    mood = models.CharField(max_length=10, blank=True, verbose_name="sentiment")
    moods = models.JSONField(default=dict, blank=True, verbose_name="sentiment of each speaker")
    mood_start = models.CharField(max_length=10, blank=True, verbose_name="sentiment at the start")
    mood_end = models.CharField(max_length=10, blank=True, verbose_name="sentiment at the end")
    topics = models.JSONField(default=list, blank=True)
    follow_up = models.CharField(max_length=300, blank=True, help_text="What somebody should do now.")
    written_by = models.CharField(max_length=80)
    prompt_version = models.CharField(max_length=20, blank=True)
    transcript_digest = models.CharField(max_length=64)
    written_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "summaries"

    def __str__(self) -> str:
        return self.text[:60]


def new_token() -> str:
    """A token for a stream's URL: 256 bits, letters and digits only, since some carriers mangle the rest."""
    return secrets.token_hex(32)
