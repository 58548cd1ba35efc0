"""What is switched for whole lines at the operations desk: AI steps off for a flow, announcements to new calls."""

from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from flows.models import Destination, Flow


class UnderWay(models.QuerySet[Any]):
    """Rows of something that is switched on at a moment, and off at another."""

    def active(self, now: datetime | None = None) -> "UnderWay":
        """Those in force now."""
        return self.filter(Q(until=None) | Q(until__gt=now or timezone.now()), over_at=None)


class Announcements(UnderWay):
    """Announcements, of which some are only being prepared."""

    def on_the_line(self, now: datetime | None = None) -> "Announcements":
        """Those that new calls hear now."""
        return cast(Announcements, self.active(now).filter(ready_at__isnull=False))


class FlowSwitch(models.Model):
    """The AI steps of a flow are switched off: its calls go on as when no assistant can be reached.

    Until `until`, or till somebody switches them on again (`over_at`).
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="switches")
    off_since = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done_by = models.CharField("who", max_length=160)
    reason = models.CharField(max_length=200, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    objects = UnderWay.as_manager()

    class Meta:
        ordering = ["-off_since"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"AI steps of {self.flow} off"


class Announcement(models.Model):
    """What new calls hear before anything else, in an emergency, and what becomes of them then.

    `further` holds the same words in other languages, by base code (`{"es": "…"}`). It is rendered first, so that
    whoever wrote it can hear it; new calls hear it from `ready_at` on, when somebody put it on the line. `problem` says
    in which voices it could not be rendered, and why.
    """

    class Then(models.TextChoices):
        """What follows."""

        GO_ON = "go_on", "The call goes on as usual"
        TRANSFER = "transfer", "Callers are put through"
        HANG_UP = "hang_up", "The call ends"

    text = models.CharField(max_length=600)
    further = models.JSONField(default=dict, blank=True)
    every_line = models.BooleanField(default=True)
    flows = models.ManyToManyField(Flow, blank=True, related_name="announcements")
    then = models.CharField(max_length=10, choices=Then.choices, default=Then.GO_ON)
    destination = models.ForeignKey(Destination, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    done_by = models.CharField("who", max_length=160)
    until = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    over_at = models.DateTimeField(null=True, blank=True)

    objects = Announcements.as_manager()

    class Meta:
        ordering = ["-made_at"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"Announcement: {self.text[:40]}"
