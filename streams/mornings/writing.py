"""What a morning report says, in text and HTML: yesterday's figures, where callers hung up, which calls need ears."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.template.loader import render_to_string
from django.utils.formats import date_format

from flows.models import Flow, FlowVersion
from streams.exports.asking import in_address
from streams.exports.reading import reader_of
from streams.figures import answers
from streams.figures.asked import Asked, Tiles
from streams.models import Call, MorningMail
from streams.mornings import links
from streams.reconciling.open_items import unreconciled
from streams.reports.names import names_in
from streams.reports.one_call import Reader
from streams.reports.words import length, moment, money

MOST_STEPS, MOST_EARS = 3, 5


@dataclass(frozen=True, slots=True)
class Written:
    """A mail, ready to be handed over."""

    subject: str
    text: str
    html: str
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One flow, or all of them. `tiles` are pairs of what and how much; `ears` are (when, why, link)."""

    title: str
    tiles: list[tuple[str, str]]
    steps: list[tuple[str, str]]
    ears: list[tuple[str, str, str]]
    link: str


def written(mail: MorningMail, day: date) -> Written:
    """The report that comes on the morning of `day`: of the day before, with no more than its reader may see."""
    about = day - timedelta(days=1)
    parts = list(_parts(mail, about, reader_of(mail.person)))
    stop = links.stop(mail.pk)
    context = {
        "parts": parts,
        "day": about,
        "heading": f"{date_format(about, 'l j F')} on the line",
        "stop": stop,
        "settings": links.page("admin:streams_mornings"),
    }
    return Written(
        subject=f"{date_format(about, 'D j M')}: {', '.join(_in_a_word(part) for part in parts[:3])}",
        text=render_to_string("streams/morning/mail.txt", context),
        html=render_to_string("streams/morning/mail.html", context),
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )


def _parts(mail: MorningMail, about: date, reader: Reader) -> Iterator[Part]:
    chosen: list[Flow | None] = list(mail.flows.all())
    for flow in chosen or [None]:
        yield _part(flow, Asked(about, about, flow.pk if flow else None), reader)


def _part(flow: Flow | None, asked: Asked, reader: Reader) -> Part:
    tiles = answers.tiles(asked)
    return Part(
        title=flow.name if flow else "All lines",
        tiles=[*_tiles(tiles, reader), *(_open(asked) if reader.money and not flow else ())],
        steps=list(_steps(asked, flow)) if tiles.offered else [],
        ears=list(_ears(asked, reader)) if reader.transcript else [],
        link=links.report(in_address(asked)),
    )


def _in_a_word(part: Part) -> str:
    calls = dict(part.tiles)["Calls"]
    count = "1 call" if calls == "1" else f"{calls} calls"
    return count if part.title == "All lines" else f"{part.title} {count}"


def _tiles(tiles: Tiles, reader: Reader) -> Iterator[tuple[str, str]]:
    yield "Calls", f"{tiles.offered:,}"
    yield "Truly contained", _share(tiles.share("truly_contained"))
    yield "Asked for a person", _share(tiles.share("asked_person"))
    yield "Gave up", _share(tiles.share("gave_up"))
    yield "To a person, half within", length(tiles.median_to_person)
    if reader.money:
        yield "Cost", money(tiles.cost)
        yield "A call", money(tiles.cost_per_call) if tiles.cost_per_call is not None else "–"


def _open(asked: Asked) -> Iterator[tuple[str, str]]:
    """What does not add up with the carrier, of the whole site."""
    found = unreconciled(asked.first, asked.last)
    things = "1 thing" if found.things == 1 else f"{found.things:,} things"
    yield "Not reconciled", f"{money(found.amount)}, {things}" if found.things else "nothing open"


def _share(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _steps(asked: Asked, flow: Flow | None) -> Iterator[tuple[str, str]]:
    """Where most callers hung up; of all lines, with the line that the step is of."""
    flows = [flow] if flow else list(Flow.objects.only("name"))
    rows = [(each, row) for each in flows for row in answers.steps(replace(asked, flow=each.pk)) if row.hung_up]
    worst = sorted(rows, key=lambda found: (-found[1].hung_up, found[0].name, found[1].step))[:MOST_STEPS]
    for each, row in worst:
        newest = FlowVersion.objects.filter(flow=each).order_by("-number").values_list("snapshot", flat=True).first()
        name = names_in(newest).step(row.step)
        yield name if flow else f"{each.name}, {name}", f"{row.hung_up:,} hung up, of {row.visits:,} who came"


def _ears(asked: Asked, reader: Reader) -> Iterator[tuple[str, str, str]]:
    found = answers.ears(asked, MOST_EARS)
    began: dict[int, Any] = dict(
        Call.objects.filter(pk__in=[each.call for each in found]).values_list("pk", "began_at")
    )
    for each in found:
        cost = f", {money(each.cost)}" if reader.money and each.cost else ""
        yield (
            moment(began[each.call]),
            f"{', '.join(each.reasons)}{cost}",
            links.page("admin:streams_call_change", each.call),
        )
