"""The rendered prompts, read-only."""

from django.urls import reverse

from flows.models import PromptAudio
from tests.flows.pages import text_of


def test_prompts_are_listed_with_their_length_and_cannot_be_changed(maria):
    row = PromptAudio.objects.create(
        digest="d", engine="local", voice="f3", language="en-US", text="Hello.", audio=bytes(12_000)
    )
    shown = text_of(maria.get(reverse("admin:flows_promptaudio_changelist")))
    assert "Hello. 1.5 local · f3" in shown
    assert maria.get(reverse("admin:flows_promptaudio_add")).status_code == 403
    assert maria.post(reverse("admin:flows_promptaudio_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
