"""Files that people asked for, made by a worker and kept for a day."""

import secrets

from django.conf import settings
from django.db import models

FORMATS = [("csv", "CSV"), ("xlsx", "Excel (XLSX)")]


class ExportState(models.TextChoices):
    """Where an export stands. `gone`: its time was over and its file was deleted."""

    WAITING = "waiting", "waiting for a worker"
    WORKING = "working", "being written"
    READY = "ready", "ready"
    FAILED = "failed", "failed"
    GONE = "gone", "deleted after its time"


def new_name() -> str:
    """What an export is called in its address: nobody guesses it."""
    return secrets.token_urlsafe(24)


class Export(models.Model):
    """One table for one person. `asked` are the fields of `figures.asked.Asked`, days as ISO; `rows` is None until
    counted. What the person may see is looked up when the file is written, and again when it is fetched.
    """

    name = models.CharField(max_length=40, unique=True, default=new_name)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    table = models.CharField(max_length=20)
    asked = models.JSONField(default=dict)
    format = models.CharField(max_length=4, choices=FORMATS)
    bom = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=ExportState.choices, default=ExportState.WAITING)
    rows = models.PositiveIntegerField(null=True, blank=True)
    rows_done = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0, help_text="Of the file, in bytes.")
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="The worker's last sign of life.")
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["state", "seen_at"])]

    def __str__(self) -> str:
        return f"{self.table}.{self.format}"
