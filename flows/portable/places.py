"""What a file's flow uses on this site: what is there already is taken as it is, what is not is added.

Nothing that exists is ever changed by a file: other flows use it too. What is added waits for approval like anything
that a builder adds.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from flows import drafts
from flows.engine.schedule import Schedule
from flows.fields import REFERRED
from flows.models import Destination, Lookup, OpeningHours
from flows.models.lookups import CALLER, FIELD_NAME, PATH
from flows.models.outbound import validate_outbound
from flows.models.places import validate_zone
from flows.numbers import validate_e164
from flows.portable.describing import FlowFile, LookupFile
from flows.portable.outline import Complaint, Unreadable


@dataclass
class Places:
    """What the names of a file stand for on this site, and what had to be added. `notes` are sentences."""

    keys: dict[str, dict[str, str]] = field(default_factory=lambda: {what: {} for what in REFERRED})
    added: list[models.Model] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def key(self, what: str, name: str) -> str:
        """The key of what a step refers to by name; "" when neither the file nor the site has it."""
        if name not in self.keys.setdefault(what, {}):
            self.keys[what][name] = _key_of(_there(REFERRED.get(what), name))
            if not self.keys[what][name]:
                self.notes.append(f"“{name}” is neither in this file nor on this site, so it is left open.")
        return self.keys[what][name]


def check(file: FlowFile) -> None:
    """Raise `Unreadable` for what could not be stored, whether or not it is here already."""
    _raise([*_wrong_hours(file.hours), *_wrong_numbers(file.destinations), *_wrong_lookups(file.lookups)])


def find_or_add(file: FlowFile) -> Places:
    """Everything that a file describes, as it is on this site from now on. Run it within a transaction."""
    places = Places()
    for schedule in file.hours:
        _take(places, "hours", schedule.name, _same_hours(schedule), lambda s=schedule: _add_hours(s))  # type: ignore[misc]
    for name, number in file.destinations.items():
        same = _there(Destination, name, number=number)
        _take(places, "destination", name, same, lambda n=name, to=number: _add_destination(n, to))  # type: ignore[misc]
        _compare_numbers(places, name, number)
    for lookup in file.lookups:
        _take(places, "lookup", lookup.name, None, lambda each=lookup: _add_lookup(each))  # type: ignore[misc]
    return places


def _take(places: Places, what: str, name: str, same: Any, add: Any) -> None:
    found = same or _there(REFERRED[what], name)
    if found is None:
        found = add()
        places.added.append(found)
    elif what == "hours" and same is None:
        places.notes.append(f"The opening hours “{name}” are here already, with other times. Those of this site count.")
    places.keys[what][name] = _key_of(found)


def _there(model: Any, name: str, **about: Any) -> Any:
    """The row with this name; of several, one of which these other things are true, too."""
    plain = name.rpartition(" (")[0] if name.endswith(")") else ""
    rows = model.objects.order_by("pk") if model else None
    if rows is None:
        return None
    return rows.filter(name=name, **about).first() or (rows.filter(name=plain, **about).first() if plain else None)


def _same_hours(schedule: Schedule) -> OpeningHours | None:
    plain = schedule.name.rpartition(" (")[0] or schedule.name
    rows = OpeningHours.objects.filter(name__in=[schedule.name, plain]).prefetch_related("periods", "holidays")
    return next((row for row in rows if replace(row.as_schedule(), name=schedule.name) == schedule), None)


def _compare_numbers(places: Places, name: str, number: str) -> None:
    row = Destination.objects.get(key=places.keys["destination"][name])
    if row.number != number:
        places.notes.append(f"“{name}” is here already, with the number {row.number}. It stays; {number} is not used.")
    elif row in places.added:
        try:
            validate_outbound(number)
        except ValidationError as error:
            places.notes.append(f"“{name}”: {' '.join(error.messages)}")


def _key_of(row: Any) -> str:
    return str(row.key) if row else ""


# --- Adding -----------------------------------------------------------------------------------------------------------


def _add_hours(schedule: Schedule) -> OpeningHours:
    hours = OpeningHours.objects.create(
        key=_free(OpeningHours, schedule.name, "hours"), name=schedule.name, zone=schedule.zone
    )
    hours.keep(schedule)
    return hours


def _add_destination(name: str, number: str) -> Destination:
    key = _free(Destination, name, "destination")
    return Destination.objects.create(key=key, name=name, number=number, awaits_approval=True)


def _add_lookup(lookup: LookupFile) -> Lookup:
    key = _free(Lookup, lookup.name, "lookup")
    return Lookup.objects.create(key=key, name=lookup.name, awaits_approval=True, **lookup.about)


def _free(model: Any, name: str, otherwise: str) -> str:
    longest = model._meta.get_field("key").max_length
    return drafts.free_key(name, set(model.objects.values_list("key", flat=True)), otherwise=otherwise, longest=longest)


# --- What could not be stored -----------------------------------------------------------------------------------------


def _wrong_hours(hours: Iterable[Schedule]) -> Iterator[Complaint]:
    for schedule in hours:
        yield from _invalid(0, f"Opening hours “{schedule.name}”", validate_zone, schedule.zone)


def _wrong_numbers(destinations: Mapping[str, str]) -> Iterator[Complaint]:
    for name, number in destinations.items():
        yield from _invalid(0, f"Destination “{name}”", validate_e164, number)


def _wrong_lookups(lookups: Iterable[LookupFile]) -> Iterator[Complaint]:
    for lookup in lookups:
        row = Lookup(key="lookup", name=lookup.name, **lookup.about)
        yield from _invalid(lookup.line, f"Lookup “{lookup.name}”", lambda row: row.full_clean(exclude=["secret"]), row)
        names = [each.get("name", "") for each in lookup.about["sends"]]
        for sent in lookup.about["sends"]:
            if not FIELD_NAME.fullmatch(sent.get("name", "")) or names.count(sent["name"]) > 1:
                sentence = "Each field that is sent has a name of its own: a letter first, then letters, digits and _."
                yield Complaint(lookup.line, f"Lookup “{lookup.name}”: {sentence}")
            elif sent["form"] != CALLER and not sent["hint"]:
                yield Complaint(lookup.line, f"Lookup “{lookup.name}”: say what “{sent['name']}” is.")
        for read in lookup.about["finds"]:
            if not PATH.fullmatch(read.get("path", "")):
                sentence = "where it stands is written as names parted by dots, such as order.status."
                yield Complaint(lookup.line, f"Lookup “{lookup.name}”: {sentence}")


def _invalid(line: int, what: str, validate: Any, stated: Any) -> Iterator[Complaint]:
    try:
        validate(stated)
    except ValidationError as error:
        yield Complaint(line, f"{what}: {' '.join(error.messages)}")


def _raise(complaints: list[Complaint]) -> None:
    if complaints:
        raise Unreadable(complaints)
