"""Publishing that is under way, or was: from a checked draft to a version, while its prompts are made."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from flows.models.drafts import Flow
from flows.models.versions import FlowVersion


class PublicationState(models.TextChoices):
    """How far it is. Only a publication that failed can be tried again."""

    PREPARING = "preparing", "Its prompts are being made"
    PUBLISHED = "published", "Published"
    FAILED = "failed", "Failed"
    GIVEN_UP = "given up", "Stopped by its publisher"


class Publication(models.Model):
    """One act of publishing, kept as a row so that a killed worker loses nothing.

    `snapshot` is what was checked, and exactly what will be stored. While a worker is at it, `worker` names it and
    `beat_at` is its last sign of life; `takes` counts how often one began without getting anywhere.
    """

    State = PublicationState

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="publications")
    snapshot = models.JSONField()
    notes = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, choices=PublicationState, default=PublicationState.PREPARING)
    prompts = models.PositiveIntegerField(default=0, help_text="All that callers may hear.")
    done = models.PositiveIntegerField(default=0, help_text="Those that are ready to play.")
    rendered = models.PositiveIntegerField(default=0, help_text="Those that were made for this publication.")
    spent_ms = models.PositiveIntegerField(default=0, help_text="How long making them took.")
    used = models.JSONField(default=list, help_text="What the voice used: engine, model, unit, quantity.")
    failed_text = models.TextField(blank=True, help_text="The prompt that could not be made.")
    sentence = models.CharField(max_length=600, blank=True, help_text="Why it failed, for people.")
    version = models.OneToOneField(
        FlowVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="publication"
    )
    began_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=32, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    takes = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-began_at", "-pk"]
        default_permissions = ()  # whoever may publish a flow may see how it goes
        constraints = [
            models.UniqueConstraint(
                fields=["flow"], condition=models.Q(state="preparing"), name="one_publication_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.flow}: {self.get_state_display()}"

    def get_absolute_url(self) -> str:
        return reverse("admin:flows_publication", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        return self.state == PublicationState.PREPARING

    @property
    def seconds_left(self) -> int | None:
        """About how long it will still take, by what the prompts took so far; None before the first."""
        if not self.rendered:
            return None
        return round(self.spent_ms / self.rendered * (self.prompts - self.done) / 1000)
