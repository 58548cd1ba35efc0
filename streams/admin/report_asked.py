"""What a report is asked by its address, and the address of what is asked: everything about a report can be bookmarked.

`range` is a name of RANGES, which moves with the days; `from` and `to` are dates, which stay. Narrowed down by `flow`
and `version` (their keys), `number` (ours) and `language`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from flows.models import Flow, FlowVersion
from streams.figures.asked import Asked

LONGEST = timedelta(days=366)
WEEK = timedelta(days=7)
A_DAY = timedelta(days=1)
USUAL = "yesterday"

Days = tuple[date, date]
# name: what the choice says, what the page is headed with, the days
RANGES: dict[str, tuple[str, str, Callable[[date], Days]]] = {
    "today": ("Today", "Today on the line", lambda today: (today, today)),
    "yesterday": ("Yesterday", "Yesterday on the line", lambda today: (today - A_DAY, today - A_DAY)),
    "week": ("Last 7 days", "The last 7 days on the line", lambda today: (today - WEEK, today - A_DAY)),
    "month": ("This month", "This month on the line", lambda today: (today.replace(day=1), today)),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A report that was asked for: `asked`, what it is compared with, and in words. `range` is "" for any two dates.

    `problem` is a sentence when the address could not be taken as it was.
    """

    asked: Asked
    today: date
    range: str = ""
    problem: str = ""
    flow: Flow | None = None
    version: FlowVersion | None = None

    @property
    def heading(self) -> str:
        """What the page is called."""
        if self.range:
            return RANGES[self.range][1]
        return f"{self.period} on the line"

    @property
    def period(self) -> str:
        """The days in words: “Wed 25 Nov”, “20 to 26 Nov”."""
        return days_in_words(self.asked.first, self.asked.last, self.today)

    @property
    def narrowed(self) -> list[str]:
        """What the calls are narrowed down by, in words; the flow, or its version, first."""
        line = str(self.version) if self.version else str(self.flow) if self.flow else ""
        return [word for word in (line, self.asked.number, self.asked.language) if word]

    @property
    def is_open(self) -> bool:
        """Whether calls may still be added to it."""
        return self.asked.last >= self.today

    @property
    def before(self) -> Asked:
        """What it is compared with: the same days a week before, or as many days before these."""
        return replace(self.asked, first=self.asked.first - self._back, last=self.asked.last - self._back)

    @property
    def before_words(self) -> str:
        """That in words."""
        return "the week before" if self._back == WEEK else f"the {self._days} days before"

    @property
    def before_period(self) -> str:
        """Its days in words."""
        return days_in_words(self.before.first, self.before.last, self.today)

    @property
    def neighbours(self) -> tuple[str, str]:
        """The addresses of as many days before and after; "" after today."""
        step = timedelta(days=self._days)
        first, last = self.asked.first, self.asked.last
        back = replace(self.asked, first=first - step, last=last - step)
        on = replace(self.asked, first=first + step, last=last + step)
        return f"?{query(back)}", f"?{query(on)}" if on.first <= self.today else ""

    @property
    def _days(self) -> int:
        return (self.asked.last - self.asked.first).days + 1

    @property
    def _back(self) -> timedelta:
        return WEEK if self._days <= WEEK.days else timedelta(days=self._days)


def read(said: Mapping[str, str], today: date) -> Question:
    """The report that this address asks for; what it says wrongly is left out, with a sentence."""
    (first, last), name, problem = _days(said, today)
    version = FlowVersion.objects.defer("snapshot", "report").select_related("flow").filter(pk=_key(said, "version"))
    found_version = version.first() if said.get("version") else None
    flow = Flow.objects.filter(pk=_key(said, "flow")).first() if said.get("flow") else None
    if (said.get("flow") and not flow) or (said.get("version") and not found_version):
        problem = problem or "That flow or version is not there, so all of them are shown."
    if flow and found_version and found_version.flow_id != flow.pk:
        found_version = None  # another flow was chosen in the form while an old version stood beside it
    flow = flow or (found_version.flow if found_version else None)
    asked = Asked(
        first=first,
        last=last,
        flow=flow.pk if flow else None,
        version=found_version.pk if found_version else None,
        number=said.get("number", "").replace("\0", "")[:80],
        language=said.get("language", "").replace("\0", "")[:12],
    )
    return Question(asked, today, name, problem, flow, found_version)


def query(asked: Asked, name: str = "", **more: object) -> str:
    """The part of an address that asks for this, as `read` takes it; by the name of its range, if one is given."""
    days = {"range": name} if name else {"from": asked.first.isoformat(), "to": asked.last.isoformat()}
    kept = {"flow": asked.flow, "version": asked.version, "number": asked.number, "language": asked.language}
    return urlencode({key: value for key, value in {**days, **kept, **more}.items() if value not in (None, "")})


def days_in_words(first: date, last: date, today: date) -> str:
    """“Wed 25 Nov”, “20 to 26 Nov”, “28 Oct to 3 Nov”; with the year where it is not this one."""
    year = "" if first.year == last.year == today.year else " Y"
    if first == last:
        return date_format(first, f"D j M{year}")
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{date_format(first, 'j' if same_month else f'j M{year}')} to {date_format(last, f'j M{year}')}"


def _days(said: Mapping[str, str], today: date) -> tuple[Days, str, str]:
    """The days, the name of their range, and a sentence when they could not be taken."""
    first, last = _day(said.get("from", "")), _day(said.get("to", ""))
    name = said.get("range", "")
    if not first and not last:
        problem = ""
        if said.get("from") or said.get("to"):
            problem = "A date was not understood, so yesterday is shown. Write dates as 2026-11-22."
        name = name if name in RANGES else USUAL
        return RANGES[name][2](today), name, problem
    first, last = sorted((first or last or today, last or first or today))
    if last - first >= LONGEST:
        first = last - LONGEST + A_DAY
        return (first, last), "", "At most one year can be shown; this is the last year of what you asked for."
    return (first, last), "", ""


def _day(said: str) -> date | None:
    """A date with room on both sides for the arithmetic, or None."""
    try:
        day = parse_date(said)
    except ValueError:
        return None
    return day if day and 2000 <= day.year <= 2100 else None


def _key(said: Mapping[str, str], name: str) -> int | None:
    text = said.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
