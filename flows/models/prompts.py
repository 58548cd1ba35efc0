"""The sound of what callers hear: prompts that a voice rendered, and recordings that builders made instead."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from flows.models.drafts import Flow


class PromptAudio(models.Model):
    """A rendered prompt: 8 kHz mu-law without a header, found by what it says and in which voice.

    `used` is what rendering it used, as rows of engine, model, unit and quantity.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    engine = models.CharField(max_length=40)
    voice = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    text = models.TextField()
    audio = models.BinaryField()
    used = models.JSONField(default=list, blank=True, editable=False)
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "prompt"

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def seconds(self) -> float:
        """How long it lasts; one byte is one sample of 1/8000 s."""
        return len(self.audio) / 8000


class PromptRecording(models.Model):
    """A recording that callers hear instead of the voice, wherever this flow says exactly `text`.

    It was made for one text of one step, so that a text that changed since can be told. A row is never changed but to
    be withdrawn, and never deleted: versions that were published with it name it by its digest.
    """

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="recordings")
    step = models.SlugField(max_length=60, help_text="Key of the step it was made for.")
    field = models.CharField(max_length=60, help_text="The text of that step.")
    text = models.TextField(help_text="What that text was.")
    audio = models.BinaryField(help_text="8 kHz mu-law without a header.")
    digest = models.CharField(max_length=64, db_index=True, help_text="SHA-256 of the audio.")
    original_name = models.CharField(max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        default_permissions = ()  # whoever may change a step may record its texts
        verbose_name = "recording"

    def __str__(self) -> str:
        return self.original_name

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.audio) / 8000

    @property
    def sound_url(self) -> str:
        """Where a browser finds its sound."""
        return reverse("admin:flows_recording_sound", args=[self.digest])
