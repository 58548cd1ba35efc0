"""Recordings of calls, and who listened to them.

They stand in the database and not in a folder: every process and machine that serves the site sees them, a backup holds
them with the log that proves their notice, and erasing a call erases them in the same transaction.
"""

from django.conf import settings
from django.db import models
from django.utils import timezone

from streams.models.calls import Call


class CallRecording(models.Model):
    """Both sides of one call, from when its notice was heard. Made with its first piece; grows while the call lasts.

    `begins_at` and `ends_at` are seconds since the answer, `bytes` what is stored. `lost_seconds` could not be stored
    and are silence. Deleting the row deletes all of it.
    """

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="recording")
    begins_at = models.FloatField()
    ends_at = models.FloatField()
    bytes = models.PositiveBigIntegerField(default=0)
    lost_seconds = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-created_at"]
        permissions = [("play_recording", "Can listen to recordings of calls")]

    def __str__(self) -> str:
        return f"recording of {self.call}"

    @property
    def seconds(self) -> float:
        return self.ends_at - self.begins_at


class RecordingPiece(models.Model):
    """A few seconds of both sides, equally long, as zlib over mu-law at 8 kHz.

    `place` is the first of its `samples`, counted from the answer. `peaks` hold the loudest of each tenth of a second,
    0 to 255, the caller's and then the line's.
    """

    recording = models.ForeignKey(CallRecording, on_delete=models.CASCADE, related_name="pieces")
    place = models.PositiveBigIntegerField()
    samples = models.PositiveIntegerField()
    caller = models.BinaryField()
    line = models.BinaryField()
    peaks = models.BinaryField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["recording", "place"], name="one_piece_per_place")]

    def __str__(self) -> str:
        return f"{self.samples} samples at {self.place}"


class RecordingPlay(models.Model):
    """Somebody listened to a recording, or took it away. Append-only; stays when the recording is erased."""

    PLAYED, DOWNLOADED = "played", "downloaded"

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="recording_plays")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    who = models.CharField(max_length=150, help_text="Their name then.")
    how = models.CharField(max_length=10, choices=[(PLAYED, "listened"), (DOWNLOADED, "took a copy")])
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-at"]
        verbose_name = "listening to a recording"
        verbose_name_plural = "who listened to recordings"

    def __str__(self) -> str:
        return f"{self.who} {self.get_how_display()}"
