"""How speech and AI engines do: what fails, what a test said, and how fast agents answer."""

from django.db import models
from django.db.models import Q

from streams.models.calls import Call


class EngineTrouble(models.Model):
    """An engine that failed on calls, until it works again or has not failed for long. Callers went on without it."""

    ability = models.CharField(max_length=20)
    engine = models.CharField(max_length=40)
    fault = models.CharField(max_length=20, help_text="key, model, quota, busy, unreachable, slow, refused or broke.")
    sentence = models.CharField(max_length=300, help_text="What it said last, in words.")
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_call = models.ForeignKey(Call, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    over_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-last_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["ability", "engine"], condition=Q(over_at__isnull=True), name="one_open_trouble_per_engine"
            )
        ]

    def __str__(self) -> str:
        return f"{self.engine} ({self.ability}): {self.sentence}"


class EngineTest(models.Model):
    """What the last test of an engine said."""

    ability = models.CharField(max_length=20)
    engine = models.CharField(max_length=40)
    at = models.DateTimeField()
    works = models.BooleanField()
    sentence = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ability", "engine"], name="one_test_per_engine")]
        permissions = [("test_engine", "Can test an engine")]

    def __str__(self) -> str:
        return f"{self.engine} ({self.ability}): {self.sentence}"


class AgentTurn(models.Model):
    """How long a caller waited for one turn of an agent: from their last sound to its first. Made by `finalise`."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="agent_turns")
    place = models.PositiveIntegerField()
    engine = models.CharField(max_length=40)
    at = models.DateTimeField()
    latency_ms = models.PositiveIntegerField()

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["call", "place"], name="one_agent_turn_per_place")]
        indexes = [models.Index(fields=["engine", "at"])]

    def __str__(self) -> str:
        return f"{self.engine}: {self.latency_ms} ms"
