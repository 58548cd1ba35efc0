"""How long each kind of data is kept, as it is typed: on the site, or on one flow."""

from typing import Any

from django import forms

from streams.retention.kinds import KINDS, Kind
from streams.retention.rules import SITE

DAYS, EVER, AS_SITE = "days", "ever", "site"
LONGEST = 36_500  # days


class RetentionForm(forms.Form):
    """Two fields for each kind: `how-NAME` and `days-NAME`. `kept` is what is stored now, by kind; see `rules.kept`."""

    def __init__(self, *args: Any, kept: dict[str, Any], on_flow: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_flow = on_flow
        hows = [(DAYS, "days"), (EVER, "for ever")]
        for kind in KINDS:
            now = kept[kind.name]
            self.fields[f"how-{kind.name}"] = forms.ChoiceField(
                choices=[(AS_SITE, "as on the whole site"), *hows] if on_flow else hows,
                initial=AS_SITE if now is SITE else EVER if now is None else DAYS,
                label=f"{kind.title}: how long",
            )
            self.fields[f"days-{kind.name}"] = forms.IntegerField(
                required=False,
                min_value=1,
                max_value=LONGEST,
                initial=now if isinstance(now, int) else kind.days,
                label=f"{kind.title}: days",
            )

    def clean(self) -> dict[str, Any]:
        """Who says “days” says how many."""
        found = super().clean() or {}
        for kind in KINDS:
            field = f"days-{kind.name}"
            if found.get(f"how-{kind.name}") == DAYS and not found.get(field) and field not in self.errors:
                self.add_error(field, "Write how many days, or choose “for ever”.")
        return found

    def wanted(self) -> dict[str, Any]:
        """By kind: days, None for ever, or SITE. Of a form that is valid."""
        how = {kind.name: self.cleaned_data[f"how-{kind.name}"] for kind in KINDS}
        days = {kind.name: self.cleaned_data[f"days-{kind.name}"] for kind in KINDS}
        said = {DAYS: days.get, EVER: lambda name: None, AS_SITE: lambda name: SITE}
        return {name: said[chosen](name) for name, chosen in how.items()}

    def rows(self) -> list[tuple[Kind, forms.BoundField, forms.BoundField]]:
        """What the page shows, one row for each kind."""
        return [(kind, self[f"how-{kind.name}"], self[f"days-{kind.name}"]) for kind in KINDS]
