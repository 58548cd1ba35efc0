"""Keys with which other programs read calls, charges and reports."""

from django.conf import settings
from django.db import models
from django.utils import timezone

SCOPES = {  # scope: what it lets a program do, and the permission that whoever gives it must have
    "calls": ("read calls", "streams.view_call"),
    "charges": ("read charges and costs", "streams.view_charge"),
    "reports": ("read reports", "streams.view_call"),
    "numbers": ("see whole telephone numbers", "streams.view_number"),
}


class ApiToken(models.Model):
    """One program's key. Of the key itself only SHA-256 (`digest`) and its last four letters are stored.

    `scopes` are keys of `SCOPES`. It opens nothing once it is revoked, past its day, or its maker left or lost the
    permission that a scope needs.
    """

    name = models.CharField(max_length=80, help_text="Which program uses it, such as “Accounting import”.")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(max_length=4, editable=False)
    scopes = models.JSONField(default=list)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        """Whether it opens anything, in a word."""
        if self.revoked_at:
            return "revoked"
        return "expired" if self.expires_at <= timezone.now() else "active"
