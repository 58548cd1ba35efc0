"""The rendered prompts: what callers hear, for how long, and where. Read-only."""

from typing import Any

from django.contrib import admin
from django.db.models.functions import Length
from django.forms.widgets import Script
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from flows import hearing, sound
from flows.admin.hearing import prompt_sound
from flows.adminbase import Immutable, ModelAdmin, display
from flows.models import PromptAudio
from flows.uses import Use, uses

MOST_USES = 3  # places named for one prompt


@admin.register(PromptAudio)
class PromptAudioAdmin(Immutable, ModelAdmin):
    list_display = ["text", "hear", "voice_name", "used_in", "read_at"]
    list_filter = ["engine", "voice", "language"]
    search_fields = ["text"]
    ordering = ["-rendered_at"]
    fields = ["text", "hear", "voice_name", "language", "used_in", "read_at"]
    readonly_fields = fields

    class Media:
        css = {"all": ["flows/build.css"]}
        js = [Script("flows/hear.js", defer=True)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(prompt_sound)
        return [path("<slug:digest>/sound/", view, name="flows_promptaudio_sound"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("audio").annotate(bytes=Length("audio"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return type("Prompts", (_WithUses, super().get_changelist(request, **kwargs)), {})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        prompt = super().get_object(request, object_id, from_field)
        if prompt:
            prompt.uses = uses().get(prompt.pk, [])
        return prompt

    @display(description="Hear it", ordering="bytes")
    def hear(self, prompt: Any) -> SafeString:
        made = hearing.Sound(hearing.sound_url(prompt.pk), sound.seconds_in_words(prompt.bytes))
        heard = hearing.Heard(text=prompt.text, sound=made)
        return render_to_string("flows/hear.html", {"heard": heard})

    @display(description="Voice")
    def voice_name(self, prompt: PromptAudio) -> str:
        return f"{prompt.engine} · {prompt.voice}" if prompt.voice else prompt.engine

    @display(description="Read on", ordering="rendered_at")
    def read_at(self, prompt: PromptAudio) -> str:
        return date_format(timezone.localtime(prompt.rendered_at), "DATETIME_FORMAT")

    @display(description="Where it is heard")
    def used_in(self, prompt: Any) -> SafeString | str:
        shown: list[Use] = prompt.uses[:MOST_USES]
        links = format_html_join(", ", '<a class="cw-link" href="{}">{}</a>', ((use.url, use.name) for use in shown))
        more = len(prompt.uses) - len(shown)
        return format_html("{} and {} more", links, more) if more else links or "nowhere now"


class _WithUses:
    """Looks up once, for all rows of the page, where they are heard."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)  # type: ignore[misc]
        where = uses()
        for prompt in self.result_list:  # type: ignore[attr-defined]
            prompt.uses = where.get(prompt.pk, [])
