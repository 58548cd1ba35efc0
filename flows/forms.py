"""The forms of builders, except that of a step, which is derived from its kind (`flows.stepform`).

A form of a draft carries the revision it was opened with, so nobody overwrites somebody silently.
"""

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import QuerySet
from django.utils import timezone

from flows import drafts, recordings, seams, spoken
from flows.adminbase import UnfoldAdminFileFieldWidget, UnfoldAdminRadioSelectWidget, UnfoldAdminSelectWidget
from flows.engine.spoken_answers import markers, without_brackets
from flows.engine.step import REGISTRY
from flows.engine.step import Step as Kind
from flows.fields import in_words
from flows.models import Exit, Flow, FlowVersion, Step
from flows.sound import Unusable

# Steps as calls usually go; kinds that are not named here follow, then those of special flows, and the end comes last.
USUAL_ORDER = [
    *("say", "language_choice", "menu", "ask", "collect_digits", "agent"),
    *("opening_hours", "branch", "set_answer", "look_up", "send_text"),
    *("rate_us", "consent", "transfer", "voicemail", "call_back", "", "go_to_flow", "go_back", "call_out", "hang_up"),
]


CONFLICT = "conflict"  # the code of the error of a form that would overwrite what somebody else saved


class DraftForm(forms.ModelForm):
    """A form of a flow or one of its steps, which refuses to overwrite what somebody else saved meanwhile."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.flow_row is not None:
            self.initial["revision"] = self.flow_row.revision

    @property
    def flow_row(self) -> Flow | None:
        """The flow that this form edits; None while it is being made."""
        raise NotImplementedError

    @property
    def is_in_conflict(self) -> bool:
        """Whether somebody else saved the same meanwhile; sent again, it is stored all the same."""
        return self.has_error(NON_FIELD_ERRORS, CONFLICT)

    @property
    def part(self) -> str:
        """What of the flow it edits: a step by its key, "" for the line itself."""
        return ""

    def clean(self) -> dict[str, Any]:
        """Lock the flow until the request ends. On a conflict, both sides are shown and nothing is stored."""
        super().clean()
        if self.flow_row is not None:
            try:
                drafts.check_out(self.flow_row.pk, self.cleaned_data.get("revision") or 0, self.part)
            except drafts.Conflict as conflict:
                self._show_both(conflict)
        return self.cleaned_data

    def _show_both(self, conflict: drafts.Conflict) -> None:
        """Keep what was typed, show what is stored beside it, and let the next save go through knowingly."""
        said = f"{conflict} What you typed is safe below: compare it, then save again to keep yours."
        self.add_error(None, forms.ValidationError(said, code=CONFLICT))
        for name in self.changed_data:
            if name != "revision":
                field = self.fields[name]
                stored = in_words(field, self.get_initial_for_field(field, name))
                self.add_error(name, f"Stored meanwhile: {stored}")
        self.data = self.data.copy()
        self.data[self.add_prefix("revision")] = str(conflict.revision)


class NewStepForm(forms.ModelForm):
    """The one question of a new step: what should happen next?"""

    after = forms.ModelChoiceField(
        queryset=Exit.objects.none(),
        required=False,
        label="Comes after",
        help_text="The exits that lead nowhere yet. You can also connect the step later.",
        empty_label="— connect it later —",
        widget=UnfoldAdminSelectWidget,
    )
    kind = forms.ChoiceField(
        label="What should happen?",
        help_text="Each kind tells what it is once it is there. It can be deleted again, and Undo brings it back.",
        choices=lambda: [(kind, cls.question) for kind, cls in palette()],
        widget=UnfoldAdminRadioSelectWidget,
    )

    class Meta:
        model = Step
        fields = ["flow", "name", "kind"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        flow = self.data.get("flow") or self.initial.get("flow")
        if flow and str(flow).isdigit():
            self.fields["flow"].widget = forms.HiddenInput()
            self.fields["after"].queryset = _open_exits(int(flow))
            self.fields["after"].label_from_instance = lambda row: f"{row.step.name}: {_say(row)}"


class PublishForm(forms.Form):
    """Why a version is published."""

    notes = forms.CharField(
        max_length=300,
        required=False,
        label="What changed, for your colleagues",
        help_text="It stands beside the version, so that anybody finds the right one to go back to. May be empty.",
        widget=forms.TextInput({"class": "cw-input"}),
    )


class RecordingForm(forms.Form):
    """A recording for one text. `said` is the text that the page showed, `audio` the recording for the telephone."""

    said = forms.CharField(widget=forms.HiddenInput, strip=False, required=False)
    sound = forms.FileField(
        label="A recording of this text",
        help_text="WAV, MP3, FLAC or OGG, at most 10 MB and 3 minutes. It is trimmed, brought to the loudness of the "
        "other prompts, and made ready for the telephone.",
        widget=UnfoldAdminFileFieldWidget({"accept": ".wav,.mp3,.flac,.ogg,.oga,audio/*"}),
        error_messages={
            "required": "Choose a sound file first.",
            "empty": "This file is empty. Choose another one.",
            "missing": "Choose a sound file first.",
            "invalid": "Choose a sound file first.",
        },
    )

    def __init__(self, *args: Any, text: str, **kwargs: Any) -> None:
        super().__init__(*args, initial={"said": text}, **kwargs)
        self.text = text

    def clean_said(self) -> str:
        """Two may work at once: who recorded the old words must not speak for the new ones."""
        said: str = self.cleaned_data["said"].replace("\r\n", "\n")
        if said != self.text:
            self.data = {**self.data.dict(), "said": self.text}
            raise forms.ValidationError("The text was changed while you recorded it. Read it again, and record that.")
        if not said.strip():
            raise forms.ValidationError("There is no text yet. Write it first, then record exactly that.")
        if markers(said):
            raise forms.ValidationError(
                "This text says an answer, so it differs from call to call. It cannot be recorded; the voice reads it."
            )
        return said

    def clean_sound(self) -> Any:
        uploaded = self.cleaned_data["sound"]
        if uploaded.size > recordings.MAX_BYTES:
            raise forms.ValidationError("This file is larger than 10 MB. Save it as MP3, or record less.")
        try:
            self.audio = seams.read_recording(uploaded.read())
        except Unusable as error:
            raise forms.ValidationError(str(error)) from error
        return uploaded


class HearForm(forms.Form):
    """A text that somebody wants to hear."""

    text = forms.CharField(
        max_length=spoken.LONGEST_TEXT,
        strip=False,
        error_messages={
            "required": "There is nothing to hear yet. Write the text first.",
            "max_length": f"This text is longer than {spoken.LONGEST_TEXT} characters. Shorten it.",
        },
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError("There is nothing to hear yet. Write the text first.")
        return without_brackets(text.strip())


class GoLiveForm(forms.Form):
    """Which version answers a number from now on, and why."""

    version = forms.ModelChoiceField(
        queryset=FlowVersion.objects.select_related("flow"),
        label="Version",
        help_text="Of each flow, the newest comes first. Only what was published can be chosen.",
        empty_label=None,
        widget=forms.Select({"class": "cw-input"}),
    )
    why = forms.CharField(
        max_length=300,
        label="Why",
        help_text="It stands in the history of the number, such as “Summer hours” or “The menu had no way to billing”.",
        widget=forms.TextInput({"class": "cw-input"}),
    )
    at = forms.DateTimeField(
        required=False,
        help_text="Leave it empty to go live at once. Otherwise the worker does it then, such as tonight at 22:00.",
        widget=forms.DateTimeInput({"class": "cw-input", "type": "datetime-local"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].label = f"When ({timezone.get_current_timezone_name()})"


def palette() -> list[tuple[str, type[Kind]]]:
    """Every kind of step, as calls usually go."""
    return sorted(REGISTRY.items(), key=lambda each: _usual_order(each[0]))


def _usual_order(kind: str) -> int:
    return USUAL_ORDER.index(kind if kind in USUAL_ORDER else "")


def _open_exits(flow_pk: int) -> QuerySet[Exit]:
    return Exit.objects.filter(step__flow=flow_pk, goes_to=None).select_related("step").order_by("step__place", "place")


def _say(row: Exit) -> str:
    return row.label or row.outcome
