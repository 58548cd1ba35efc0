"""A form field for a short table: questions and answers, or the choices of a menu.

It is plain inputs with a few blank rows at the end, so it works without JavaScript; `flows/rows.js` adds rows.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

Row = dict[str, str]

MAX_ROWS = 200  # more than anybody types, few enough to check


class Text(forms.CharField):
    """Text with line ends as the engine wants them, however the browser sent them."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True)
class Column:
    """One column of the table. With `choices` it is a select; `lines` above 1 make a taller input.

    With a `separator`, the parts of a text are typed on lines of their own.
    """

    name: str
    label: str
    lines: int = 1
    max_length: int = 500
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    hidden: bool = False
    narrow: bool = False
    separator: str = ""

    def field(self) -> forms.Field:
        """What checks one cell of this column."""
        if self.choices:
            wanted = {"required": "Choose one.", "invalid_choice": "This is not on offer. Choose another."}
            return forms.ChoiceField(choices=self.choices, required=self.required, error_messages=wanted)
        missing = {"required": "This must be filled in."}
        return Text(max_length=self.max_length, required=self.required, error_messages=missing)

    def shown(self, stored: str) -> str:
        """A stored text as it stands in the input."""
        return "\n".join(self._parts(stored, self.separator)) if self.separator else stored

    def stored(self, typed: str) -> str:
        """What was typed, as it is stored."""
        return self.separator.join(self._parts(typed, "\n")) if self.separator else typed

    def in_words(self, stored: str) -> str:
        """A stored text as part of a sentence."""
        return ", ".join(self._parts(stored, self.separator)) if self.separator else stored

    def _parts(self, text: str, separator: str) -> list[str]:
        return [part.strip() for part in text.split(separator) if part.strip()]


class RowsWidget(forms.Widget):
    """The table. `row_errors` are the sentences to show under a row, by its index."""

    spare = 3

    def __init__(self, columns: Iterable[Column], row_name: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns, self.row_name = tuple(columns), row_name
        self.row_errors: dict[int, list[str]] = {}

    def id_for_label(self, id_: str) -> str:
        return ""  # the table has many inputs, each with a label of its own

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[Row]:
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,6}})-")
        found = {int(match[1]) for key in data if (match := pattern.match(key))}
        rows = [
            self._row(data, f"{name}-{index}-") for index in sorted(found) if not data.get(f"{name}-{index}-remove")
        ]
        return [row for row in rows if self.is_filled(row)]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False  # a table that lost its last row sends nothing

    def is_filled(self, row: Row) -> bool:
        """True when somebody typed into it; a hidden cell, or a select left as it was, does not count."""
        left = {column.name: column.choices[0][0] if column.choices else "" for column in self.columns}
        return any(row[c.name].strip() not in ("", left[c.name]) for c in self.columns if not c.hidden)

    def _row(self, data: Mapping[str, Any], prefix: str) -> Row:
        return {column.name: column.stored(str(data.get(prefix + column.name, ""))) for column in self.columns}

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        blank = dict.fromkeys((column.name for column in self.columns), "")
        rows = [*(value or []), *([blank] * self.spare)]
        context = {
            "name": name,
            "row_name": self.row_name,
            "columns": [column for column in self.columns if not column.hidden],
            "rows": [self._shown(name, index, row, len(value or [])) for index, row in enumerate(rows)],
            "template_row": self._shown(name, "NEW", blank, 0),
        }
        return render_to_string("flows/widgets/rows.html", context)

    def _shown(self, name: str, index: int | str, row: Row, filled: int) -> dict[str, Any]:
        cells = [
            {
                "column": column,
                "name": f"{name}-{index}-{column.name}",
                "value": column.shown(row.get(column.name, "")),
            }
            for column in self.columns
        ]
        outcome = row.get("outcome")
        return {
            "index": index,
            "anchor": f"id_exit:{outcome}" if outcome else "",
            "cells": cells,
            "spare": isinstance(index, str) or index >= filled,
            "errors": self.row_errors.get(index, []) if isinstance(index, int) else [],
        }


class RowsField(forms.Field):
    """A list of rows, each a mapping of column to text. Blank rows are dropped."""

    widget: RowsWidget

    def __init__(self, *, columns: Iterable[Column], row_name: str = "row", **about: Any) -> None:
        self.columns = tuple(columns)
        super().__init__(widget=RowsWidget(self.columns, row_name), **about)

    def clean(self, value: list[Row] | None) -> list[Row]:
        """The rows as typed, cleaned. Raises `ValidationError`; what is wrong with each row is kept by the widget."""
        rows = value or []
        if len(rows) > MAX_ROWS:
            raise ValidationError(f"There are {len(rows)} rows; at most {MAX_ROWS} can be kept.")
        self.widget.row_errors = {}
        cleaned = [self._clean_row(index, row) for index, row in enumerate(rows)]
        if self.widget.row_errors:
            raise ValidationError("Mend the marked rows.")
        return cleaned

    def mark(self, index: int, sentence: str) -> None:
        """Show `sentence` under the row at `index`."""
        self.widget.row_errors.setdefault(index, []).append(sentence)

    def _clean_row(self, index: int, row: Row) -> Row:
        cleaned = {}
        for column in self.columns:
            try:
                cleaned[column.name] = column.field().clean(row[column.name])
            except ValidationError as error:
                for message in error.messages:
                    self.mark(index, f"{column.label}: {message}")
        return cleaned

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (initial or []) != (data or [])


def row_name_of(row_type: type) -> str:
    """What one row of this dataclass is called, as its first field tells it under `row`."""
    return str(
        next((field.metadata["row"] for field in dataclasses.fields(row_type) if "row" in field.metadata), "row")
    )


def columns_of(row_type: type, answers: Iterable[tuple[str, str]] = ()) -> list[Column]:
    """The columns for a dataclass of texts, to be filled in unless they are `optional`.

    Its fields may tell more of a `Column`. One that `offers` answers is a choice of those given here.
    """
    return [
        Column(
            field.name,
            field.metadata.get("label") or field.name.replace("_", " ").capitalize(),
            lines=field.metadata.get("lines", 2),
            max_length=field.metadata.get("max_length", 1500),
            choices=tuple(answers) if "offers" in field.metadata else field.metadata.get("choices", ()),
            required=not (field.metadata.get("optional") or field.metadata.get("hidden")),
            hidden=field.metadata.get("hidden", False),
            separator=field.metadata.get("separator", ""),
        )
        for field in dataclasses.fields(row_type)
    ]
