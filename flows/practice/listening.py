"""Writing down what people say to each other: only of callers who were asked, and only where it is kept.

A flow that goes to another one does not answer for it: each of the two asks by itself.
"""

from collections import deque
from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.practice import mends
from flows.practice.paths import next_of
from flows.practice.reading import setting
from flows.practice.rule import Found, Severity, rule

ASKS = "consent"  # the kind of step whose exits tell what callers said last
AGREED, DECLINED, UNASKED = "agreed", "declined", ""


@rule(
    "O06",
    Severity.ERROR,
    title="A notice before anybody listens",
    why="In many places it is against the law to write down what somebody says who was not told.",
    may_pass=False,
)
def a_notice_before_anybody_listens(flow: Flow) -> Iterator[Found]:
    began = AGREED if flow.recording else UNASKED  # who heard that all is recorded was told
    for key, by in _listeners(flow, flow.start, began, UNASKED).items():
        way = f"from “{flow.name_of(by)}”" if by else "at once"
        sentence = (
            f"Callers come here {way} without having been asked, and their talk is written down. Put a step “Ask "
            "before listening” on the way, and lead its exit “they may be listened to” here; or untick this."
        )
        yield Found(step=key, field="listens", sentence=sentence, mend=mends.turn_off(flow, key, "listens"))


@rule(
    "O07",
    Severity.WARNING,
    title="A no leads to where nobody listens",
    why="Nothing is written down of callers who said no, whatever is ticked there.",
)
def a_no_leads_to_where_nobody_listens(flow: Flow) -> Iterator[Found]:
    for key, step in flow.steps.items():
        declined = next_of(flow, key, DECLINED) if step.kind == ASKS else None
        for there in _listeners(flow, declined, DECLINED, DECLINED):
            sentence = (
                f"Callers who said no come to “{flow.name_of(there)}”, which writes down the talk. Lead them to a "
                "transfer that does not."
            )
            yield Found(step=key, field=f"exit:{DECLINED}", sentence=sentence)
            break


@rule(
    "O08",
    Severity.ERROR,
    title="What is written down is kept",
    why="A line that keeps no transcripts has no place for it, so nobody would listen after all.",
    may_pass=False,
)
def what_is_written_down_is_kept(flow: Flow) -> Iterator[Found]:
    for key, step in flow.steps.items() if not flow.keeps_transcripts else ():
        if setting(step, "listens") is True:
            sentence = "This line keeps no transcripts. Switch on “Keep transcripts” under “The line”, or untick this."
            yield Found(step=key, field="listens", sentence=sentence, mend=mends.turn_off(flow, key, "listens"))


def _listeners(flow: Flow, start: str | None, began: str, wanted: str) -> dict[str, str]:
    """The steps that listen to callers who go on at `start`, with the step before each, "" for none.

    Only where these callers, of whom `began` is known, were last known to be `wanted`: what they said last counts.
    """
    found: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    todo = deque([(start, began, "")])
    while todo:
        key, said, by = todo.popleft()
        if key is None or key not in flow.steps or (key, said) in seen:
            continue
        seen.add((key, said))
        step = flow.steps[key]
        if said == wanted and setting(step, "listens") is True:
            found.setdefault(key, by)
        for outcome in step.outcomes():
            now = outcome.name if step.kind == ASKS else said
            todo.append((next_of(flow, key, outcome.name), now, key))
    return found
