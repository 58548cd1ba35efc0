"""The calls behind a number of a report: the list of calls, narrowed to them by its address, with words that say so."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from flows.models import FlowVersion
from streams.admin import report_asked
from streams.admin.report_definitions import DEFINITIONS
from streams.figures import answers
from streams.figures.asked import Asked
from streams.figures.counting import COUNTS
from streams.models import Call
from streams.reports.names import names_in

COUNTED = "counted"  # in the address: a name of DEFINITIONS
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
QUESTION = ("range", "from", "to", "flow", "version", "number", "language")
PLACE = ("step", "exit")
COSTLIEST = "costliest"


def _at_hour(calls: QuerySet[Call], said: str) -> QuerySet[Call]:
    return calls.annotate(of_hour=ExtractHour("began_at")).filter(of_hour=_small(said))


def _on_weekday(calls: QuerySet[Call], said: str) -> QuerySet[Call]:
    return calls.annotate(of_weekday=ExtractIsoWeekDay("began_at")).filter(of_weekday=_small(said) + 1)


def _small(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 3 else -1


# What else a number may be of, beside its question and its place: how the calls are found, and in words.
FURTHER: dict[str, tuple[Callable[[QuerySet[Call], str], QuerySet[Call]], Callable[[str], str]]] = {
    "hour": (_at_hour, lambda said: f"{_small(said):02}:00 to {_small(said) + 1:02}:00"),
    "weekday": (_on_weekday, lambda said: f"{WEEKDAYS[_small(said)]}s" if 0 <= _small(said) < 7 else ""),
    "mood_start": (lambda calls, said: calls.filter(figures__mood_start=said), lambda said: f"{said} at first"),
    "mood_end": (lambda calls, said: calls.filter(figures__mood_end=said), lambda said: f"{said} at the end"),
}
MOODS = ("mood_start", "mood_end")
OURS = (COUNTED, COSTLIEST, *QUESTION, *PLACE, *FURTHER)


def calls_url(asked: Asked, what: str, *, costliest: bool = False, **more: Any) -> str:
    """The address of the list of calls that `what` counts. `more` narrows further: step, exit, hour, version…"""
    place = {COUNTED: what, **({COSTLIEST: 1} if costliest else {})}
    return f"{reverse('admin:streams_call_changelist')}?{report_asked.query(asked, **{**more, **place})}"


class Counted(admin.ListFilter):
    """Calls that a report counted; offered only on a list that was opened from one."""

    title = "the report"

    def __init__(self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        if COUNTED in params:
            self.used_parameters = {name: _plain(params.pop(name)[-1]) for name in OURS if name in params}

    def has_output(self) -> bool:
        return bool(self.used_parameters)

    def expected_parameters(self) -> list[str]:
        return list(OURS)

    def choices(self, changelist: Any) -> Any:
        yield {"selected": False, "query_string": changelist.get_query_string(remove=OURS), "display": "all calls"}
        yield {"selected": True, "query_string": changelist.get_query_string(), "display": "those that were counted"}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Call]) -> QuerySet[Call]:
        said = self.used_parameters
        if not said:
            return queryset
        what, question = _what(said), report_asked.read(said, timezone.localdate())
        counted = answers.calls(question.asked, what, said.get("step", ""), said.get("exit", ""))
        for name, (narrow, _) in FURTHER.items():
            if name in _told(request, said):
                counted = narrow(counted, said[name])
        return queryset.filter(pk__in=counted.order_by().values("pk"))


@dataclass(frozen=True, slots=True)
class Chip:
    """What a list is narrowed to, in words; where the report is; and the list without it."""

    words: str
    report_url: str
    without_url: str


def chip_of(request: HttpRequest) -> Chip | None:
    """The chip of a list that was opened from a report."""
    said = {name: _plain(value) for name, value in request.GET.items()}
    if COUNTED not in said:
        return None
    question = report_asked.read(said, timezone.localdate())
    kept = {name: value for name, value in said.items() if name not in OURS}
    report = f"{reverse('admin:streams_report')}?{report_asked.query(question.asked)}"
    return Chip(", ".join(_words(_told(request, said), question)), report, f"?{urlencode(kept)}")


def _words(said: Mapping[str, str], question: report_asked.Question) -> list[str]:
    title = DEFINITIONS[_what(said)].calls
    return [
        *_place(said, question, title),
        question.period,
        *(words for name, (_, told) in FURTHER.items() if name in said and (words := told(said[name]))),
        *question.narrowed,
    ]


def _place(said: Mapping[str, str], question: report_asked.Question, title: str) -> list[str]:
    """“hung up in “Main menu””; “left “Main menu” by “Support””."""
    step = said.get("step", "")
    if not step:
        return [title]
    names = names_in(_snapshot(question))
    if said.get("exit"):
        return [f"left “{names.step(step)}” by “{names.choice(step, said['exit'])}”"]
    return [title.replace("STEP", f"“{names.step(step)}”")]


def _snapshot(question: report_asked.Question) -> Any:
    """The version that tells what steps are called."""
    versions = FlowVersion.objects.filter(flow=question.flow) if question.flow else FlowVersion.objects.none()
    chosen = versions.filter(pk=question.version.pk) if question.version else versions.order_by("-number")
    return chosen.values_list("snapshot", flat=True).first()


def _told(request: HttpRequest, said: Mapping[str, str]) -> dict[str, str]:
    """Without moods for who may not read what was said: they may not look for it either."""
    if request.user.has_perm("streams.view_transcript"):  # type: ignore[union-attr]
        return dict(said)
    return {name: value for name, value in said.items() if name not in MOODS}


def _plain(value: str) -> str:
    """Without a character that no database takes."""
    return value.replace("\0", "")


def _what(said: Mapping[str, str]) -> str:
    """What is counted; for a word that nobody counts by, everything."""
    known, usual = (answers.VISITS, "visits") if said.get("step") else (COUNTS, "offered")
    what = said.get(COUNTED, "")
    return what if what in known and what in DEFINITIONS else usual


def ordering(request: HttpRequest) -> list[str]:
    """How a list that was opened from a report is ordered: the costliest first where the figure was of money."""
    dear = request.GET.get(COSTLIEST) and request.user.has_perm("streams.view_charge")  # type: ignore[union-attr]
    return ["-figures__cost"] if dear else []
