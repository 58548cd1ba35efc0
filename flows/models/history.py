"""What a draft was after each change: what undo goes back to, and who did what."""

from django.conf import settings
from django.db import models

from flows.models.drafts import Flow


class DraftRevision(models.Model):
    """A whole draft as it was at one revision. Written by `flows.history`, never changed.

    `restores` is the revision whose content this one took up again, and `undoes` the change that it took back; both
    are empty for an ordinary change.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="history")
    number = models.PositiveIntegerField(help_text="The revision of the draft.")
    content = models.JSONField()
    what = models.CharField(max_length=160, blank=True, help_text="What was changed.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    restores = models.PositiveIntegerField(null=True, blank=True)
    undoes = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        default_permissions = ()  # whoever may see a flow may see its history
        constraints = [models.UniqueConstraint(fields=["flow", "number"], name="one_draft_per_revision")]

    def __str__(self) -> str:
        return f"{self.number}: {self.what}"
