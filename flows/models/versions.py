"""What was published, and which numbers it answers. Nothing here is ever changed, only added to."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse

from flows.models.drafts import Flow
from flows.numbers import validate_e164


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
        verbose_name = "version"
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="one_version_per_number")]

    def __str__(self) -> str:
        return f"{self.flow} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_flowversion_change", args=[self.pk])

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

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_phonenumber_change", args=[self.pk])


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


class PlannedGoLive(models.Model):
    """A version that goes live on a number at a moment to come. Done once, or not at all: `what_came` says which."""

    number = models.ForeignKey(PhoneNumber, on_delete=models.CASCADE, related_name="planned")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(help_text="When it goes live.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    why = models.CharField(max_length=300)
    done_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was done, withdrawn, or could not be done."
    )
    what_came = models.CharField(max_length=400, blank=True, help_text="What came of it, in words.")

    class Meta:
        ordering = ["at"]
        default_permissions = ()  # whoever may let a version go live may plan it
        verbose_name = "planned going live"
        indexes = [models.Index(fields=["done_at", "at"])]

    def __str__(self) -> str:
        return f"{self.version} on {self.number} at {self.at:%d %b %H:%M}"
