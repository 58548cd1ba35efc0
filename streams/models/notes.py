"""What is left for people to do after a call, and the text messages that were sent to callers."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from flows.numbers import masked
from streams.models.calls import Call


class NoteKind(models.TextChoices):
    """What is to be done: read a message, or what the call's summary says. Who wants to be called back has a
    `CallbackRequest`."""

    MESSAGE = "message", "message"
    TO_DO = "to-do", "to do"


class CallNote(models.Model):
    """A message of a caller, or what a summary asks for.

    `dedupe_key` is the call and the moment, so that a note that is stored twice is one note; a summary has one.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="notes")
    dedupe_key = models.CharField(max_length=80, unique=True, editable=False)
    what = models.CharField(max_length=10, choices=NoteKind.choices)
    text = models.TextField()
    caller = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = [models.F("done_at").desc(nulls_first=True), "-created_at"]
        verbose_name = "follow-up"
        permissions = [("finish_callnote", "Can mark follow-ups as done, and see the callers’ numbers")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} from {masked(self.caller) or 'no number'}"


class TextStatus(models.TextChoices):
    """Where a text message stands. `unclear`: the carrier may have taken it, so it is not sent again. `test`: it was
    ordered on a test call, whose flow goes on as if it were sent."""

    QUEUED = "queued", "waits to be sent"
    SENDING = "sending", "being sent"
    SENT = "sent", "sent"
    FAILED = "failed", "not sent"
    UNCLEAR = "unclear", "perhaps sent"
    TEST = "test", "not sent: a test call"


class TextMessage(models.Model):
    """A text message to a caller, word for word as a builder wrote it. Each goes once to a call.

    It is claimed (`sending`) before the carrier is asked, so that two workers never send it twice.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField(max_length=40)
    to = models.CharField(max_length=80)
    text = models.TextField()
    status = models.CharField(max_length=10, choices=TextStatus.choices, default=TextStatus.QUEUED, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    sid = models.CharField(max_length=80, blank=True, help_text="The carrier’s name for it.")
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["call", "name"], name="one_text_of_a_name_per_call")]

    def __str__(self) -> str:
        return f"“{self.name}” to {masked(self.to)}"
