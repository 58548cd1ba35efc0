"""The rendered prompts: what callers hear, for how long, and where. Read-only."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.forms.widgets import Script
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from flows import hearing, seams, sound
from flows.admin import library
from flows.admin.hearing import prompt_sound
from flows.adminbase import Immutable, ModelAdmin, display
from flows.models import PromptAudio
from flows.uses import Use, uses

MOST_USES = 3  # places named for one prompt


class Titles:
    """What people call the voices that are on offer now. One that is not stands under its stored name."""

    def __init__(self) -> None:
        self._voices, self._engines = dict(seams.voices()), dict(seams.engines("voice"))

    def of(self, engine: str, voice: str) -> str:
        """The voice and its engine, such as “Rachel (ElevenLabs)”."""
        title = self._engines.get(engine, engine)
        return self._voices.get(f"{engine}:{voice}", f"{voice} ({title})") if voice else f"Usual voice ({title})"


class VoiceFilter(admin.SimpleListFilter):
    """Whose prompts are shown."""

    title = "voice"
    parameter_name = "read_by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        titles = Titles()
        found = PromptAudio.objects.order_by("engine", "voice").values_list("engine", "voice").distinct()
        return [(f"{engine}:{voice}", titles.of(engine, voice)) for engine, voice in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[PromptAudio]) -> QuerySet[PromptAudio]:
        if self.value() is None:
            return queryset
        engine, _, voice = str(self.value()).partition(":")
        return queryset.filter(engine=engine, voice=voice)


@admin.register(PromptAudio)
class PromptAudioAdmin(Immutable, ModelAdmin):
    list_display = ["text", "hear", "voice_name", "used_in", "made_at"]
    list_filter = [VoiceFilter, "language"]
    search_fields = ["text"]
    empty_says = (
        "No prompts yet",
        "Each text is read aloud when its flow is published, or when you press play beside it.",
    )
    ordering = ["-rendered_at"]
    fields = ["text", "hear", "voice_name", "language", "used_in", "made_at"]
    readonly_fields = fields

    class Media:
        css = {"all": ["flows/build.css"]}
        js = [Script("flows/hear.js", defer=True)]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(prompt_sound)
        library_page = self.admin_site.admin_view(partial(library.library_view, self))
        reword_page = self.admin_site.admin_view(partial(library.reword_view, self))
        return [
            path("library/", library_page, name="flows_library"),
            path("library/<slug:digest>/", reword_page, name="flows_reword"),
            path("<slug:digest>/sound/", view, name="flows_promptaudio_sound"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("audio").annotate(bytes=Length("audio"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type:
        return type("Prompts", (_WithUses, super().get_changelist(request, **kwargs)), {})

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        prompt = super().get_object(request, object_id, from_field)
        if prompt:
            prompt.uses = uses().get(prompt.pk, [])
            prompt.titles = Titles()
        return prompt

    @display(description="Hear it", ordering="bytes")
    def hear(self, prompt: Any) -> SafeString:
        made = hearing.Sound(hearing.sound_url(prompt.pk), sound.seconds_in_words(prompt.bytes))
        heard = hearing.Heard(text=prompt.text, sound=made)
        return render_to_string("flows/hear.html", {"heard": heard})

    @display(description="Voice")
    def voice_name(self, prompt: Any) -> str:
        return str(prompt.titles.of(prompt.engine, prompt.voice))

    @display(description="Made", ordering="rendered_at")
    def made_at(self, prompt: PromptAudio) -> str:
        return date_format(timezone.localtime(prompt.rendered_at), "DATETIME_FORMAT")

    @display(description="Where it is heard")
    def used_in(self, prompt: Any) -> SafeString | str:
        shown: list[Use] = prompt.uses[:MOST_USES]
        links = format_html_join(", ", '<a class="cw-link" href="{}">{}</a>', ((use.url, use.name) for use in shown))
        more = len(prompt.uses) - len(shown)
        return format_html("{} and {} more", links, more) if more else links or "nowhere now"


class _WithUses:
    """Looks up once, for all rows of the page, where they are heard and who reads them."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)  # type: ignore[misc]
        where, titles = uses(), Titles()
        for prompt in self.result_list:  # type: ignore[attr-defined]
            prompt.uses, prompt.titles = where.get(prompt.pk, []), titles
