"""Calls that the line makes: keys that mean something else in the first words, and what whoever picks up waits for.

Other flows hear of it only where a call list calls with them: see `in_calls`.
"""

from collections import deque
from collections.abc import Iterator

from flows.engine.inside import INTO, beside, into, outside
from flows.engine.machine import Flow
from flows.engine.step import MACHINE, RETURNED, Step, params
from flows.practice.listening import ASKS
from flows.practice.paths import next_of
from flows.practice.reading import heard, is_menu
from flows.practice.rule import Found, Severity, rule

OPT_OUT_KEY = "9"  # ends the call and all later ones during the first words, and for two seconds after them
LOOKS_UP = "lookup"
SLOW = (LOOKS_UP, "destination")  # what a setting names that keeps people waiting


@rule(
    "L03",
    Severity.WARNING,
    title="9 is for no more calls",
    why="Whoever presses 9 a moment too early is never called again, and who does so too late is not heard. For sales "
    "calls in the US this is the law.",
)
def nine_is_taken(flow: Flow) -> Iterator[Found]:
    return _nine_is_taken(flow) if _calls(flow) else iter(())


@rule(
    "L04",
    Severity.WARNING,
    title="Words at once",
    why="Whoever picks up and hears nothing for two seconds hangs up, and counts as an abandoned call.",
)
def words_at_once(flow: Flow) -> Iterator[Found]:
    return _slow_without_words(flow) if _calls(flow) else iter(())


def in_calls(flow: Flow) -> Iterator[Found]:
    """What both rules find where a list calls with this flow, whether it was made for that or not."""
    yield from _nine_is_taken(flow)
    yield from _slow_without_words(flow)


def _calls(flow: Flow) -> bool:
    """Whether it was made for calls that the line makes."""
    return any(step.meets_machines for step in flow.steps.values())


def _nine_is_taken(flow: Flow) -> Iterator[Found]:
    before = f"{OPT_OUT_KEY} means “no more calls” just before"
    if flow.recording and flow.recording.may_object:
        sentence = (
            f"{before} the notice that calls are recorded, and “do not record” in it. Untick “Callers may object”, or "
            "do not record these calls."
        )
        yield Found(step="", field="may_object", sentence=sentence)
    for path in _first_steps(flow):
        step = flow.step_at(path)
        if step and is_menu(step) and any(option.outcome == OPT_OUT_KEY for option in step.options):
            sentence = f"{before} this menu. Give this choice another key, or say something before it."
            yield _found(flow, path, "options", sentence)
        elif step and step.kind == ASKS:
            sentence = f"{before} this question, and “no” in it. Say something before it, such as who calls and why."
            yield _found(flow, path, "notice", sentence)


def _slow_without_words(flow: Flow) -> Iterator[Found]:
    for path in _first_steps(flow):
        step = flow.step_at(path)
        if step and (field := _slow(step)):
            sentence = "This takes a while, and they have heard nothing of the flow yet. Say something before it."
            yield _found(flow, path, field, sentence)


def _found(flow: Flow, path: str, field: str, sentence: str) -> Found:
    """At the step itself, or at the one that goes to the flow that it stands in."""
    key, _, inner = path.partition(INTO)
    if not inner:
        return Found(step=key, field=field, sentence=sentence)
    return Found(step=key, field="flow", sentence=f"“{flow.name_of(path)}”: {sentence}")


def _slow(step: Step) -> str:
    """The setting that names what keeps people waiting; "" where nothing does."""
    about = {} if step.waits else params(type(step))
    return next((name for name, each in about.items() if each.required and each.refers_to in SLOW), "")


def _first_steps(flow: Flow) -> Iterator[str]:
    """The paths of the steps that people come to who have heard nothing of the flow yet."""
    todo, seen = deque([flow.start]), set[str]()
    while todo:
        path = todo.popleft()
        found, step = flow.at(path), flow.step_at(path)
        if path in seen or found is None or step is None:
            continue
        seen.add(path)
        yield path
        if step.inside:
            todo.append(into(path, step.inside.start))
        elif step.goes_back and outside(path):
            todo.append(_after(flow, outside(path), RETURNED))
        elif not _speaks(step):
            todo.extend(_after(flow, path, name) for outcome in step.outcomes() if (name := outcome.name) != MACHINE)


def _speaks(step: Step) -> bool:
    """Whether callers hear something here at once; what is looked up they hear of only after a while."""
    looks_up = any(about.refers_to == LOOKS_UP for about in params(type(step)).values())
    return step.waits or (bool(heard(step)[1].strip()) and not looks_up)


def _after(flow: Flow, path: str, outcome: str) -> str:
    """The path of the step that an exit leads to, "" where it leads nowhere."""
    found = flow.at(path)
    there = next_of(*found, outcome) if found else None
    return beside(path, there) if there else ""
