"""What is watched, what was found wrong, and who was told of it."""

import secrets
import uuid
from datetime import timedelta
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, validate_email
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from flows import web_addresses
from flows.models import Flow
from flows.models.sealed import SealedField


def validate_endpoint(text: str) -> None:
    """Raise `ValidationError` unless alerts may be sent to this address."""
    problem = web_addresses.why_not(text, this_machine=settings.LOOKUPS_ON_THIS_MACHINE)
    if problem:
        raise ValidationError(problem)


def validate_addresses(text: str) -> None:
    """Raise `ValidationError` unless these are mail addresses, parted by commas or lines."""
    for address in addresses_in(text):
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError(f"“{address}” is not a mail address. Write one on each line.") from error


def addresses_in(text: str) -> list[str]:
    """Each of these mail addresses once, in their order."""
    return list(dict.fromkeys(text.replace(",", " ").replace(";", " ").split()))


def new_secret() -> str:
    """What signs the messages to one address: 256 bits."""
    return secrets.token_hex(32)


class AlertEndpoint(models.Model):
    """A web address that is told of alerts; what is sent there is signed with its secret (`alerts.signing`)."""

    name = models.CharField(max_length=60, unique=True, help_text="What you call it, such as “On-call pager”.")
    address = models.CharField(
        max_length=500,
        validators=[validate_endpoint],
        help_text="Where alerts are sent to, such as https://hooks.example.com/callwright.",
    )
    secret = SealedField(default=new_secret, editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "web address for alerts"
        verbose_name_plural = "web addresses for alerts"

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_alertendpoint_change", args=[self.pk])


class AlertRule(models.Model):
    """What is watched, from which figure on it is an alert, and who is told. `kind` is a key of `alerts.kinds.KINDS`.

    `threshold` is in the unit of its kind. An alert is over when its figure was below `clears_at` for `calm_minutes`:
    between the two nothing changes, so that a figure which wavers tells nobody twice. One with a `flow` watches that
    flow alone, which the rule of all flows leaves out meanwhile.
    """

    key = models.CharField(max_length=40, unique=True, editable=False, help_text="Its name in the product.")
    kind = models.CharField(max_length=20, editable=False)
    flow = models.ForeignKey(
        Flow, null=True, blank=True, editable=False, on_delete=models.CASCADE, related_name="alert_rules"
    )
    threshold = models.DecimalField(max_digits=12, decimal_places=4, validators=[MinValueValidator(0)])
    clears_at = models.DecimalField("over below", max_digits=12, decimal_places=4, validators=[MinValueValidator(0)])
    calm_minutes = models.PositiveIntegerField("for how many minutes", default=10)
    window_minutes = models.PositiveIntegerField(default=60)
    at_least = models.PositiveIntegerField(default=1)
    remind_hours = models.PositiveIntegerField(
        "remind after hours", default=24, help_text="While it goes on and nobody took it on. 0: never."
    )
    emails = models.TextField(
        "mail to", blank=True, validators=[validate_addresses], help_text="One address on each line."
    )
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="Mails wait from then on. Pages and web addresses do not."
    )
    quiet_until = models.TimeField(null=True, blank=True, help_text="…until then, on the site’s clock.")
    endpoints = models.ManyToManyField(
        AlertEndpoint, blank=True, related_name="rules", verbose_name="web addresses", help_text="Told as well."
    )
    active = models.BooleanField("watched", default=True, help_text="Untick it to stop watching this.")
    looked_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Of what is not looked at often.")

    class Meta:
        ordering = ["pk"]
        verbose_name = "alert rule"
        constraints = [
            models.CheckConstraint(condition=Q(clears_at__lte=models.F("threshold")), name="rule_clears_below_opening"),
            models.UniqueConstraint(fields=["kind", "flow"], name="one_rule_per_flow", condition=~Q(flow=None)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def calm(self) -> timedelta:
        """How long its figure must have been low before an alert is over."""
        return timedelta(minutes=self.calm_minutes)

    @property
    def window(self) -> timedelta:
        """How far back it looks."""
        return timedelta(minutes=self.window_minutes)

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_alertrule_change", args=[self.pk])


class Alert(models.Model):
    """One thing that is or was wrong. There is one open alert for a rule and a subject, whoever looks and how often.

    `subject` is the key of what it is about (an engine, a flow, a budget), `level` the step it reached (of a budget,
    the percent). `figure` is the latest in words, `behind` the query of the list of calls that show it. `told` counts
    the messages so far: the number of the next one.
    """

    rule = models.ForeignKey(AlertRule, on_delete=models.PROTECT, related_name="alerts")
    subject = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=200)
    figure = models.CharField(max_length=300)
    value = models.DecimalField(max_digits=20, decimal_places=6, default=Decimal(0))
    level = models.PositiveIntegerField(default=0)
    behind = models.CharField(max_length=400, blank=True)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last so.")
    calm_since = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    told = models.PositiveIntegerField(default=0)
    told_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["-closed_at"])]
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject"], condition=Q(closed_at__isnull=True), name="one_open_alert_per_subject"
            )
        ]
        permissions = [("handle_alert", "Can take alerts on, with a note")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("admin:streams_alert_change", args=[self.pk])


class NoticeState(models.TextChoices):
    """Where a message stands."""

    WAITING = "waiting", "waiting"
    SENT = "sent", "sent"
    GAVE_UP = "gave-up", "given up"
    DROPPED = "dropped", "not needed any more"


class AlertNotice(models.Model):
    """One message of an alert to one mail address or web address: stored with what it tells of, sent afterwards.

    `number` counts the messages of its alert, so (alert, number, to) is told once. A sender takes it by moving
    `next_at` on in one UPDATE; one that dies between sending and storing makes it be sent again, under the same `name`.
    """

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="notices")
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=10, help_text="opened, raised, still or over.")
    says = models.CharField(max_length=300, help_text="The figure then.")
    email = models.CharField(max_length=254, blank=True)
    endpoint = models.ForeignKey(AlertEndpoint, null=True, blank=True, on_delete=models.CASCADE, related_name="notices")
    name = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=NoticeState.choices, default=NoticeState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["next_at"], condition=Q(state="waiting"), name="notices_that_wait")]
        constraints = [
            models.UniqueConstraint(
                fields=["alert", "number", "email"], condition=~Q(email=""), name="one_mail_per_message"
            ),
            models.UniqueConstraint(
                fields=["alert", "number", "endpoint"], condition=~Q(endpoint=None), name="one_post_per_message"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} to {self.to}"

    @property
    def to(self) -> str:
        """Who is told, in words."""
        return self.email or (self.endpoint.name if self.endpoint else "")


class Heartbeat(models.Model):
    """When a part of the site last gave a sign. The worker beats each minute; web processes look whether it does."""

    part = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.part
