"""What builders edit (the draft), and what was published (versions).

Saving is lenient, publishing is strict: a draft may be half-finished. Settings of steps are JSON whose shape belongs
to the kind; they are written only through the kind's form. Edges are rows, so none dangles.
"""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from flows.numbers import validate_e164
from flows.steps import REGISTRY


class Flow(models.Model):
    """The draft that people edit. `revision` is the optimistic lock: every save of the draft raises it by one."""

    name = models.CharField(max_length=80, unique=True, help_text="What your colleagues call this phone line.")
    slug = models.SlugField(max_length=80, unique=True, help_text="Short name used in file names and commands.")
    language = models.CharField(
        max_length=10,
        default="en-US",
        choices=[("en-US", "English (United States)"), ("en-GB", "English (United Kingdom)")],
        help_text="The language callers hear.",
    )
    voice = models.CharField(
        max_length=40, blank=True, help_text="The voice that reads the prompts. Leave empty for the usual one."
    )
    start = models.ForeignKey(
        "Step", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", help_text="The first step of a call."
    )
    revision = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        permissions = [("publish_flow", "Can publish a flow"), ("go_live", "Can put a version on a number")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_flow_change", args=[self.pk])


def kind_choices() -> list[tuple[str, str]]:
    """The kinds on offer. A callable, so that a new kind needs no migration."""
    return [(kind, cls.title) for kind, cls in REGISTRY.items()]


class Step(models.Model):
    """One step of a draft. `key` never changes, so calls, exits and reports can name it."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="steps")
    key = models.SlugField(max_length=60, help_text="Short name of the step, used in reports.")
    name = models.CharField(max_length=80, help_text="What you call this step, such as “Main menu”.")
    kind = models.CharField(max_length=30, choices=kind_choices, help_text="What should happen here?")
    settings = models.JSONField(default=dict, blank=True, editable=False)
    place = models.PositiveIntegerField(default=0, help_text="Order in the list of steps.")

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["flow", "key"], name="one_step_per_key")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_step_change", args=[self.pk])


class Exit(models.Model):
    """Where callers go after one outcome of a step. For a menu's option, also its label and what callers may say."""

    step = models.ForeignKey(Step, on_delete=models.CASCADE, related_name="exits")
    outcome = models.CharField(max_length=40)
    label = models.CharField(max_length=60, blank=True, help_text="What this choice is called, such as “Billing”.")
    phrases = models.CharField(
        max_length=300,
        blank=True,
        verbose_name="callers may say",
        help_text="Words for this choice, parted by commas, such as “billing, invoice, my bill”.",
    )
    goes_to = models.ForeignKey(
        Step, null=True, blank=True, on_delete=models.PROTECT, related_name="entrances", help_text="The next step."
    )
    place = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["place", "pk"]
        constraints = [models.UniqueConstraint(fields=["step", "outcome"], name="one_exit_per_outcome")]

    def __str__(self) -> str:
        return f"{self.step}: {self.label or self.outcome}"

    def phrase_list(self) -> tuple[str, ...]:
        """What callers may say, one phrase each."""
        return tuple(phrase.strip() for phrase in self.phrases.split(",") if phrase.strip())


class FlowVersion(models.Model):
    """A published flow: immutable, numbered from 1 within its flow, each chained to the one before by its digest."""

    flow = models.ForeignKey(Flow, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    spec = models.PositiveIntegerField(help_text="Format of the snapshot.")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64, editable=False)
    report = models.JSONField(default=dict, blank=True, help_text="What was checked when it was published.")
    notes = models.CharField(max_length=300, blank=True, help_text="Why it was published, for your colleagues.")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["flow", "-number"]
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new version. Raises `ValidationError` for one that exists: versions never change."""
        if self.pk:
            raise ValidationError("A published version cannot be changed. Publish a new one.")
        before = FlowVersion.objects.filter(flow=self.flow, number=self.number - 1).first()
        self.digest = chain_digest(before.digest if before else "", self.snapshot)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused: a call could no longer be explained."""
        raise ValidationError("A published version cannot be deleted.")


def chain_digest(before: str, snapshot: Any) -> str:
    """SHA-256 over the previous version's digest and this snapshot, as hex."""
    canonical = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{before}\n{canonical}".encode()).hexdigest()


class PhoneNumber(models.Model):
    """A number callers dial, and the version that answers it. Going live is pointing it at a version."""

    number = models.CharField(
        max_length=16, unique=True, validators=[validate_e164], help_text="With country code, such as +14155550199."
    )
    label = models.CharField(max_length=60, blank=True, help_text="What this number is for.")
    version = models.ForeignKey(
        FlowVersion,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="numbers",
        help_text="The published version that answers now.",
    )

    class Meta:
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number


class GoLive(models.Model):
    """One act of pointing a number at a version: who, when, from what, and why. Never changed."""

    number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, related_name="history")
    version = models.ForeignKey(FlowVersion, null=True, on_delete=models.PROTECT, related_name="+")
    previous = models.ForeignKey(FlowVersion, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = "going live"
        verbose_name_plural = "history of going live"

    def __str__(self) -> str:
        return f"{self.number} to {self.version}"


class Destination(models.Model):
    """A place calls may be put through to: the only numbers the system ever dials for a caller."""

    key = models.SlugField(max_length=60, unique=True, help_text="Short name, used in flows. It cannot change later.")
    name = models.CharField(max_length=80, help_text="What your colleagues call it, such as “Support desk”.")
    number = models.CharField(
        max_length=16, validators=[validate_e164], help_text="With country code, such as +14155550123."
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OpeningHours(models.Model):
    """When a place is open. A published version keeps the hours it was published with."""

    key = models.SlugField(max_length=60, unique=True, help_text="Short name, used in flows. It cannot change later.")
    name = models.CharField(max_length=80, help_text="Such as “Office” or “Night desk”.")
    zone = models.CharField(max_length=60, default="America/Los_Angeles", verbose_name="time zone")

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "opening hours"

    def __str__(self) -> str:
        return self.name


class OpenPeriod(models.Model):
    """One stretch of the week that is open. Two rows make a day with a lunch break."""

    hours = models.ForeignKey(OpeningHours, on_delete=models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField(
        choices=list(enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]))
    )
    opens = models.TimeField()
    closes = models.TimeField(help_text="00:00 means the end of the day.")

    class Meta:
        ordering = ["weekday", "opens"]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}"


class Holiday(models.Model):
    """A day on which the weekly hours do not count."""

    hours = models.ForeignKey(OpeningHours, on_delete=models.CASCADE, related_name="holidays")
    name = models.CharField(max_length=60)
    month = models.PositiveSmallIntegerField(
        choices=list(
            enumerate(
                "January February March April May June July August September October November December".split(), start=1
            )
        )
    )
    day = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Leave empty for a holiday that comes every year."
    )
    opens = models.TimeField(null=True, blank=True, help_text="Leave both empty when closed all day.")
    closes = models.TimeField(null=True, blank=True)

    class Meta:
        ordering = ["month", "day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="holiday_hours_both_or_none",
            )
        ]

    def __str__(self) -> str:
        return self.name


class PromptAudio(models.Model):
    """A rendered prompt: 8 kHz mu-law without a header, found by what it says and in which voice."""

    digest = models.CharField(max_length=64, primary_key=True)
    engine = models.CharField(max_length=40)
    voice = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    text = models.TextField()
    audio = models.BinaryField()
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "prompt"

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def seconds(self) -> float:
        """How long it lasts; one byte is one sample of 1/8000 s."""
        return len(self.audio) / 8000
