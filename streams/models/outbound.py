"""Call lists: whom the line calls, when, each time that it tried, and who wants no more calls."""

from datetime import time, timedelta
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from flows.models import Flow, PhoneNumber
from flows.numbers import masked
from streams.models.calls import Call
from streams.models.ordered import CarrierOrder

LEAST_RING = 15  # seconds: who hangs up sooner leaves a lost call behind (rule L04)


class ListState(models.TextChoices):
    """Where a list stands. Only a running one calls; `done`: nobody is left, or somebody stopped it for good."""

    DRAFT = "draft", "draft"
    RUNNING = "running", "running"
    PAUSED = "paused", "paused"
    DONE = "done", "done"


class CallsFor(models.TextChoices):
    """What the calls are, by which the law goes (rule L03)."""

    INFORMATION = "information", "Information that people expect, such as an appointment or a delivery"
    SALES = "sales", "Sales and advertising (US telemarketing)"


class Machines(models.TextChoices):
    """What is done when an answering machine picks up."""

    HANG_UP = "hang-up", "Hang up, and call again later"
    MESSAGE = "message", "Leave a message: the flow goes to its step for machines"
    PERSON = "person", "Go on as with a person; the carrier is not asked"


def _between(least: int, most: int) -> list[Any]:
    return [MinValueValidator(least), MaxValueValidator(most)]


class CallList(models.Model):
    """People to be called with one flow, and the rules by which that is done.

    `weekdays` are digits, 0 is Monday; the window is on the clock of each callee. `state` is changed by one UPDATE that
    names the state before. `by_hand`: the single call of the page “Call a number”. `stopped_itself`: too many calls
    were abandoned, and nobody has dealt with that yet.
    """

    name = models.CharField(max_length=80)
    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="call_lists")
    ours = models.ForeignKey(PhoneNumber, on_delete=models.PROTECT, related_name="call_lists")
    company = models.CharField(max_length=60)
    calls_for = models.CharField(max_length=12, choices=CallsFor.choices, default=CallsFor.INFORMATION)
    weekdays = models.CharField(max_length=7, default="01234")
    opens = models.TimeField(default=time(9))
    closes = models.TimeField(default=time(19))
    most_attempts = models.PositiveSmallIntegerField(default=3, validators=_between(1, 10))
    minutes = models.PositiveIntegerField(default=120, validators=_between(15, 7 * 24 * 60))
    daily_cap = models.PositiveIntegerField(default=200, validators=_between(1, 10_000))
    at_once = models.PositiveSmallIntegerField(default=2, validators=_between(1, 50))
    ring_seconds = models.PositiveSmallIntegerField(default=30, validators=_between(LEAST_RING, 120))
    machines = models.CharField(max_length=8, choices=Machines.choices, default=Machines.HANG_UP)
    by_hand = models.BooleanField(default=False, editable=False)
    state = models.CharField(max_length=8, choices=ListState.choices, default=ListState.DRAFT)
    state_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state_at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=300, blank=True)
    stopped_itself = models.BooleanField(default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "call list"
        indexes = [models.Index(fields=["state"])]
        permissions = [("run_calllist", "Can run call lists, and call a number")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_calllist_change", args=[self.pk])

    @property
    def pause(self) -> timedelta:
        """Between two calls to one person."""
        return timedelta(minutes=self.minutes)


class CalleeState(models.TextChoices):
    """Where somebody on a list stands."""

    WAITING = "waiting", "waiting"
    CALLING = "calling", "being called"
    REACHED = "reached", "reached"
    MESSAGE = "message", "a message was left"
    GAVE_UP = "gave-up", "not reached"
    OPTED_OUT = "opted-out", "wants no more calls"
    REMOVED = "removed", "taken off the list"


class Callee(models.Model):
    """One person on one list. `answers` are the columns of the file, as the flow knows them; `zone` is theirs where
    the file says it, "" that of the number. `problem` says why they wait, or why they were not reached."""

    call_list = models.ForeignKey(CallList, on_delete=models.CASCADE, related_name="callees")
    place = models.PositiveIntegerField(default=0)
    number = models.CharField(max_length=16, blank=True, db_index=True)
    name = models.CharField(max_length=80, blank=True)
    zone = models.CharField(max_length=40, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=CalleeState.choices, default=CalleeState.WAITING)
    next_at = models.DateTimeField(default=timezone.now)
    problem = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["place", "pk"]
        indexes = [models.Index(fields=["call_list", "state", "next_at"])]
        constraints = [
            models.UniqueConstraint(fields=["call_list", "number"], condition=~Q(number=""), name="once_on_a_call_list")
        ]

    def __str__(self) -> str:
        return masked(self.number) or "no number"


class OutboundResult(models.TextChoices):
    """How an attempt went. The first three are open: there is a call on its way, or there may be one."""

    ORDERED = "ordered", "perhaps being called"
    RINGING = "ringing", "being called"
    ANSWERED = "answered", "picked up"
    REACHED = "reached", "they were spoken with"
    MESSAGE = "message", "an answering machine took the message"
    MACHINE = "machine", "an answering machine picked up"
    BUSY = "busy", "the line was busy"
    NO_ANSWER = "no-answer", "nobody picked up"
    OPTED_OUT = "opted-out", "they want no more calls"
    WE_FAILED = "we-failed", "they picked up, and nothing was said to them"
    FAILED = "failed", "the call could not be made"
    NO_SUCH_NUMBER = "no-such-number", "there is no such number"
    NEVER_MADE = "never-made", "the carrier knows of no such call"
    UNKNOWN = "unknown", "picked up, and nobody told how it went"


OPEN_RESULTS = (OutboundResult.ORDERED, OutboundResult.RINGING, OutboundResult.ANSWERED)
_IS_OPEN = Q(result__in=["ordered", "ringing", "answered"])


class OutboundAttempt(CarrierOrder):
    """One call to somebody on a list. Nobody, and no number, has two attempts under way.

    `abandoned`: whoever picked up was kept waiting, or could not be put through (rule L04); None until it is known.
    `never-made` with a `why` was not even ordered: the carrier could not be asked.
    """

    callee = models.ForeignKey(Callee, on_delete=models.CASCADE, related_name="attempts")
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="outbound_attempts")
    result = models.CharField(max_length=14, choices=OutboundResult.choices, default=OutboundResult.ORDERED)
    answered_at = models.DateTimeField(null=True, blank=True)
    machine = models.BooleanField(default=False, help_text="The carrier heard an answering machine.")
    abandoned = models.BooleanField(null=True, blank=True)

    class Meta:
        ordering = ["ordered_at", "pk"]
        indexes = [models.Index(fields=["result", "ordered_at"])]
        constraints = [
            models.UniqueConstraint(fields=["callee"], condition=_IS_OPEN, name="one_outbound_attempt_per_callee"),
            models.UniqueConstraint(
                fields=["number"], condition=_IS_OPEN & ~Q(number=""), name="one_outbound_attempt_per_number"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ordered_at:%d %b %H:%M}: {self.get_result_display()}"


class DoNotCall(models.Model):
    """A number that no list calls. It is kept whole, for it must be matched, and for good: they asked for it."""

    number = models.CharField(max_length=16, unique=True)
    reason = models.CharField(max_length=200)
    on_call = models.BooleanField(default=False, editable=False, help_text="They said so themselves, on a call.")
    added_at = models.DateTimeField(default=timezone.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-added_at"]
        verbose_name = "do-not-call number"

    def __str__(self) -> str:
        return masked(self.number)

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_donotcall_change", args=[self.pk])

    @classmethod
    def has(cls, number: str) -> bool:
        """Whether this number is on the list."""
        return cls.objects.filter(number=number).exists()
