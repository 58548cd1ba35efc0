"""The rendered sound of what callers hear."""

from django.db import models


class PromptAudio(models.Model):
    """A rendered prompt: 8 kHz mu-law without a header, found by what it says and in which voice."""

    digest = models.CharField(max_length=64, primary_key=True)
    engine = models.CharField(max_length=40)
    voice = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10)
    text = models.TextField()
    audio = models.BinaryField()
    rendered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "prompt"

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def seconds(self) -> float:
        """How long it lasts; one byte is one sample of 1/8000 s."""
        return len(self.audio) / 8000
