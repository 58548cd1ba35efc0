"""Random calls, as logs and charges; and their numbers counted plainly, by a second hand, from those rows alone."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from streams.figures.asked import StepRow, Tiles
from streams.models import Call, CallEvent, Charge, OutcomeKind
from tests.streams.figures.rows import MORNING
from tests.streams.made import log

STEPS = {
    "menu": {"kind": "menu", "name": "Menu", "settings": {}},
    "helper": {"kind": "agent", "name": "Helper", "settings": {}},
    "support": {"kind": "transfer", "name": "Support", "settings": {}},
    "booked": {"kind": "say", "name": "Booked", "settings": {"goal": True}},
}
PLAIN = {"steps": {key: {**row, "settings": {}} for key, row in STEPS.items()}, "language": "en-US"}
MARKED = {"steps": STEPS, "language": "en-US"}
ENDINGS = ["caller", "flow", "flow", "fault", "person", "message"]
EXITS = ["1", "0", "person", "no-input", "no-match"]
AMOUNTS = st.decimals(0, 1, places=6)


@dataclass(frozen=True)
class Story:
    """One call: minutes after the first moment, which caller, number and version, its stays, how it ended, its bill."""

    minute: int
    caller: str
    number: str
    version: int
    stays: tuple[tuple[str, str, int, tuple[str, ...]], ...]
    ending: str
    language: str
    bill: tuple[tuple[str, Decimal], ...]


stories = st.builds(
    Story,
    minute=st.integers(0, 60 * 24 * 12),
    caller=st.sampled_from(["", "+14155550101", "+14155550101", "+14155550102"]),
    number=st.sampled_from(["+14155550198", "+14155550199"]),
    version=st.integers(-1, 1),
    stays=st.lists(
        st.tuples(
            st.sampled_from(sorted(STEPS)),
            st.sampled_from(EXITS),
            st.integers(0, 40),
            st.lists(st.sampled_from(["no-input", "no-match"]), max_size=3).map(tuple),
        ),
        min_size=1,
        max_size=4,
    ).map(tuple),
    ending=st.sampled_from(ENDINGS),
    language=st.sampled_from(["", "de-DE"]),
    bill=st.lists(st.tuples(st.sampled_from(["stream", "ai", "leg"]), AMOUNTS), max_size=3).map(tuple),
)


def tell(story: Story, versions) -> Call:
    """The rows of this call, without its figures."""
    began = MORNING + timedelta(minutes=story.minute)
    lines, at = [(0.0, "answered", "", {})], 0.0
    for place, (step, exit, seconds, missed) in enumerate(story.stays):
        lines.append((at, "entered", step, {}))
        lines += [(at, "missed", step, {"what": what}) for what in missed]
        at += seconds
        following = story.stays[place + 1 :]
        if following:
            lines.append((at, "left", step, {"outcome": exit, "goes_to": following[0][0]}))
    if story.ending == OutcomeKind.PERSON:
        lines.append((at, "transfer", "support", {"destination": "desk"}))
        at += 30
        lines.append((at, "transfer_finished", "support", {"result": "completed", "seconds": 20}))
    version = versions[story.version] if story.version >= 0 else None
    call = Call.objects.create(
        call_uuid=f"story-{Call.objects.count()}-{story.minute}", version=version, caller=story.caller,
        called=story.number, began_at=began, answered_at=began, ended_at=began + timedelta(seconds=at),
        outcome_kind=story.ending, status="finished", state={"language": story.language},
    )  # fmt: skip
    log(call, *lines)
    Charge.objects.bulk_create(
        Charge(source_key=f"{kind}:{call.pk}:{place}", call=call, kind=kind, amount=amount, quantity=1, unit="x")
        for place, (kind, amount) in enumerate(story.bill)
    )
    return call


def in_question(asked, zone: str) -> list[Call]:
    """The calls that are asked for."""
    found = []
    for call in Call.objects.select_related("version").order_by("pk"):
        here = call.began_at.astimezone(ZoneInfo(zone)).date()
        language = call.state["language"] or ("en-US" if call.version else "")
        wanted = (
            (asked.flow, call.version and call.version.flow_id),
            (asked.version, call.version_id),
            (asked.number, call.called),
            (asked.language, language),
        )
        if asked.first <= here <= asked.last and all(not want or want == has for want, has in wanted):
            found.append(call)
    return found


def tiles_of(calls: list[Call]) -> Tiles:
    """The tiles of these calls."""
    tiles = Tiles()
    waits = []
    for call in calls:
        lines = list(CallEvent.objects.filter(call=call).order_by("seq"))
        tiles.offered += 1
        tiles.answered += 1
        for charge in Charge.objects.filter(call=call):
            name = f"{charge.kind}_cost"
            setattr(tiles, name, getattr(tiles, name) + charge.amount)
            tiles.cost += charge.amount
        if (call.ended_at - call.began_at).total_seconds() < 5:
            tiles.short += 1
            continue
        tiles.entered += 1
        person = any(line.kind == "transfer_finished" for line in lines)
        came = [line.step for line in lines if line.kind == "entered"]
        has_goals = call.version is not None and call.version.snapshot == MARKED
        goal = "booked" in came if has_goals else call.outcome_kind == "flow"
        in_a_day, in_a_week = (_again(call, days) for days in (1, 7))
        tiles.goals += goal
        tiles.contained += not person
        tiles.truly_contained += goal and not person and not in_a_week
        tiles.transferred += person
        tiles.gave_up += call.outcome_kind == "caller" and not goal and not person
        tiles.repeats_day += in_a_day
        tiles.repeats_week += in_a_week
        tiles.asked_person += any(_asks(call, line) for line in lines)
        if person:
            waits.append(round(next(line.at for line in lines if line.kind == "transfer_finished") - 20))
    waits = sorted(float(wait if wait < 100 else (wait + 5) // 10 * 10) for wait in waits)
    if waits:
        tiles.median_to_person = waits[(len(waits) + 1) // 2 - 1]
        tiles.p90_to_person = waits[-(-len(waits) * 9 // 10) - 1]
    return tiles


def _again(call: Call, days: int) -> bool:
    others = Call.objects.filter(caller=call.caller).exclude(pk=call.pk)
    until = call.began_at + timedelta(days=days)
    return bool(call.caller) and any(
        (call.began_at, call.pk) < (other.began_at, other.pk) and other.began_at <= until for other in others
    )


def _asks(call: Call, line: CallEvent) -> bool:
    if line.kind != "left":
        return False
    by_key = line.data["outcome"] == "0" and line.data["goes_to"] == "support" and call.version is not None
    return line.data["outcome"] == "person" or by_key


def rows_of(calls: list[Call]) -> dict[str, StepRow]:
    """The waterfall of these calls but for its costs, by step."""
    rows: dict[str, StepRow] = {}
    callers: dict[str, set[int]] = defaultdict(set)
    left: dict[tuple[str, str], set[int]] = defaultdict(set)
    for call in calls:
        lines = list(CallEvent.objects.filter(call=call).order_by("seq"))
        last = next((line.step for line in reversed(lines) if line.kind == "entered"), "")
        for line in lines:
            row = rows.setdefault(line.step, StepRow(line.step))
            if line.kind == "entered":
                row.visits += 1
                callers[line.step].add(call.pk)
            if line.kind == "left":
                row.exits[line.data["outcome"]] = row.exits.get(line.data["outcome"], 0) + 1
                left[line.step, line.data["outcome"]].add(call.pk)
        for step, missed in _missed(lines).items():
            rows[step].no_inputs += missed["no-input"]
            rows[step].no_matches += missed["no-match"]
            rows[step].silent += missed["no-input"] > 0
            rows[step].not_understood += missed["no-match"] > 0
        if last and call.outcome_kind == "caller":
            rows[last].hung_up += 1
    for step, those in callers.items():
        rows[step].callers = len(those)
    for (step, outcome), those in left.items():
        rows[step].left[outcome] = len(those)
    return {step: row for step, row in rows.items() if row.visits}


def _missed(lines: list[CallEvent]) -> dict[str, Counter]:
    """What was missed at each step; who left for it without a line that says so missed it once."""
    found: dict[str, Counter] = defaultdict(Counter)
    here: Counter = Counter()
    for line in lines:
        if line.kind == "entered":
            here = Counter()
        elif line.kind == "missed":
            here[line.data["what"]] += 1
            found[line.step][line.data["what"]] += 1
        elif line.kind == "left" and not here and line.data["outcome"] in ("no-input", "no-match"):
            found[line.step][line.data["outcome"]] += 1
    return found
