"""What reports add up: calls, steps and how things are spread, counted by the day from each call's own figures.

Days and hours are those of the site's clocks (`TIME_ZONE`), whatever their distance from UTC, so a report of days
needs no part of a row, and zones with half hours need no care. `figures.rollups` makes a day anew, whole, whenever
something in it changed.
"""

from typing import Any

from django.db import models

from flows.models import Flow, FlowVersion
from streams.models.calls import LONGEST_PATH


class Slice(models.Model):
    """What every roll-up is kept apart by; no version and no flow: nobody's flow answered."""

    day = models.DateField()
    flow = models.ForeignKey(Flow, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    version = models.ForeignKey(FlowVersion, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    number = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        abstract = True


class DayFigures(Slice):
    """The calls that began on one day: counts by `figures.counting.COUNTS`, and what they cost."""

    offered = models.PositiveIntegerField()
    answered = models.PositiveIntegerField()
    short = models.PositiveIntegerField()
    entered = models.PositiveIntegerField()
    goals = models.PositiveIntegerField()
    contained = models.PositiveIntegerField()
    truly_contained = models.PositiveIntegerField()
    asked_person = models.PositiveIntegerField()
    transferred = models.PositiveIntegerField()
    gave_up = models.PositiveIntegerField()
    repeats_day = models.PositiveIntegerField()
    repeats_week = models.PositiveIntegerField()
    stream_cost = models.DecimalField(max_digits=18, decimal_places=6)
    leg_cost = models.DecimalField(max_digits=18, decimal_places=6)
    ai_cost = models.DecimalField(max_digits=18, decimal_places=6)
    cost = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "figures of days"
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return str(self.day)


class StepFigures(Slice):
    """The visits of one step within a day that were left by one exit ("": the call ended there).

    `callers` counts a call where it came to the step first, so those of all exits add up to the callers of the step;
    `silent` and `not_understood` likewise where nothing came, or nothing fitted, for the first time. `left` counts the
    calls that took this exit.
    """

    step = models.CharField(max_length=LONGEST_PATH)
    exit = models.CharField(max_length=80, blank=True)
    visits = models.PositiveIntegerField()
    callers = models.PositiveIntegerField()
    silent = models.PositiveIntegerField(default=0)
    not_understood = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    no_inputs = models.PositiveIntegerField()
    no_matches = models.PositiveIntegerField()
    hung_up = models.PositiveIntegerField()
    seconds = models.FloatField()
    cost = models.DecimalField(max_digits=18, decimal_places=6)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "figures of steps"
        indexes = [models.Index(fields=["day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.step}"


class Tally(Slice):
    """How often something had this value within a day.

    `what` is `to_person` (seconds until somebody picked up), `answer` (milliseconds of waiting for an AI's answer) or
    `cost` (of a call, thousandths of a cent), all as `figures.spread.rough` has them; `mood` (“start>end”); or `hour`,
    of the day in which calls began.
    """

    what = models.CharField(max_length=12)
    value = models.CharField(max_length=24)
    times = models.PositiveIntegerField()

    class Meta:
        default_permissions = ()
        verbose_name_plural = "tallies"
        indexes = [models.Index(fields=["what", "day"])]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.value}"


class ChangedDay(models.Model):
    """A day whose roll-ups are to be made anew. Written with the change itself, one row for each, and taken away by
    whoever made the day from a later look at the figures: so none is lost, and none waits for another."""

    day = models.DateField(db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.day)


class RollUps(models.Model):
    """The one row about roll-ups: whoever makes them holds its lock.

    `zone` is whose clocks they go by. `differences` are what the last check found, in sentences.
    """

    zone = models.CharField(max_length=60, blank=True)
    checked_at = models.DateTimeField(null=True)
    differences = models.JSONField(default=list)

    class Meta:
        default_permissions = ()
        verbose_name = "state of the roll-ups"
        verbose_name_plural = "state of the roll-ups"

    def __str__(self) -> str:
        return self.zone

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)
