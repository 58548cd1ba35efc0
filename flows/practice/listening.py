"""Writing down what people say to each other: only of callers who were asked, and only where it is kept.

Flows inside a flow are walked as well, with what callers said before: whoever asks in there has asked, and the notice
of a flow that records is said only to those who call it itself. A flow that others go to can also be called by itself,
so it is published only where it asks whom it listens to.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from flows.engine.inside import into
from flows.engine.machine import Flow
from flows.engine.step import MACHINE, RETURNED, Step
from flows.engine.values import value
from flows.practice import mends
from flows.practice.paths import next_of, reachable
from flows.practice.reading import is_english, setting, text
from flows.practice.rule import Found, Severity, rule

ASKS = "consent"  # the kind of step whose exits tell what callers said last
SAYS_IT = re.compile(r"writ|wrote|record|transcri|listen|monitor|notes?\b|in text|as text", re.IGNORECASE)
CHOOSES = "language_choice"
AGREED, DECLINED, UNASKED = "agreed", "declined", ""


@value
class Met:
    """A step that listens, by its path, and the step before the one of this flow that leads there, "" for none."""

    path: str
    by: str


@value
class Ways:
    """What comes of a walk. `listeners` by the step of this flow, and what callers said last who come there; `back` is
    what those said last who go back to the flow outside."""

    listeners: Mapping[tuple[str, str], Met]
    back: frozenset[str]


@rule(
    "O06",
    Severity.ERROR,
    title="A notice before anybody listens",
    why="In many places it is against the law to write down what somebody says who was not told.",
    may_pass=False,
)
def a_notice_before_anybody_listens(flow: Flow) -> Iterator[Found]:
    began = AGREED if flow.recording else UNASKED  # who heard that all is recorded was told
    meets = next((key for key, step in flow.steps.items() if step.meets_machines), "")
    starts = [(flow.start, began), (next_of(flow, meets, MACHINE), began)]  # a machine answers at any moment
    for (key, said), met in _ways(flow, starts).listeners.items():
        if said == UNASKED:
            yield _unasked(flow, key, met)


def _unasked(flow: Flow, key: str, met: Met) -> Found:
    way = f"from “{flow.name_of(met.by)}”" if met.by else "at once"
    came = f"Callers come here {way} without having been asked, and"
    ask = "Put a step “Ask before listening” on the way, and lead its exit “they may be listened to” here"
    inside = flow.steps[key].inside
    if inside is None:
        sentence = f"{came} their talk is written down. {ask}; or untick this."
        return Found(step=key, field="listens", sentence=sentence, mend=mends.turn_off(flow, key, "listens"))
    notice = " The notice of recording of that flow is not said here." if inside.recording else ""
    sentence = f"{came} “{flow.name_of(met.path)}” writes down their talk.{notice} {ask}."
    return Found(step=key, field="flow", sentence=sentence)


@rule(
    "O07",
    Severity.WARNING,
    title="A no leads to where nobody listens",
    why="Nothing is written down of callers who said no, whatever is ticked there.",
)
def a_no_leads_to_where_nobody_listens(flow: Flow) -> Iterator[Found]:
    for key, step in flow.steps.items():
        outcome = DECLINED if step.kind == ASKS else RETURNED if _brings_a_no(step) else ""
        found = _ways(flow, [(next_of(flow, key, outcome), DECLINED)] if outcome else []).listeners
        there = next((met.path for (_, said), met in found.items() if said == DECLINED), None)
        if there is not None:
            who, where = ("said no in there", " in that flow") if step.inside else ("said no", "")
            sentence = (
                f"Callers who {who} come to “{flow.name_of(there)}”, which writes down the talk. Lead them to a "
                f"transfer that does not{where}."
            )
            yield Found(step=key, field=f"exit:{outcome}", sentence=sentence)


def _brings_a_no(step: Step) -> bool:
    """Whether callers come back from the flow in there after they said no to it."""
    return step.inside is not None and DECLINED in _ways(step.inside, [(step.inside.start, UNASKED)], inner=True).back


@rule(
    "O08",
    Severity.ERROR,
    title="What is written down is kept",
    why="A line that keeps no transcripts has no place for it, so nobody would listen after all.",
    may_pass=False,
)
def what_is_written_down_is_kept(flow: Flow) -> Iterator[Found]:
    switch = "Switch on “Keep transcripts” under “The line”"
    for key, step in flow.steps.items() if not flow.keeps_transcripts else ():
        if _listens(step):
            sentence = f"This line keeps no transcripts. {switch}, or untick this."
            yield Found(step=key, field="listens", sentence=sentence, mend=mends.turn_off(flow, key, "listens"))
        elif inner := _listener_in(step.inside):
            name = flow.name_of(into(key, inner))
            sentence = f"“{name}” writes down the talk, and this line keeps no transcripts. {switch}."
            yield Found(step=key, field="flow", sentence=sentence)


@rule(
    "O09",
    Severity.ERROR,
    title="A question that everybody understands",
    why="Nobody agrees to what they did not understand, and silence would count as a yes.",
)
def a_question_that_everybody_understands(flow: Flow) -> Iterator[Found]:
    if not any(step.kind == CHOOSES for step in flow.steps.values()):
        return
    for key in reachable(flow, [flow.start], through=lambda step: step.kind != CHOOSES):
        if flow.steps[key].kind == ASKS:
            sentence = "Callers are asked before they have chosen their language. Let them choose it first."
            yield Found(step=key, field="notice", sentence=sentence)


@rule(
    "O10",
    Severity.ERROR,
    title="A notice that says it",
    why="Who was not told what is done with their words has not agreed to it.",
)
def a_notice_that_says_it(flow: Flow) -> Iterator[Found]:
    for key, step in flow.steps.items() if is_english(flow) else ():
        notice = text(step, "notice")
        if step.kind == ASKS and notice.strip() and not SAYS_IT.search(notice):
            usual = text(type(step)(), "notice")
            sentence = f"This does not tell callers that their words are written down. Say so: “{usual.rstrip('.')}”."
            mend = mends.reword(flow, "notice", notice, usual, "Say the usual notice")
            yield Found(step=key, field="notice", sentence=sentence, mend=mend)


def _listener_in(flow: Flow | None) -> str:
    """The path of the first step in this flow that listens, "" where there is none."""
    paths = flow.paths() if flow else ()
    return next((path for path in paths if flow and _listens(flow.step_at(path))), "")


def _listens(step: Step | None) -> bool:
    return step is not None and setting(step, "listens") is True


def _ways(flow: Flow, starts: Iterable[tuple[str | None, str]], *, inner: bool = False) -> Ways:
    """Where callers get to who go on at these steps, each with what they said last. `inner`: they came from another
    flow, so they may go back."""
    listeners: dict[tuple[str, str], Met] = {}
    back: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = deque((key, said, "") for key, said in starts)
    while todo:
        key, said, by = todo.popleft()
        if key is None or key not in flow.steps or (key, said) in seen:
            continue
        seen.add((key, said))
        step = flow.steps[key]
        if _listens(step):
            listeners.setdefault((key, said), Met(path=key, by=by))
        if inner and step.goes_back:
            back.add(said)
        elif step.inside is not None:
            there = _ways(step.inside, [(step.inside.start, said)], inner=True)
            for (_, last), met in there.listeners.items():
                listeners.setdefault((key, last), Met(path=into(key, met.path), by=by))
            todo.extend((next_of(flow, key, RETURNED), last, key) for last in sorted(there.back))
        else:
            for name in (outcome.name for outcome in step.outcomes() if outcome.name != MACHINE):
                todo.append((next_of(flow, key, name), name if step.kind == ASKS else said, key))
    return Ways(listeners=listeners, back=frozenset(back))
