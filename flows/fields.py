"""One form field for each setting of a kind of step, made from what the kind says about it."""

import typing
from collections.abc import Callable, Iterable
from functools import partial
from types import UnionType
from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from flows import seams
from flows.adminbase import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)
from flows.engine.step import REGISTRY, Param, chosen, params
from flows.hearing import Heard
from flows.models import Destination, Flow, Lookup, OpeningHours, Step
from flows.rows import RowsField, Text, columns_of, row_name_of

REFERRED: dict[str, type[Destination] | type[OpeningHours] | type[Lookup] | type[Flow]] = {
    "destination": Destination,
    "hours": OpeningHours,
    "lookup": Lookup,
    "flow": Flow,
}
KEYED = {Flow: "slug"}  # the field by which steps refer to a row, where it is not its key
OFFERED = {"voices": seams.voices, "assistants": partial(seams.engines, "agent")}
USUAL = {"voices": "the voice of the flow", "assistants": "the site’s usual assistant"}

NOT_A_NUMBER = {
    "required": "This must be filled in.",
    "invalid": "Write a number.",
    "min_value": "At least %(limit_value)g.",
    "max_value": "At most %(limit_value)g.",
}

Common = dict[str, Any]


class SayingTextarea(UnfoldAdminTextareaWidget):
    """A text that may say answers of the call, with what puts them into it.

    The form tells which: `answers` are they as they are written, and what they are called; `label` is the text's.
    """

    answers: Iterable[tuple[str, str]] = ()
    label = ""

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        box = (attrs or {}).get("id", f"id_{name}")
        offered = {"answers": self.answers, "box": box, "label": self.label}
        insert = render_to_string("flows/insert.html", offered) if self.answers else ""
        return format_html("{}{}{}", super().render(name, value, attrs, renderer), self.beside(box), insert)

    def beside(self, box: str) -> str:
        """What else stands beside the text."""
        return ""


class HeardTextarea(SayingTextarea):
    """A text that callers hear, with what lets a builder hear it too. The form tells what is there to be `heard`."""

    heard: Heard | None = None

    def beside(self, box: str) -> str:
        return render_to_string("flows/hear.html", {"heard": self.heard, "box": box}) if self.heard else ""


def referred(step: Step) -> list[Any]:
    """The rows that the settings of this step refer to, in their order. One query for each setting that does."""
    about = params(REGISTRY[step.kind])
    wanted = {name: chosen(step.settings.get(name)) for name in about if about[name].refers_to}
    found = ((REFERRED[about[name].refers_to], keys) for name, keys in wanted.items() if keys)
    return [row for model, keys in found for row in model.objects.filter(**{f"{KEYED.get(model, 'key')}__in": keys})]


def field_for(name: str, about: Param, wanted: Any, answers: Iterable[tuple[str, str]] = ()) -> forms.Field:
    """The form field for one setting. `wanted` is its type, as annotated, `answers` those of the flow to choose from.

    Nothing is required: a draft is lenient.
    """
    wanted, may_be_none = _without_none(wanted)
    common = {"label": about.label or name.replace("_", " ").capitalize(), "help_text": about.help, "required": False}
    if typing.get_origin(wanted) is tuple and about.refers_to:
        return TickBoxes(choices=_to_tick(about.refers_to), widget=TickBoxesWidget(about.refers_to), **common)
    if about.offers == "answers":
        return forms.ChoiceField(choices=list(answers), widget=UnfoldAdminSelectWidget, **common)
    if about.offers:
        return OfferedField(about.offers, **common)
    if typing.get_origin(wanted) is tuple:
        row_type = typing.get_args(wanted)[0]
        return RowsField(columns=columns_of(row_type, answers), row_name=row_name_of(row_type), **common)
    if about.refers_to:
        return forms.ChoiceField(choices=_on_offer(about.refers_to), widget=UnfoldAdminSelectWidget, **common)
    if about.choices:
        return forms.ChoiceField(choices=about.choices, widget=UnfoldAdminSelectWidget, **common)
    if wanted in (int, float):
        # There is no half-finished number.
        common |= {"required": not may_be_none, "error_messages": NOT_A_NUMBER}
    return FIELDS[wanted](about, common)


def in_words(field: forms.Field, stored: Any) -> str:
    """A stored value as a person would say it."""
    if isinstance(field, RowsField):
        rows = [
            " · ".join(c.in_words(row[c.name]) for c in field.columns if not c.hidden and row.get(c.name))
            for row in stored or []
        ]
        return "; ".join(rows) or "nothing"
    if isinstance(field, TickBoxes):
        ticked = [f"“{label}”" for key, label in field.choices if key in (stored or [])]
        return ", ".join(ticked) or "nothing"
    if isinstance(field, forms.BooleanField):
        return "yes" if stored else "no"
    if isinstance(field, forms.ChoiceField):
        wanted = str(getattr(stored, "pk", stored) or "")
        return next((f"“{label}”" for key, label in field.choices if key and str(key) == wanted), "nothing")
    return f"“{stored}”" if stored not in ("", None) else "nothing"


def _without_none(wanted: Any) -> tuple[Any, bool]:
    if typing.get_origin(wanted) not in (typing.Union, UnionType):
        return wanted, False
    return next(kind for kind in typing.get_args(wanted) if kind is not type(None)), True


def _on_offer(resource: str) -> Callable[[], list[tuple[str, str]]]:
    """What there is to choose from, read when the form is shown."""
    return lambda: [("", "— choose —"), *((row.key, str(row)) for row in REFERRED[resource].objects.all())]


def _to_tick(resource: str) -> Callable[[], list[tuple[str, str]]]:
    """The same, each with a tick box; what waits for approval says so."""
    return lambda: [(row.key, _named(row)) for row in REFERRED[resource].objects.all()]


def _named(row: Any) -> str:
    return f"{row} (waits for approval)" if getattr(row, "awaits_approval", False) else str(row)


class TickBoxesWidget(forms.CheckboxSelectMultiple):
    """A list of tick boxes, or a sentence that says where to add the first."""

    def __init__(self, resource: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.resource = resource

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        model = REFERRED[self.resource]
        add = reverse(f"admin:flows_{model._meta.model_name}_add")
        context = {**self.get_context(name, value, attrs), "add_url": add, "what": model._meta.verbose_name}
        return render_to_string("flows/widgets/tick_boxes.html", context)


class TickBoxes(forms.MultipleChoiceField):
    """Several of what is on offer. What was ticked and is gone stays until it is unticked: a draft is lenient."""

    def valid_value(self, value: Any) -> bool:
        return True

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(initial or []) != set(data or [])


class OfferedField(forms.ChoiceField):
    """One of what the site offers, or the usual one. What is offered no more stays until another is chosen."""

    def __init__(self, what: str, **about: Any) -> None:
        self.what, self.kept = what, ""
        super().__init__(choices=self._choices, widget=UnfoldAdminSelectWidget, **about)

    def keep(self, stored: str) -> None:
        """This is what is chosen now."""
        self.kept = stored
        self.choices = self._choices

    def _choices(self) -> list[tuple[str, str]]:
        offered = OFFERED[self.what]()
        gone = [(self.kept, f"{self.kept} (not offered any more)")] if self.kept not in {"", *dict(offered)} else []
        return [("", USUAL[self.what]), *offered, *gone]


def _truth(about: Param, common: Common) -> forms.Field:
    return forms.BooleanField(widget=UnfoldBooleanSwitchWidget, **common)


def _whole_number(about: Param, common: Common) -> forms.Field:
    limits = {f"{end}_value": None if limit is None else int(limit) for end, limit in _limits(about)}
    return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget, **limits, **common)


def _number(about: Param, common: Common) -> forms.Field:
    limits = {f"{end}_value": limit for end, limit in _limits(about)}
    return forms.FloatField(widget=UnfoldAdminIntegerFieldWidget({"step": "any"}), **limits, **common)


def _text(about: Param, common: Common) -> forms.Field:
    box = HeardTextarea if about.spoken else SayingTextarea
    widget = box({"rows": about.lines}) if about.lines > 1 else UnfoldAdminTextInputWidget()
    return Text(max_length=about.max_length, widget=widget, **common)


def _limits(about: Param) -> list[tuple[str, float | None]]:
    return [("min", about.min), ("max", about.max)]


FIELDS: dict[Any, Callable[[Param, Common], forms.Field]] = {
    bool: _truth,
    int: _whole_number,
    float: _number,
    str: _text,
}
