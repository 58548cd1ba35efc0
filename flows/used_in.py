"""Where a destination, a lookup or opening hours are used: on numbers now, in drafts, in versions that answer nothing.

What a change to them does is told as it is: versions keep some of it as it was when they were published.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from flows import drafts
from flows.engine.step import REGISTRY, chosen, params
from flows.models import FlowVersion

MOST_VERSIONS = 5  # that answer no number, named on a page

# What people are told before they change something that is live: what one number or several do with it, and the effect.
EFFECTS = {
    "hours": (
        ("goes by these hours", "go by these hours"),
        "Each version keeps the hours it was published with. Callers notice a change here once the flow is published "
        "again and that version goes live.",
    ),
    "destination": (
        ("puts calls through here", "put calls through here"),
        "A new phone number counts from the next transfer on. A new name stands in versions that are published later.",
    ),
    "lookup": (
        ("asks it", "ask it"),
        "Where to ask counts from the next call on. What callers are asked for, and what is read from the answer, "
        "count once the flow is published again and that version goes live.",
    ),
}


@dataclass(frozen=True)
class Place:
    """One place: what it is called, and where it is. `numbers` answer it now."""

    name: str
    url: str
    steps: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class UsedIn:
    """Every place where something is used. `more`: there are other versions that answer nothing."""

    resource: str
    live: list[Place] = field(default_factory=list)
    drafts: list[Place] = field(default_factory=list)
    published: list[Place] = field(default_factory=list)
    more: bool = False

    @property
    def numbers(self) -> list[str]:
        return [number for place in self.live for number in place.numbers]

    @property
    def warning(self) -> str:
        """What whoever changes it must know before it is saved; "" when nothing live uses it."""
        (one, many), effect = EFFECTS[self.resource]
        count = len(self.numbers)
        return f"{count} live {f'number {one}' if count == 1 else f'numbers {many}'}. {effect}" if count else ""

    @property
    def anywhere(self) -> bool:
        return bool(self.live or self.drafts or self.published)

    def in_words(self) -> str:
        """What keeps it from being deleted: drafts and what is live; "" when there is none."""
        return ", ".join(
            [*(place.name for place in self.drafts), *(f"{place.name}, which is live" for place in self.live)]
        )


def used_in(resource: str, key: str) -> UsedIn:
    """The places that use this `destination` or `lookup`, or these `hours`. Four queries, however many there are."""
    others = list(_other_versions(resource, key)[: MOST_VERSIONS + 1])
    return UsedIn(
        resource=resource,
        live=[_live(version, resource, key) for version in drafts.live_versions_using(resource, key)],
        drafts=[
            Place(f"“{step.name}” of {step.flow}", step.get_absolute_url())
            for step in drafts.steps_using(resource, key)
        ],
        published=[Place(str(version), version.get_absolute_url()) for version in others[:MOST_VERSIONS]],
        more=len(others) > MOST_VERSIONS,
    )


def _other_versions(resource: str, key: str) -> QuerySet[FlowVersion]:
    kept = {f"snapshot__resources__{resource}__has_key": key}
    rows = FlowVersion.objects.filter(numbers__isnull=True, **kept).select_related("flow")
    return rows.defer("snapshot", "report").order_by("-published_at", "-pk")


def _live(version: FlowVersion, resource: str, key: str) -> Place:
    names, url = _settings(resource), version.get_absolute_url()
    found = version.snapshot.get("steps", {})
    using = ((name, row) for name, row in found.items() if _refers(row["kind"], row["settings"], names, key))
    return Place(
        name=str(version),
        url=url,
        steps=tuple((row["name"], f"{url}#step-{name}") for name, row in using),
        numbers=tuple(str(number) for number in version.numbers.all()),
    )


def _settings(resource: str) -> dict[str, list[str]]:
    """By kind of step, the settings that refer to such a thing."""
    names = {
        kind: [name for name, about in params(cls).items() if about.refers_to == resource]
        for kind, cls in REGISTRY.items()
    }
    return {kind: found for kind, found in names.items() if found}


def _refers(kind: str, settings: dict[str, Any], names: dict[str, list[str]], key: str) -> bool:
    return any(key in chosen(settings.get(name)) for name in names.get(kind, ()))
