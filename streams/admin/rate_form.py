"""The form of a price: what is counted, of which model, in words; its kind follows from both."""

from typing import Any, ClassVar

from django import forms

from flows.adminbase import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from streams.billing.kinds import (
    INBOUND,
    LEGS_IN_WORDS,
    MINUTE,
    OUTBOUND,
    STREAM_IN_WORDS,
    UNITS,
    Kind,
    kind_of,
    leg_kind,
)
from streams.models import Rate
from streams.models.ledger import TOWARD

LONGEST_KIND = 100
LEGS = {f"{MINUTE}:{direction}": direction for direction in (INBOUND, OUTBOUND)}  # by what the form counts


class RateForm(forms.ModelForm):
    """A price of the line's audio stream, of the carrier's minutes one way, or of one unit of a model."""

    counted = forms.ChoiceField(
        label="What is counted",
        help_text="As the vendor’s bill has it. “Again” is what a model had read or heard before, which costs less.",
        widget=UnfoldAdminSelectWidget,
    )
    whose = forms.CharField(
        max_length=60,
        required=False,
        label="Model",
        help_text="As the vendor names it, such as gpt-realtime-2.1. Leave it empty for what the carrier takes.",
        widget=UnfoldAdminTextInputWidget,
    )
    begins = forms.CharField(
        max_length=TOWARD + 1,
        required=False,
        label="Numbers that begin with",
        help_text="For calls alone, such as +1 or +1415: our number for calls to us, the dialled one for calls out. "
        "The longest beginning that fits a number counts; empty stands for all numbers without one.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Rate
        fields = [
            "valid_from",
            "price",
            "currency",
            "per",
            "increment_seconds",
            "minimum_seconds",
            "unconnected_seconds",
        ]
        labels: ClassVar = {
            "per": "For how many",
            "increment_seconds": "Rounded up to",
            "minimum_seconds": "Billed at least",
            "unconnected_seconds": "A stream that never connected",
        }
        help_texts: ClassVar = {
            "price": "",
            "per": "The price buys this many, such as 1000000 tokens. Vendors mostly tell the price of a million.",
            "increment_seconds": "In seconds: time is rounded up to a multiple of this.",
            "minimum_seconds": "In seconds: anything shorter is billed as this long.",
            "unconnected_seconds": "In seconds: billed as this long, if the carrier says that it was dropped.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "unconnected_seconds" in self.fields:
            self.fields["unconnected_seconds"].required = False
        if "counted" not in self.fields:  # shown to somebody who may not change it
            return
        kind = kind_of(self.instance.kind) if self.instance.kind else Kind("", MINUTE)
        units = dict(UNITS) if kind.unit in {MINUTE, *UNITS} else {**UNITS, kind.unit: kind.counted}
        legs = [(counted, f"minutes of {LEGS_IN_WORDS[way].lower()}") for counted, way in LEGS.items()]
        self.fields["counted"].choices = [(MINUTE, f"minutes of {STREAM_IN_WORDS.lower()}"), *legs, *units.items()]
        counted = f"{kind.unit}:{kind.direction}" if kind.direction else kind.unit
        begins = f"+{kind.prefix}" if kind.prefix else ""
        self.initial |= {"counted": counted, "whose": kind.model, "begins": begins}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        kind = self._kind(cleaned.get("counted", ""), cleaned.get("whose", "").strip())
        since = cleaned.get("valid_from")
        same = Rate.objects.filter(kind=kind.stored, valid_from=since).exclude(pk=self.instance.pk)
        if since and same.exists():
            self.add_error(
                "valid_from", "There is a price for this from that moment on already. Choose another moment."
            )
        self.instance.kind, self.instance.unit = kind.stored[:LONGEST_KIND], kind.unit
        return cleaned

    def _kind(self, counted: str, model: str) -> Kind:
        """What is priced; what does not fit together is an error of the field."""
        begins = self.cleaned_data.get("begins", "")
        if counted in LEGS:
            if model:
                self.add_error("whose", "Calls have no model. Leave this empty, or choose what is counted.")
            return leg_kind(LEGS[counted], begins)
        if begins:
            self.add_error("begins", "This is for minutes of calls alone. Leave it empty.")
        if counted == MINUTE and model:
            self.add_error(
                "whose", "The line’s audio stream has no model. Leave this empty, or choose what is counted."
            )
        if counted and counted != MINUTE and not model:
            self.add_error("whose", "Name the model whose price this is, as the vendor’s bill does.")
        return Kind("" if counted == MINUTE else model, counted)

    def clean_unconnected_seconds(self) -> int:
        return self.cleaned_data["unconnected_seconds"] or 0

    def clean_begins(self) -> str:
        """The digits alone, as they stand in a price's kind."""
        said = self.cleaned_data["begins"].strip().removeprefix("+")
        if said and not (said.isascii() and said.isdecimal()):
            raise forms.ValidationError("Write digits alone, such as +1415: the country, and what follows.")
        return said
