"""The form of a price: what is counted, of which model, in words; its kind follows from both."""

from typing import Any, ClassVar

from django import forms

from flows.adminbase import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget
from streams.billing.kinds import MINUTE, STREAM, STREAM_IN_WORDS, UNITS, Kind, kind_of
from streams.models import Rate

LONGEST_KIND = 100


class RateForm(forms.ModelForm):
    """A price of the line's audio stream, or of one unit of a model."""

    counted = forms.ChoiceField(
        label="What is counted",
        help_text="As the vendor’s bill has it. “Again” is what a model had read or heard before, which costs less.",
        widget=UnfoldAdminSelectWidget,
    )
    whose = forms.CharField(
        max_length=60,
        required=False,
        label="Model",
        help_text="As the vendor names it, such as gpt-realtime-2.1. Leave it empty for the line’s audio stream.",
        widget=UnfoldAdminTextInputWidget,
    )

    class Meta:
        model = Rate
        fields = ["valid_from", "price", "currency", "per", "increment_seconds", "minimum_seconds"]
        labels: ClassVar = {
            "per": "For how many",
            "increment_seconds": "Rounded up to",
            "minimum_seconds": "Billed at least",
        }
        help_texts: ClassVar = {
            "price": "",
            "per": "The price buys this many, such as 1000000 tokens. Vendors mostly tell the price of a million.",
            "increment_seconds": "In seconds: time is rounded up to a multiple of this.",
            "minimum_seconds": "In seconds: anything shorter is billed as this long.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "counted" not in self.fields:  # shown to somebody who may not change it
            return
        kind = kind_of(self.instance.kind) if self.instance.kind else Kind("", MINUTE)
        units = dict(UNITS) if kind.unit in {MINUTE, *UNITS} else {**UNITS, kind.unit: kind.counted}
        self.fields["counted"].choices = [(MINUTE, f"minutes of {STREAM_IN_WORDS.lower()}"), *units.items()]
        self.initial |= {"counted": kind.unit, "whose": kind.model}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        unit, model = cleaned.get("counted", ""), cleaned.get("whose", "").strip()
        is_stream = unit == MINUTE
        if unit and not is_stream and not model:
            self.add_error("whose", "Name the model whose price this is, as the vendor’s bill does.")
        if is_stream and model:
            self.add_error(
                "whose", "The line’s audio stream has no model. Leave this empty, or choose what is counted."
            )
        kind = STREAM if is_stream else Kind(model, unit).stored
        since = cleaned.get("valid_from")
        if since and Rate.objects.filter(kind=kind, valid_from=since).exclude(pk=self.instance.pk).exists():
            self.add_error(
                "valid_from", "There is a price for this from that moment on already. Choose another moment."
            )
        self.instance.kind, self.instance.unit = kind[:LONGEST_KIND], unit
        return cleaned
