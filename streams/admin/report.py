"""The page “Reports”: is the line well, where did callers go, which calls need ears, does the bill add up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from flows.adminbase import strict
from flows.models import Flow, FlowVersion, PhoneNumber
from flows.numbers import masked
from streams.admin import report_charts, report_map, report_steps, report_tiles
from streams.admin.report_asked import RANGES, Question, query, read
from streams.admin.report_money import of_prompts
from streams.admin.report_words import each, whole
from streams.figures import answers
from streams.figures.asked import Asked, Tiles
from streams.figures.counting import span
from streams.models import Call
from streams.reports.words import moment

MOST_EARS = 8
WEEKS = timedelta(days=28)  # of which a report of fewer days tells when callers call
FORTNIGHT = timedelta(days=14)  # the fewest days that make a line
BESIDE = (  # what it says, where it leads, who may
    ("Export", "admin:streams_exports", "streams.add_export"),
    ("Send me this at 7:00", "admin:streams_mornings", "streams.view_call"),
)


def page(calls: ModelAdmin, request: HttpRequest) -> HttpResponse:
    """The report that the address asks for; without a word, yesterday's."""
    if not calls.has_view_permission(request):
        raise PermissionDenied
    may = request.user.has_perm  # type: ignore[union-attr]
    question = read(request.GET.dict(), timezone.localdate())
    context = {
        **calls.admin_site.each_context(request),
        "opts": calls.opts,
        "title": question.heading,
        "question": question,
        **_frame(question, may),
        **_figures(question, may),
    }
    return strict(TemplateResponse(request, "streams/report/page.html", context))


def _frame(question: Question, may: Any) -> dict[str, Any]:
    """What stands around the figures: ranges, choices to narrow down, days before and after, and what else there is."""
    asked = question.asked
    versions = FlowVersion.objects.filter(flow=asked.flow).defer("snapshot", "report") if asked.flow else ()
    before, after = question.neighbours
    return {
        "ranges": [(title, f"?{query(asked, name)}", name == question.range) for name, (title, *_) in RANGES.items()],
        "flows": Flow.objects.only("pk", "name"),
        "versions": [(version.pk, f"v{version.number}") for version in versions],
        "numbers": [(row.number, f"{row.label} {row.number}".strip()) for row in PhoneNumber.objects.all()],
        "languages": _languages(question),
        "previous_url": before,
        "next_url": after,
        "lasting_url": f"?{query(asked)}",
        "everything_url": f"?{query(Asked(asked.first, asked.last), question.range)}",
        "beside": [
            (title, f"{url}?{query(asked)}") for title, name, who in BESIDE if may(who) and (url := _address(name))
        ],
        "time_zone": timezone.get_current_timezone_name(),
    }


def _languages(question: Question) -> list[str]:
    """The languages that calls of these days were in, and the chosen one."""
    found = answers.by_language(replace(question.asked, language=""))
    return sorted({*(language for language in found if language), question.asked.language} - {""})


def _figures(question: Question, may: Any) -> dict[str, Any]:
    """Everything that was counted. Money is for who may see charges; moods and ears for who may read transcripts."""
    asked, money, words = question.asked, may("streams.view_charge"), may("streams.view_transcript")
    now, flows = answers.tiles(asked), answers.by_flow(asked)
    ways = report_steps.went(question, flows)
    tables = [{"found": way, "rows": report_steps.table(way, money=money)} for way in ways]
    return {
        "money": money,
        "now": now,
        "unfinished": _unfinished(asked),
        "tiles": report_tiles.tiles_of(question, now, answers.tiles(question.before), money=money),
        "ways": tables,
        "map": report_map.map_of(ways[0], tables[0]["rows"]) if len(ways) == 1 else None,
        "tops": _tops(ways, money),
        "compared": _compared(question, ways[0].flow if len(ways) == 1 else question.flow, flows, money),
        **_times(question, money),
        "waits": report_charts.waits(answers.latency(asked)),
        "moods": report_charts.moods(asked, answers.moods(asked)) if words else None,
        "ears": _ears(asked, may) if words else None,
        "prompts": of_prompts(asked) if money else None,
    }


def _unfinished(asked: Asked) -> int:
    """Calls of these days whose record is still being made: they are in no figure yet."""
    began, over = span(asked.first, asked.last)
    calls = Call.objects.filter(rehearsal=None, figures=None, began_at__gte=began, began_at__lt=over)
    return calls.filter(**{f"version__{name}": key for name, key in (("flow", asked.flow),) if key}).count()


def _tops(ways: Sequence[report_steps.Went], money: bool) -> list[dict[str, Any]]:
    cost = [{**row, "shown": whole(row["value"])} for row in report_steps.top(ways, "cost")] if money else None
    gone = [{**row, "shown": f"{row['value']:,}"} for row in report_steps.top(ways, "hung_up")]
    return [
        {"title": "Where callers hung up", "unit": "hung up", "rows": gone, "none": "Nobody hung up inside a step."},
        *(
            [{"title": "What costs most", "unit": "cost", "rows": cost, "none": "No step cost anything."}]
            if money
            else []
        ),
    ]


def _compared(question: Question, flow: Flow | None, flows: dict[int, Tiles], money: bool) -> list[dict[str, Any]]:
    """Side by side what there is more than one of; versions always, where it is about one flow."""
    asked, found = question.asked, []
    if flow:
        found.append(_versions(replace(asked, flow=flow.pk, version=None), money))
    else:
        names = dict(Flow.objects.values_list("pk", "name"))
        found.append({"title": "Flow by flow", "of": "Flow", "least": 2} | _table(asked, flows, names, "flow", money))
    labels = {row.number: f"{row.label} {row.number}".strip() for row in PhoneNumber.objects.all()}
    for field, title, names, groups in (
        ("number", "Number by number", labels, answers.by_number),
        ("language", "Language by language", {}, answers.by_language),
    ):
        about = {"title": title, "of": title.split()[0], "least": 2}
        found.append(about | _table(asked, groups(replace(asked, **{field: ""})), names, field, money))
    return [one for one in found if len(one["rows"]) >= one["least"]]


def _versions(asked: Asked, money: bool) -> dict[str, Any]:
    rows = FlowVersion.objects.filter(flow=asked.flow).defer("snapshot").in_bulk()
    names = {pk: f"v{row.number}, published {moment(row.published_at)}" for pk, row in rows.items()}
    about = {"title": "Version against version", "of": "Version", "least": 1}
    found = about | _table(asked, answers.by_version(asked), names, "version", money)
    for row in found["rows"] if money else ():
        row["expected"] = _expected(rows.get(row["key"]))
    return found | {"expected": any(row.get("expected") for row in found["rows"])}


def _expected(version: FlowVersion | None) -> str:
    """What a call was expected to cost when the version was published; "" where nothing was kept of that."""
    kept = version.report.get("forecast") if version else None
    return each(Decimal(kept["cost"])) if kept else ""


def _table(asked: Asked, groups: dict[Any, Tiles], names: dict[Any, str], field: str, money: bool) -> dict[str, Any]:
    known = {key: tiles for key, tiles in groups.items() if key}
    return report_tiles.side_by_side(asked, known, names, field, money=money)


def _times(question: Question, money: bool) -> dict[str, Any]:
    """When callers call, and day by day; of a short range the weeks before it make the picture."""
    asked = question.asked
    weeks, fortnight = _at_least(asked, WEEKS), _at_least(asked, FORTNIGHT)
    return {
        "heat": report_charts.heat_map(weeks, answers.when(weeks)),
        "heat_question": replace(question, asked=weeks, range=""),
        "days": report_charts.by_day(fortnight, answers.by_day(fortnight), (asked.first, asked.last), money=money),
        "days_question": replace(question, asked=fortnight, range=""),
    }


def _at_least(asked: Asked, least: timedelta) -> Asked:
    return replace(asked, first=min(asked.first, asked.last - least + timedelta(days=1)))


def _ears(asked: Asked, may: Any) -> list[dict[str, Any]]:
    found = answers.ears(asked, MOST_EARS)
    calls = Call.objects.only("pk", "caller", "began_at").in_bulk([one.call for one in found])
    return [
        {
            "url": call.get_absolute_url(),
            "at": call.began_at,
            "caller": masked(call.caller) or "no number",
            "reasons": one.reasons,
            "cost": each(one.cost) if may("streams.view_charge") else "",
        }
        for one in found
        if (call := calls.get(one.call))
    ]


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
