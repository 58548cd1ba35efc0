"""What reports count: one row for each call, and one for each visit of a step. Made when a call's record is made."""

from django.db import models
from django.db.models import Q

from flows.models import Flow, FlowVersion
from streams.models.calls import LONGEST_PATH, Call


class CallFigures(models.Model):
    """One caller's call in figures, by the definitions of reports. Test calls have none.

    `entered` is answered and not `short` (ended within 5 s). `goal`: it reached what the flow is for. `asked_person`:
    the caller asked for a person, by key or word. `transferred`: it was handed to a person or number. `gave_up`: the
    caller hung up before any goal, transfer or planned end. `repeat_day` and `repeat_week`: the same caller called
    again within 24 hours or 7 days after it. `caller_hash` is a keyed hash of the number, "" where none was told.
    `seconds` is the time on the line's own steps, `seconds_to_person` until somebody picked up. Costs are the current
    charges in US dollars. `ears` says why somebody should listen to it, in the words of `figures.ears`.
    """

    call = models.OneToOneField(Call, primary_key=True, on_delete=models.CASCADE, related_name="figures")
    began_at = models.DateTimeField(db_index=True)
    flow = models.ForeignKey(Flow, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(FlowVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=80, blank=True, help_text="Our number that was called.")
    language = models.CharField(max_length=12, blank=True)
    answered = models.BooleanField(default=False)
    short = models.BooleanField(default=False)
    entered = models.BooleanField(default=False)
    goal = models.BooleanField(default=False)
    asked_person = models.BooleanField(default=False)
    transferred = models.BooleanField(default=False)
    gave_up = models.BooleanField(default=False)
    repeat_day = models.BooleanField(default=False)
    repeat_week = models.BooleanField(default=False)
    caller_hash = models.CharField(max_length=64, blank=True)
    seconds = models.PositiveIntegerField(default=0)
    seconds_to_person = models.PositiveIntegerField(null=True, blank=True)
    stream_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    leg_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    ai_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    slowest_ms = models.PositiveIntegerField(null=True, blank=True, help_text="The longest wait for an AI's answer.")
    mood_start = models.CharField(max_length=10, blank=True)
    mood_end = models.CharField(max_length=10, blank=True)
    ears = models.JSONField(default=list, blank=True)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "call figures"
        indexes = [
            models.Index(fields=["flow", "began_at"]),
            models.Index(fields=["caller_hash", "began_at"], condition=~Q(caller_hash=""), name="figures_of_a_caller"),
        ]

    def __str__(self) -> str:
        return f"Figures of {self.call_id}"


class StepVisit(models.Model):
    """One stay of a caller in a step. `place` is the number of the line in the call's log that entered it.

    `exit` is the outcome it was left by, "" when the call ended there. `no_inputs` and `no_matches` count the times
    nothing came and nothing fitted. `cost` is this visit's share: the visits of a call, and what was spent at no step,
    add up to the call's cost.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="visits")
    place = models.PositiveIntegerField()
    step = models.CharField(max_length=LONGEST_PATH)
    exit = models.CharField(max_length=80, blank=True)
    no_inputs = models.PositiveSmallIntegerField(default=0)
    no_matches = models.PositiveSmallIntegerField(default=0)
    hung_up = models.BooleanField(default=False)
    seconds = models.FloatField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)

    class Meta:
        ordering = ["call", "place"]
        constraints = [models.UniqueConstraint(fields=["call", "place"], name="one_visit_per_place")]

    def __str__(self) -> str:
        return self.step
