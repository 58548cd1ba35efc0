"""A list and the people on it in words. Sync."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from streams.models import Callee, CallList, OutboundAttempt
from streams.models.outbound import CalleeState, CallsFor, ListState, Machines, OutboundResult
from streams.reports.words import moment

TONES = {
    ListState.RUNNING: "good",
    ListState.PAUSED: "warn",
    CalleeState.REACHED: "good",
    CalleeState.MESSAGE: "good",
    CalleeState.GAVE_UP: "warn",
    CalleeState.OPTED_OUT: "bad",
}
COUNTED = {  # states as they stand beside a number, of one person or of many
    CalleeState.MESSAGE: "reached by a message",
    CalleeState.OPTED_OUT: "opted out",
    CalleeState.REMOVED: "taken off",
}
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPEN = (CalleeState.WAITING, CalleeState.CALLING)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many stand where. `percent` of all are dealt with."""

    total: int
    counts: dict[str, int]

    @property
    def percent(self) -> int:
        left = sum(self.counts.get(state, 0) for state in OPEN)
        return 100 * (self.total - left) // self.total if self.total else 0

    @property
    def named(self) -> list[tuple[str, str, int, str]]:
        """State, its words, how many, its tone; those of none left out."""
        return [
            (state.value, COUNTED.get(state, state.label), self.counts[state], TONES.get(state, "plain"))
            for state in CalleeState
            if self.counts.get(state)
        ]


def progress(*lists: CallList) -> dict[int, Progress]:
    """Of each list, by its key, in one query."""
    rows = Callee.objects.filter(call_list__in=lists).order_by().values_list("call_list", "state").annotate(Count("pk"))
    counts: dict[int, dict[str, int]] = {each.pk: {} for each in lists}
    for list_pk, state, count in rows:
        counts[list_pk][state] = count
    return {pk: Progress(sum(found.values()), found) for pk, found in counts.items()}


def stands(state: str) -> str:
    """The tone of a state of a list, or of somebody on it."""
    return TONES.get(ListState(state) if state in ListState.values else CalleeState(state), "plain")


def window(call_list: CallList) -> str:
    """When it calls: “Mon–Fri, 9:00 to 19:00 where they are”."""
    return f"{_days(call_list.weekdays)}, {call_list.opens:%H:%M} to {call_list.closes:%H:%M} on their clocks"


def _days(weekdays: str) -> str:
    if weekdays == "0123456":
        return "every day"
    found = sorted(int(day) for day in weekdays)
    in_a_row = len(found) > 2 and found == list(range(found[0], found[-1] + 1))
    return f"{DAYS[found[0]]}–{DAYS[found[-1]]}" if in_a_row else ", ".join(DAYS[day] for day in found)


def rules(call_list: CallList) -> list[str]:
    """The bounds of a list, a sentence each."""
    machines = f"Answering machines: {Machines(call_list.machines).label.lower()}."
    first = f"They hear first: “This is an automated call from {call_list.company}. To get no more calls, press 9.”"
    if call_list.by_hand:
        ring = f"It rings for {call_list.ring_seconds} seconds, once, as soon as they may be called where they are."
        return [ring, machines.replace(", and call again later", ""), first]
    hours, minutes = divmod(call_list.minutes, 60)
    pause = f"{hours} h" if not minutes else f"{hours} h {minutes} min" if hours else f"{minutes} min"
    return [
        f"It calls {window(call_list)}, and rings for {call_list.ring_seconds} seconds.",
        f"Up to {call_list.most_attempts} attempts for each, {pause} apart."
        if call_list.most_attempts > 1
        else "One attempt for each.",
        f"Up to {call_list.at_once} calls at once and {call_list.daily_cap} in a day.",
        machines,
        f"Calls for: {CallsFor(call_list.calls_for).label}.",
        first,
    ]


def attempts(callee: Callee) -> list[str]:
    """Each attempt as a line. Prefetch `attempts` when there are many."""
    return [f"{moment(one.ordered_at)}: {_how(one)}" for one in callee.attempts.all()]


def _how(attempt: OutboundAttempt) -> str:
    if attempt.result == OutboundResult.NEVER_MADE and attempt.why:
        return f"not called. {attempt.why}"
    return attempt.get_result_display() + (f" ({attempt.why})" if attempt.why else "")


def next_call(callee: Callee, call_list: CallList, now: datetime) -> str:
    """When they are called next, in words; "" when they are not."""
    if callee.state == CalleeState.CALLING:
        return "now"
    if callee.state != CalleeState.WAITING:
        return ""
    if call_list.state != ListState.RUNNING:
        return "when the list runs"
    return moment(callee.next_at) if callee.next_at > now else "in turn"
