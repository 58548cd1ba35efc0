"""The form of opening hours: a week of plain rows and a list of holidays, typed as people write times.

Rows are kept as they were typed, so that nothing is lost when one of them is wrong. `ACTS` change rows before anything
is stored: they are what the buttons of the page do, with or without JavaScript.
"""

import calendar
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from flows.clocktime import END_OF_DAY
from flows.engine.schedule import Schedule
from flows.hoursrows import Day, HolidayRow, Stretch, read
from flows.models import OpeningHours
from flows.zones import zones

YEARS_AHEAD = 6
MOST_ROWS = 200
WORKDAYS = range(5)
CHANGED = (
    "Somebody changed these hours after you opened this page. What you typed is safe below: save again to keep it, or "
    "load the page again to see theirs."
)
MONTHS = list(enumerate(calendar.month_name))[1:]


class HoursForm(forms.ModelForm):
    """Opening hours whole: name, zone, `days` and `holidays`. `act` is a button that was pressed, one of `ACTS`.

    `was` tells which hours the page was opened with, so that nobody overwrites somebody silently.
    """

    was = forms.CharField(required=False, widget=forms.HiddenInput)

    zone = forms.ChoiceField(
        choices=zones,
        label="Time zone",
        initial="America/Los_Angeles",
        help_text="The hours below are on the clocks of this place.",
        widget=forms.Select({"class": "cw-input"}),
    )

    class Meta:
        model = OpeningHours
        fields = ["name", "zone"]
        widgets = {"name": forms.TextInput({"class": "cw-input", "autocomplete": "off"})}

    def __init__(self, data: Any = None, *, act: str = "", **about: Any) -> None:
        super().__init__(data, **about)
        self.days = [Day(weekday) for weekday in range(7)]
        self.holidays: list[HolidayRow] = []
        self.stored = self.initial["was"] = _digest(self.instance)
        if data is None:
            self._take_stored()
        else:
            self._take_typed(data)
        name, _, where = act.partition(":")
        if name in ACTS:
            ACTS[name](self, [int(part) for part in where.split(":") if part.isdigit()])

    def years(self) -> list[str]:
        """The years on offer for a holiday, those that stand there included."""
        now = timezone.now().year
        typed = {row.year for row in self.holidays if row.year}
        return sorted(typed | {str(year) for year in range(now, now + YEARS_AHEAD)})

    def clean(self) -> dict[str, Any]:
        """Read every row; what is wrong stands beside it, and the rest is in `schedule`."""
        cleaned = super().clean() or {}
        if self.instance.pk and cleaned.get("was") != self.stored:
            self.add_error(None, CHANGED)
            self.data = {**{name: self.data.get(name) for name in self.data}, "was": self.stored}
        read(self.days, self.holidays)
        if any(row.errors for row in self._rows()):
            self.add_error(None, "Mend the marked rows. Nothing is saved yet.")
        return cleaned

    def schedule(self) -> Schedule:
        """What was typed, as the engine reads it; rows that cannot be read are left out."""
        periods, holidays = read(self.days, self.holidays)
        zone = str(self["zone"].value())
        is_known = any(zone == name for _, region in zones() for name, _ in region)
        name = str(self["name"].value() or "")
        return Schedule(name=name, zone=zone if is_known else "UTC", periods=periods, holidays=holidays)

    @transaction.atomic
    def save(self, commit: bool = True) -> OpeningHours:
        """Store the hours with the rows that were typed, in the place of those that were there."""
        hours: OpeningHours = super().save(commit)
        hours.keep(self.schedule())
        return hours

    def _rows(self) -> Iterator[Stretch]:
        for day in self.days:
            yield from day.rows
        yield from self.holidays

    def _take_stored(self) -> None:
        if not self.instance.pk:
            return
        stored = self.instance.as_schedule()
        for period in stored.periods:
            self.days[period.weekday].rows.append(Stretch(period.opens, period.closes))
        self.holidays = [
            HolidayRow(
                name=each.name,
                day=str(each.day),
                month=str(each.month),
                year=str(each.year or ""),
                opens=each.opens,
                closes=each.closes,
            )
            for each in stored.holidays
        ]

    def _take_typed(self, data: Mapping[str, Any]) -> None:
        for day in self.days:
            rows = _numbered(data, f"day-{day.weekday}", ("opens", "closes"))
            day.rows = [Stretch(**row) for row in rows]
        names = ("name", "day", "month", "year", "opens", "closes")
        self.holidays = [HolidayRow(**row) for row in _numbered(data, "holiday", names)]


def _numbered(data: Mapping[str, Any], prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows that were sent as `prefix-0-name`, in their order."""
    found = {int(match[1]) for key in data if (match := re.fullmatch(rf"{prefix}-(\d{{1,4}})-\w+", key))}
    return [
        {name: " ".join(str(data.get(f"{prefix}-{index}-{name}", "")).split()) for name in names}
        for index in sorted(found)[:MOST_ROWS]
    ]


def _digest(hours: OpeningHours) -> str:
    """What is stored, in short; "" for hours that are new."""
    return hashlib.sha256(repr(hours.as_schedule()).encode()).hexdigest()[:16] if hours.pk else ""


def _week(form: HoursForm, days: range, opens: str, closes: str) -> None:
    for day in form.days:
        day.rows = [Stretch(opens, closes)] if day.weekday in days else []


def _copy(form: HoursForm, _: list[int]) -> None:
    for weekday in WORKDAYS:
        form.days[weekday].rows = [Stretch(row.opens, row.closes) for row in form.days[0].rows]


def _add(form: HoursForm, where: list[int]) -> None:
    if where and where[0] < 7:
        day = form.days[where[0]]
        day.rows = [*day.shown, Stretch()]


def _drop(form: HoursForm, where: list[int]) -> None:
    if len(where) == 2 and where[0] < 7:
        del form.days[where[0]].rows[where[1] : where[1] + 1]


def _drop_holiday(form: HoursForm, where: list[int]) -> None:
    if where:
        del form.holidays[where[0] : where[0] + 1]


ACTS: dict[str, Callable[[HoursForm, list[int]], None]] = {
    "usual": lambda form, _: _week(form, WORKDAYS, "09:00", "17:00"),
    "always": lambda form, _: _week(form, range(7), "00:00", END_OF_DAY),
    "copy": _copy,
    "add": _add,
    "drop": _drop,
    "add-holiday": lambda form, _: form.holidays.append(HolidayRow()),
    "drop-holiday": _drop_holiday,
}
