"""Cues: what operations wait for in what people say, and a place to try a sentence."""

from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from flows.adminbase import ModelAdmin, strict
from flows.engine.languages import LANGUAGES, base, short_name
from streams.admin.own_form import INPUT, OwnForm
from streams.ai.provider import ProviderError
from streams.listening import CALLER, PERSON, readers
from streams.listening.cues import Lexicon
from streams.listening.endings import ENDINGS
from streams.listening.judging import Heard
from streams.listening.observing import watched
from streams.models import Cue
from streams.models.cues import phrases_in

LONGEST_TRIED = 500  # characters
LANGUAGES_BENT = {base(code): short_name(code) for code in LANGUAGES if base(code) in ENDINGS}  # besides English
SPEAKERS = ((CALLER, "the caller"), (PERSON, "whoever talks with the caller"))


class CueForm(forms.ModelForm):
    """What is waited for, who says it, and whether people are told."""

    class Meta:
        model = Cue
        fields: ClassVar = ["name", "said", "when_denied", "intent", "who", "alerts", "flows", "is_on"]
        widgets: ClassVar = {
            "name": forms.TextInput(INPUT),
            "said": forms.Textarea({**INPUT, "rows": 6}),
            "intent": forms.TextInput(INPUT),
            "who": forms.Select(INPUT),
            "flows": forms.CheckboxSelectMultiple,
        }
        labels: ClassVar = {
            "said": "Words",
            "when_denied": "Also when denied",
            "intent": "Or what is meant",
            "who": "Said by",
            "alerts": "Raise an alert",
            "flows": "On calls of",
            "is_on": "Watch for it",
        }
        help_texts: ClassVar = {
            "name": "What people read on the call and in the alert, such as “Wants to cancel”.",
            "said": "One word or phrase on each line. Case, accents and common endings do not matter: “cancel” also "
            "finds “cancelled”. Endings are those of English and of the call’s language.",
            "when_denied": "Ticked, “I do not want to cancel” is found, too. Untick it to pass over words with a “not” "
            "right before them, in English, Spanish, French or German: “don’t want to”, “no quiero”, “ne veux pas”, "
            "“nicht”. New cues begin with it ticked: a mark too many is seen by whoever looks at the call, one that "
            "is missed by nobody. A “not” behind the words, as in “ich kündige nicht”, changes nothing.",
            "intent": "One sentence for the model that judges calls as they go on, such as “The caller wants to end "
            "the contract”. Without such a model only the words are looked for. The model weighs a “not” by itself.",
            "who": "Whose words count. On a menu or with an AI step only the caller speaks.",
            "alerts": "Tell people, once for each call. Without it the call is only marked, to be found later.",
            "flows": "Tick none for all flows.",
            "is_on": "Untick it to stop looking. The marks that it made stay.",
        }

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_empty = not phrases_in(cleaned.get("said", "")) and not cleaned.get("intent", "").strip()
        if is_empty and "said" not in self.errors:
            self.add_error("said", "Write words to look for, or say below what is meant.")
        return cleaned

    def save(self, commit: bool = True) -> Any:
        """The row; its key is made from its first name and never changes, for marks are found by it."""
        if not self.instance.key:
            self.instance.key = _free_key(self.instance.name)
        return super().save(commit)


def _free_key(name: str) -> str:
    first = slugify(name)[:34] or "cue"
    keys = (first, *(f"{first}-{n}" for n in range(2, 10_000)))
    return next(key for key in keys if not Cue.objects.filter(key=key).exists())


@admin.register(Cue)
class CueAdmin(OwnForm, ModelAdmin):
    """The list with a box to try a sentence in, and the form of one."""

    form = CueForm
    back = ("admin:streams_cue_changelist", "Cues")

    def note(self, obj: Any) -> str:
        return (
            "When it is said on a call, the call is marked at that moment, on the operations desk and on its page. "
            "On calls between people it needs a flow that listens; on menus and AI steps it works on every call."
        )

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, object] | None = None) -> HttpResponse:
        """All of them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self._page(request, {})

    def get_urls(self) -> list[URLPattern]:
        tried = self.admin_site.admin_view(require_POST(self.try_view))
        return [path("try/", tried, name="streams_cue_try"), *super().get_urls()]

    def try_view(self, request: HttpRequest) -> HttpResponse:
        """The same page with what a sentence would mark. Nothing of it is kept, and it stands in no address."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        sentence = request.POST.get("sentence", "").replace("\0", "")[:LONGEST_TRIED].strip()
        who = request.POST.get("who", CALLER)
        who = who if who in (CALLER, PERSON) else CALLER
        return self._page(request, {"sentence": sentence, "who": who, **_tried(who, sentence)})

    def _page(self, request: HttpRequest, tried: dict[str, Any]) -> HttpResponse:
        cues = Cue.objects.prefetch_related("flows")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Cues",
            "rows": [{"cue": cue, "flows": [flow.name for flow in cue.flows.all()]} for cue in cues],
            "may_add": self.has_add_permission(request),
            "has_model": readers.mood_judge() is not None,
            "speakers": SPEAKERS,
            "longest": LONGEST_TRIED,
            "who": CALLER,
            **tried,
        }
        return strict(TemplateResponse(request, "streams/cues.html", context))


def _tried(who: str, sentence: str) -> dict[str, Any]:
    """What would be marked, why, and a word on what could not be asked."""
    if not sentence:
        return {"tried": [], "problem": "Write a sentence to try."}
    cues = [watched(cue) for cue in Cue.objects.filter(is_on=True)]
    found: dict[str, str] = {}
    for language, name in (("", ""), *LANGUAGES_BENT.items()):
        on_calls = f" on calls in {name}" if name else ""
        for cue, said in Lexicon(cues, language).found(who, sentence).items():
            found.setdefault(cue.name, f"by the words “{said}”{on_calls}")
    meant, problem = _meant(who, sentence, [cue for cue in cues if cue.intent])
    return {"tried": list({**meant, **found}.items()), "problem": problem}


def _meant(who: str, sentence: str, intents: list[Any]) -> tuple[dict[str, str], str]:
    judge = readers.mood_judge()
    if judge is None or not intents:
        return {}, ""
    try:
        judged = async_to_sync(judge.judge)([Heard(who=who, text=sentence, at=0.0)], intents)
    except ProviderError:
        return {}, "The model did not answer, so only the words were looked for. Try again in a moment."
    return {cue.name: f"by what is meant ({judged.by})" for cue, _ in judged.meant}, ""
