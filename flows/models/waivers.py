"""What a publisher let pass: an error of good practice that a flow is published with, and why."""

from typing import Any

from django.conf import settings
from django.db import models

from flows.models.drafts import Flow


class Waiver(models.Model):
    """One finding that stops nothing any more. Written by `flows.linting.waive`; only taken back, never changed.

    `fingerprint` is the finding's: when the finding changes, the waiver is no longer in force. `sentence` keeps what
    was waived, for those who read it later, and so does a row that was taken back.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="waivers")
    rule = models.CharField(max_length=8, help_text="The id of the rule, such as M03.")
    step = models.CharField(max_length=60, blank=True, help_text="The key of the step.")
    fingerprint = models.CharField(max_length=32)
    sentence = models.TextField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        default_permissions = ()  # whoever may publish a flow may waive what stops it
        constraints = [
            models.UniqueConstraint(
                fields=["flow", "fingerprint"],
                condition=models.Q(taken_back_at__isnull=True),
                name="one_waiver_in_force_per_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason}"

    @property
    def who(self) -> str:
        """Who waived it, as people call each other."""
        return _name(self.by)

    @property
    def taken_back_who(self) -> str:
        """Who took it back."""
        return _name(self.taken_back_by)


def _name(person: Any) -> str:
    return (person.get_full_name() or person.get_username()) if person else "Somebody"
