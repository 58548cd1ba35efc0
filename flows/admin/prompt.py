"""The rendered prompts: what callers hear, and for how long. Read-only."""

from typing import Any

from django.contrib import admin
from django.db.models.functions import Length
from django.http import HttpRequest

from flows.adminbase import Immutable, ModelAdmin, display
from flows.models import PromptAudio

BYTES_A_SECOND = 8000  # mu-law at 8 kHz


@admin.register(PromptAudio)
class PromptAudioAdmin(Immutable, ModelAdmin):
    list_display = ["text", "length", "voice_name", "language", "rendered_at"]
    search_fields = ["text"]
    fields = ["text", "voice_name", "language", "rendered_at"]
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("audio").annotate(bytes=Length("audio"))

    @display(description="Seconds", ordering="bytes")
    def length(self, prompt: Any) -> str:
        return f"{prompt.bytes / BYTES_A_SECOND:.1f}"

    @display(description="Voice")
    def voice_name(self, prompt: PromptAudio) -> str:
        return f"{prompt.engine} · {prompt.voice}" if prompt.voice else prompt.engine
