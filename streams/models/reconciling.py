"""How far the carrier's books were read, what in them could not be, and what people wrote about differences."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from streams.models.calls import Call


class BookDay(models.Model):
    """One day of the carrier's books, in the site's time zone, and how far it was read.

    A run that is under way has `began_at`, and stands at `offset` of the carrier's list; `held_until` keeps others off
    it, so that a run whose worker was killed is taken up again. A `thorough` one asks for the streams of every call.
    `whole_at` is when the last run began that reached the end: whatever the carrier had by then is known here.
    """

    day = models.DateField(unique=True)
    began_at = models.DateTimeField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    thorough = models.BooleanField(default=False)
    offset = models.PositiveIntegerField(default=0)
    whole_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class AwaitedRecord(models.Model):
    """The carrier's record of a call that is over: asked for at `next_at`, later each time, until `found_at`."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="awaited_record")
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True, db_index=True)
    found_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return f"record of call {self.call_id}"


class UnreadableRecord(models.Model):
    """A record of the carrier's that makes no sense, once for each state it was seen in; `why` is a sentence.

    One that is not there any more when its day is read again, `seen_at` being older, is forgotten.
    """

    kind = models.CharField(max_length=10)
    call_uuid = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=200)
    raw = models.TextField(help_text="Its beginning, as the carrier gave it.")
    digest = models.CharField(max_length=64, unique=True)
    day = models.DateField(help_text="The day in whose books it was found.")
    seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-day", "pk"]

    def __str__(self) -> str:
        return f"{self.kind}: {self.why}"


class DayAccount(models.Model):
    """One day's clearing account, as `reconciling.clearing.Day` has it, for pages that must not add it up themselves.

    Made anew with the day's other roll-ups (`figures.rollups`). `open` is the balance, which must be zero, and
    `apart` what is open up and down together; in dollars. `counts` are things by bucket.
    """

    day = models.DateField(unique=True)
    things = models.PositiveIntegerField()
    records = models.PositiveIntegerField()
    counts = models.JSONField(default=dict)
    theirs = models.DecimalField(max_digits=18, decimal_places=6)
    ours = models.DecimalField(max_digits=18, decimal_places=6)
    settled = models.DecimalField(max_digits=18, decimal_places=6)
    open = models.DecimalField(max_digits=18, decimal_places=6)
    apart = models.DecimalField(max_digits=18, decimal_places=6)
    open_things = models.PositiveIntegerField()
    oldest_open = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class ReconcilingNote(models.Model):
    """What a person wrote about one thing on the bill. Append-only. `source_key` as in `Charge`."""

    source_key = models.CharField(max_length=200, db_index=True)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]
        permissions = [("settle_difference", "Can settle differences between the carrier's books and ours")]

    def __str__(self) -> str:
        return f"{self.source_key}, {self.at:%Y-%m-%d}"
