"""The form of the line itself: its name, its voice, and the further languages that callers may choose."""

from dataclasses import replace
from functools import partial
from typing import Any, ClassVar

from django import forms

from flows import hearing, seams
from flows.adminbase import UnfoldAdminSelectWidget
from flows.engine import languages
from flows.engine.languages import LANGUAGES
from flows.engine.recording import OBJECTING, usual_notice
from flows.fields import HeardTextarea
from flows.forms import DraftForm
from flows.models import Flow, Step
from flows.rows import Column, RowsField

LANGUAGE_CHOICES = tuple((code, known.name) for code, known in LANGUAGES.items())
OFFERED = {  # field: what an empty choice means, and what else there is
    "voice": ("the usual voice for the language", seams.voices),
    "transcriber": ("the site’s usual one", partial(seams.engines, "transcriber")),
    "agent": ("the site’s usual assistant", partial(seams.engines, "agent")),
}


class FlowForm(DraftForm):
    """The line itself: its name, voice, and where calls begin."""

    start = forms.ModelChoiceField(
        queryset=Step.objects.none(),
        required=False,
        label="Calls begin at",
        help_text="The first step of every call.",
        empty_label="— choose —",
        widget=UnfoldAdminSelectWidget,
    )
    further = RowsField(
        columns=(),
        required=False,
        label="Further languages",
        help_text="What else callers may choose, and who reads it. A step “Language choice” offers them in this order, "
        "with the keys 2, 3 and so on; their texts are written on the page “Languages”.",
    )

    class Meta:
        model = Flow
        fields: ClassVar = [
            *("name", "start", "language", "voice", "transcriber", "agent", "discloses_ai", "cost_centre"),
            *("records_calls", "recording_notice", "may_object", "keeps_transcripts"),
        ]
        labels: ClassVar = {
            "transcriber": "What listens",
            "agent": "Assistant",
            "records_calls": "Record calls",
            "recording_notice": "What callers hear first",
            "may_object": "Callers may object",
            "keeps_transcripts": "Keep transcripts",
        }
        help_texts: ClassVar = {
            "voice": "Who reads the prompts. You hear it beside every text.",
            "transcriber": "What puts into words what callers say at menus. The usual one is right unless you were "
            "told otherwise.",
            "agent": "What talks with callers in AI steps, unless a step names another.",
            "discloses_ai": "Its AI steps tell callers that they talk with a machine, before anything else. In many "
            "places the law asks for it.",
            "records_calls": "Both sides, once the carrier has confirmed that the notice was played to its end. Where "
            "digits must not be kept, it is silent; it ends where callers are put through.",
            "recording_notice": "Say that the call is recorded, and why. It comes before the first step, in every "
            "language of the line.",
            "may_object": f"The notice then goes on: “{OBJECTING}” Callers who do go on, unrecorded.",
            "keeps_transcripts": "What was said stays as text, with a summary made from it. Where calls are recorded, "
            "only of callers who heard the notice and did not object.",
            "cost_centre": "Who pays for the calls of this line, such as “Sales” or “4711”. A month’s statement adds "
            "up the lines of one cost centre. Callers notice nothing of it.",
        }
        widgets: ClassVar = {"recording_notice": HeardTextarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (usual, offers) in OFFERED.items():
            if name in self.fields:
                self.fields[name] = self._one_of(name, usual, offers())
        if "further" in self.fields:
            self._offer_languages()
        if "recording_notice" in self.fields and self.instance.pk:
            self._offer_notice()
        if "start" in self.fields:
            self.fields["start"].queryset = self.instance.steps.all() if self.instance.pk else Step.objects.none()

    def _one_of(self, name: str, usual: str, offered: list[tuple[str, str]]) -> forms.ChoiceField:
        """What is on offer; what is offered no more stays until something else is chosen."""
        kept = getattr(self.instance, name)
        whole = next((each for each, _ in offered if kept and each.endswith(f":{kept}")), kept)
        kept = self.initial[name] = whole  # flows of earlier releases have the voice without its engine
        gone = [(kept, f"{kept} (not offered any more)")] if kept and kept not in dict(offered) else []
        return forms.ChoiceField(
            choices=[("", usual), *offered, *gone],
            required=False,
            label=self.fields[name].label,
            help_text=self.fields[name].help_text,
            widget=UnfoldAdminSelectWidget,
        )

    def _offer_languages(self) -> None:
        self.fields["further"] = RowsField(
            columns=[
                Column("language", "Language", choices=(("", "— choose —"), *LANGUAGE_CHOICES)),
                Column("voice", "Its voice", choices=(("", "the usual voice for the language"), *seams.voices())),
                Column("notice", "Its notice, where calls are recorded", lines=2, max_length=500),
            ],
            row_name="language",
            label="Further languages",
            help_text=self.fields["further"].help_text,
            required=False,
        )
        self.initial["further"] = self.instance.languages

    def _offer_notice(self) -> None:
        """The usual one until somebody writes another, with its sound."""
        flow, field = self.instance, self.fields["recording_notice"]
        if not flow.records_calls and not flow.recording_notice:
            self.initial["recording_notice"] = usual_notice(flow.language)
        field.widget.heard = replace(hearing.by_voice(flow, self.initial["recording_notice"]), label=str(field.label))

    def clean_further(self) -> list[dict[str, str]]:
        """Each language once; a row without one is dropped."""
        rows = languages.written(languages.read(row for row in self.cleaned_data["further"] if row["language"]))
        codes = [self.data.get("language", self.instance.language), *(row["language"] for row in rows)]
        if len(set(codes)) < len(codes):
            raise forms.ValidationError("Each language stands here once, and the line’s own is not among them.")
        return rows

    def clean_recording_notice(self) -> str:
        """The usual notice goes with the language of the line."""
        said, before = self.cleaned_data["recording_notice"].strip(), self.initial.get("language", "")
        return usual_notice(self.cleaned_data.get("language", before)) if said == usual_notice(before) else said

    def save(self, commit: bool = True) -> Any:
        if "further" in self.cleaned_data:
            self.instance.languages = self.cleaned_data["further"]
        return super().save(commit)

    @property
    def flow_row(self) -> Flow | None:
        return self.instance if self.instance.pk else None
