"""Test calls: a draft or a version, called from the browser by somebody who builds it."""

from typing import Any

from django.db import models
from django.utils import timezone

from flows.models import Flow
from flows.models.versions import chain_digest


class Rehearsal(models.Model):
    """One call of a draft or a version by its tester: the flow exactly as it was then, and how the call goes on.

    `moment` is the date and time that the call pretends to begin at, None for the true one. `document` counts what the
    browser was told to do, as the carrier's documents are counted, and `page` is the latest of it: who asks twice is
    told the same. A call of a rehearsal has no version, so that it counts as no caller's.
    """

    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.SET_NULL, related_name="rehearsals")
    title = models.CharField(max_length=120, help_text="What was called: a draft, or which version.")
    snapshot = models.JSONField()
    digest = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the snapshot.")
    by = models.ForeignKey("auth.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    moment = models.DateTimeField(null=True, blank=True, help_text="When the call pretends to begin.")
    earlier_calls = models.PositiveSmallIntegerField(default=0, help_text="How often this caller called before.")
    seen_at = models.DateTimeField(default=timezone.now, help_text="When its tester's page was heard of last.")
    note = models.CharField(max_length=200, blank=True, help_text="What was tried, for colleagues.")
    document = models.PositiveIntegerField(default=0)
    page = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = "test call"
        default_permissions = ("add", "view")

    def __str__(self) -> str:
        return f"Test of {self.title}"

    def named(self) -> str:
        """What was called, as lists show it."""
        return f"{self.title} (test)"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store it, with the digest of what is called."""
        self.digest = chain_digest("", self.snapshot)
        super().save(*args, **kwargs)
