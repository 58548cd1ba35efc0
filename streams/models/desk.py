"""What supervisors did to live calls from the operations desk, and to which."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from flows.models import Flow
from streams.models.calls import Call
from streams.models.sharing import AppendOnly, CannotBeChanged, only_added


class DeskAct(models.Model):
    """Somebody did something at the desk: listened to a call, sent it to a person, switched something for a flow.

    Append-only: what came of an act is one more row. `done_by`, `call_named` and `flow_named` name the person, the
    call (the carrier’s name for it) and the flow also when these are gone. `data` is by `act`, and tells nothing of a
    caller.
    """

    at = models.DateTimeField("when", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", verbose_name="person"
    )
    done_by = models.CharField("who", max_length=160)
    call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="desk_acts")
    call_named = models.CharField("the carrier’s name for the call", max_length=64, blank=True)
    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    flow_named = models.CharField("the flow’s name", max_length=120, blank=True)
    act = models.CharField(max_length=30)
    data = models.JSONField(default=dict, blank=True)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "act at the desk"
        verbose_name_plural = "acts at the desk"
        default_permissions = ("view",)
        permissions = [
            ("direct_calls", "Can send calls to a person, and end them"),
            ("direct_lines", "Can switch AI steps off, and announce an emergency"),
        ]
        indexes = [models.Index(fields=["call", "-at"], name="desk_acts_on_a_call")]

    def __str__(self) -> str:
        return f"{self.done_by}: {self.act}, {self.at:%d %b %H:%M}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new one. Raises `CannotBeChanged` for one that exists."""
        only_added(self)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        """Refused."""
        raise CannotBeChanged("What was done at the desk is not deleted.")
