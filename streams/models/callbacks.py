"""Who asked to be called back, and each time that the line tried."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from flows.numbers import masked
from streams.models.calls import LONGEST_PATH, Call
from streams.models.ordered import CarrierOrder

GOOD_FOR = timedelta(days=3)  # who asked longer ago does not expect the call any more


class CallbackState(models.TextChoices):
    """Where a request stands. `waiting` without a destination waits for a person, who calls."""

    WAITING = "waiting", "waiting"
    CALLING = "calling", "being called"
    REACHED = "reached", "called back"
    GAVE_UP = "gave-up", "a person must call"
    DONE = "done", "called by a colleague"
    WITHDRAWN = "withdrawn", "not wanted any more"


OPEN = (CallbackState.WAITING, CallbackState.CALLING)
NEEDS_A_PERSON = Q(state=CallbackState.GAVE_UP) | Q(state=CallbackState.WAITING, destination="")


def in_three_days() -> object:
    """Until when a request that is made now is good."""
    return timezone.now() + GOOD_FOR


class CallbackRequest(models.Model):
    """One wish to be called back. Somebody who asks on several calls has one as long as it is open.

    `state` is changed by one UPDATE that names the state before, so that two workers never do the same. `next_at` is
    when the line calls next; `problem` says why it waits, or why nobody was reached.
    """

    dedupe_key = models.CharField(max_length=LONGEST_PATH + 30, unique=True, editable=False)
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="callbacks")
    also_on = models.ManyToManyField(Call, related_name="+", blank=True)
    number = models.CharField(max_length=80, blank=True)
    ours = models.CharField(max_length=80, blank=True, help_text="Our number, which the caller sees.")
    about = models.TextField(blank=True)
    destination = models.CharField(max_length=60, blank=True, help_text="The key of who they are put through to.")
    hours = models.CharField(max_length=60, blank=True, help_text="The key of the opening hours in which we call.")
    most_attempts = models.PositiveSmallIntegerField(default=3)
    minutes = models.PositiveSmallIntegerField(default=15)
    state = models.CharField(max_length=10, choices=CallbackState.choices, default=CallbackState.WAITING)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_at = models.DateTimeField(default=timezone.now)
    not_after = models.DateTimeField(default=in_three_days)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "call-back"
        indexes = [models.Index(fields=["state", "next_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "destination"],
                condition=Q(state__in=["waiting", "calling"]) & ~Q(number=""),
                name="one_open_callback_per_number",
            )
        ]
        permissions = [("handle_callbackrequest", "Can call callers back now, and close call-backs")]

    def __str__(self) -> str:
        return f"Call back {masked(self.number) or 'no number'}"

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_callbackrequest_change", args=[self.pk])


class AttemptResult(models.TextChoices):
    """How an attempt went. The first four are open: there is a call on its way, or there may be one."""

    ORDERED = "ordered", "perhaps being called"
    RINGING = "ringing", "being called"
    ANSWERED = "answered", "picked up"
    CONNECTING = "connecting", "being put through"
    REACHED = "reached", "they spoke"
    BUSY = "busy", "the line was busy"
    NO_ANSWER = "no-answer", "nobody picked up"
    NOT_CONFIRMED = "not-confirmed", "picked up, but pressed nothing: perhaps an answering machine"
    CANCELLED = "cancelled", "the caller did not want the call any more"
    WE_FAILED = "we-failed", "the caller waited, and none of us could be reached"
    FAILED = "failed", "the call could not be made"
    NEVER_MADE = "never-made", "the carrier knows of no such call"
    UNKNOWN = "unknown", "nobody knows whether they spoke"


UNDER_WAY = (AttemptResult.ORDERED, AttemptResult.RINGING, AttemptResult.ANSWERED, AttemptResult.CONNECTING)


class CallbackAttempt(CarrierOrder):
    """One call to somebody who asked for it. No request has two attempts under way."""

    request = models.ForeignKey(CallbackRequest, on_delete=models.CASCADE, related_name="attempts")
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="callback_attempts")
    result = models.CharField(max_length=14, choices=AttemptResult.choices, default=AttemptResult.ORDERED)

    class Meta:
        ordering = ["ordered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(result__in=["ordered", "ringing", "answered", "connecting"]),
                name="one_callback_attempt_under_way",
            )
        ]

    def __str__(self) -> str:
        return f"{self.ordered_at:%d %b %H:%M}: {self.get_result_display()}"
