"""The forms of a call list, of one call, and of a file of people."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from flows.models import Flow, PhoneNumber
from flows.numbers import masked
from streams.admin.own_form import INPUT
from streams.models import CallList
from streams.models.outbound import Machines
from streams.ordered.hours import decent_span
from streams.outbound import refusing, taking
from streams.outbound.sheet import Columns, Sheet

DAYS = [
    (str(day), name)
    for day, name in enumerate(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
]
MENDED_HERE = 30_000  # characters of a file; nobody looks for a row in more of them
TIME = {"type": "time", **INPUT}
WHO = {
    "flow": "Each call walks the version of this flow that is live when they pick up.",
    "ours": "The number of yours that they see. Whoever calls it back hears what answers there.",
    "company": "They hear it first: “This is an automated call from …”. Write it as it is spoken.",
}


def _between(least: int, most: int) -> dict[str, Any]:
    return {**INPUT, "min": str(least), "max": str(most)}


class CallListForm(forms.ModelForm):
    """Whom for, with what, and within which bounds."""

    weekdays = forms.MultipleChoiceField(
        label="On these days",
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        help_text="Days, like hours, are those of whoever is called.",
    )

    class Meta:
        model = CallList
        fields: ClassVar = [
            *("name", "flow", "ours", "company", "calls_for", "weekdays", "opens", "closes"),
            *("most_attempts", "minutes", "daily_cap", "at_once", "ring_seconds", "machines"),
        ]
        widgets: ClassVar = {
            "name": forms.TextInput(INPUT),
            "flow": forms.Select(INPUT),
            "ours": forms.Select(INPUT),
            "company": forms.TextInput(INPUT),
            "calls_for": forms.Select(INPUT),
            "opens": forms.TimeInput(TIME, format="%H:%M"),
            "closes": forms.TimeInput(TIME, format="%H:%M"),
            "most_attempts": forms.NumberInput(_between(1, 10)),
            "minutes": forms.NumberInput(_between(15, 10_080)),
            "daily_cap": forms.NumberInput(_between(1, 10_000)),
            "at_once": forms.NumberInput(_between(1, 50)),
            "ring_seconds": forms.NumberInput(_between(15, 120)),
            "machines": forms.Select(INPUT),
        }
        labels: ClassVar = {
            "ours": "Number that is shown",
            "company": "Who calls",
            "calls_for": "What the calls are",
            "opens": "From",
            "closes": "Until",
            "most_attempts": "Attempts for each",
            "minutes": "Minutes between two attempts",
            "daily_cap": "Most calls in a day",
            "at_once": "Most calls at once",
            "ring_seconds": "Ring for so many seconds",
            "machines": "When an answering machine picks up",
        }
        help_texts: ClassVar = {
            "name": "What you call it, such as “Appointments in December”.",
            **WHO,
            "calls_for": "US law wants written consent before sales calls by an automated voice; starting asks for it.",
            "opens": "On the clock of whoever is called: by their number, or by a column of the file.",
            "closes": "No call begins after that, nor outside the hours that the site allows.",
            "most_attempts": "Busy lines, unanswered calls and answering machines count. 1 to 10.",
            "minutes": "At least 15. One number is never called more than three times within a day.",
            "daily_cap": "Counted from midnight on the site’s clock.",
            "at_once": "Choose no more than people can take whom the flow puts through. The carrier begins 2 a second.",
            "ring_seconds": "At least 15: who is given less leaves the call unanswered, and is called in vain.",
            "machines": "The carrier listens for them while the flow begins. A message needs the step “Call somebody”.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["weekdays"] = list(self.instance.weekdays)
        name_choices(self)

    def clean_weekdays(self) -> str:
        """As digits."""
        return "".join(sorted(self.cleaned_data["weekdays"]))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        begins, ends = decent_span()
        if opens and closes and opens >= closes:
            self.add_error("closes", "Choose a later time: it ends before it begins.")
        elif opens and closes and (f"{closes:%H:%M}" <= begins or f"{opens:%H:%M}" >= ends):
            self.add_error("opens", f"People may be called from {begins} to {ends} only. Choose hours within.")
        return cleaned


class OneCallForm(forms.Form):
    """One number, called now."""

    number = forms.CharField(
        label="Number to call",
        max_length=40,
        help_text="With its country code, or as one dials it in the country of your number.",
        widget=forms.TextInput({**INPUT, "inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(
        label="Their name",
        max_length=80,
        required=False,
        help_text="Texts of the flow can say it, where they hold [name].",
        widget=forms.TextInput(INPUT),
    )
    flow = forms.ModelChoiceField(Flow.objects.all(), label="Flow", widget=forms.Select(INPUT), help_text=WHO["flow"])
    ours = forms.ModelChoiceField(
        PhoneNumber.objects.all(),
        label="Number that is shown",
        widget=forms.Select(INPUT),
        help_text=WHO["ours"],
    )
    company = forms.CharField(
        label="Who calls", max_length=60, widget=forms.TextInput(INPUT), help_text=WHO["company"]
    )  # fmt: skip
    machines = forms.ChoiceField(
        label="When an answering machine picks up",
        choices=[(value, "Hang up" if value == Machines.HANG_UP else label) for value, label in Machines.choices],
        widget=forms.Select(INPUT),
        help_text="The carrier listens for one while the flow begins.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name_choices(self)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        ours = cleaned.get("ours")
        if ours and cleaned.get("number"):
            number, problem = taking.number_in(cleaned["number"], ours.number)
            if problem or refusing.is_refused(number):
                self.add_error("number", problem or taking.REFUSED)
            cleaned["number"] = number
        return cleaned


class SheetForm(forms.Form):
    """Which columns of a file hold what. `text` is the file, which travels with the page until its people are taken;
    one that is not long can be mended there."""

    text = forms.CharField(widget=forms.HiddenInput, strip=False)
    number = forms.TypedChoiceField(
        label="The number stands in", coerce=int, widget=forms.Select(INPUT), help_text="All others are answers."
    )
    name = forms.TypedChoiceField(
        label="The name stands in",
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(INPUT),
        help_text="The flow knows it as [name].",
    )
    zone = forms.TypedChoiceField(
        label="The time zone stands in",
        coerce=int,
        required=False,
        empty_value=None,
        widget=forms.Select(INPUT),
        help_text="Such as America/New_York. Without one the number decides.",
    )
    has_names = forms.BooleanField(
        label="The first row names the columns",
        required=False,
        help_text="Untick it where people begin in the first row.",
    )

    def __init__(self, *args: Any, sheet: Sheet, text: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(text) <= MENDED_HERE:
            self.fields["text"].widget = forms.Textarea({**INPUT, "rows": 12, "spellcheck": "false", "wrap": "off"})
        columns = [(place, title) for place, title in enumerate(sheet.headers)]
        for name in ("number", "name", "zone"):
            empty = [] if name == "number" else [("", "no column")]
            self.fields[name].choices = [*empty, *columns]  # type: ignore[attr-defined]

    def columns(self) -> Columns:
        """What was chosen. Raises `ValidationError` where a column was chosen that is not there."""
        if not self.is_valid():
            raise ValidationError("Choose the columns again: the file has others now.")
        chosen = self.cleaned_data
        return Columns(chosen["number"], chosen["name"], chosen["zone"])


def name_choices(form: forms.BaseForm) -> None:
    """Numbers of ours by their labels; and no blank choice where there is one only."""
    form.fields["ours"].label_from_instance = _number_in_words  # type: ignore[attr-defined]
    for name in ("flow", "ours"):
        field: Any = form.fields[name]
        if field.queryset.count() == 1:
            field.empty_label, field.initial = None, field.queryset.first().pk


def _number_in_words(number: PhoneNumber) -> str:
    return f"{number.label} ({masked(number.number)})" if number.label else masked(number.number)
