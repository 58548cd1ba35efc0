"""How long what calls leave is kept, what was removed, and who asked for it."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from flows.models import Flow
from flows.models.sealed import SealedField
from streams.models.calls import Call


class RetentionRule(models.Model):
    """How many days one kind of data is kept after a call: on this flow, or where `flow` is empty on every other.

    `kind` is a name from `streams.retention.kinds`. Without `days` it is kept for ever. A kind without a rule for the
    site is kept as that file says.
    """

    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1)])
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "retention rule"
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["flow", "kind"], name="one_retention_rule_per_flow"),
            models.UniqueConstraint(fields=["kind"], condition=Q(flow=None), name="one_retention_rule_for_the_site"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.days or 'for ever'}"


class Gone(models.Model):
    """One kind of data that a call has no more, and since when. `kind` is as above, or `caller` after an erasure."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="gone")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["kind", "at"])]
        constraints = [models.UniqueConstraint(fields=["call", "kind"], name="gone_once")]

    def __str__(self) -> str:
        return f"{self.kind} of call {self.call_id}"


class RetentionRun(models.Model):
    """One night's removal: of how many calls each kind was removed. Counts alone, never contents. Append-only."""

    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict)

    class Meta:
        ordering = ["-began_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.began_at:%d %b %Y}"


class Erasure(models.Model):
    """A caller's wish to be forgotten: who asked for it, why, and what was removed when.

    The number is locked until the work is done and then only its keyed hash remains, by which the same wish is known
    again. `problem` says why it waits.
    """

    number = SealedField(blank=True)
    number_hash = models.CharField(max_length=64, db_index=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    removed = models.JSONField(default=dict)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        default_permissions = ("view",)
        permissions = [("erase_caller", "Can erase everything that a caller left")]

    def __str__(self) -> str:
        return f"Erasure of {self.asked_at:%d %b %Y}"
