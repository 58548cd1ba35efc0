"""Calls that the line makes: keys that mean something else in the first words, and what whoever picks up waits for."""

from collections.abc import Iterator

from flows.engine.machine import Flow
from flows.engine.step import params
from flows.practice.paths import next_of
from flows.practice.reading import heard, is_menu
from flows.practice.rule import Found, Severity, rule

OPT_OUT_KEY = "9"  # ends the call and all later ones during the first words, and for two seconds after them
SLOW = ("lookup", "destination")  # what a setting names that keeps people waiting
MOST_STEPS = 10


@rule(
    "L03",
    Severity.WARNING,
    title="9 is for no more calls",
    why="Whoever presses 9 a moment too early is never called again. For sales calls in the US this is the law.",
)
def nine_is_taken(flow: Flow) -> Iterator[Found]:
    for start in _calling(flow):
        for key in _first_steps(flow, start):
            step = flow.steps[key]
            if is_menu(step) and any(option.outcome == OPT_OUT_KEY for option in step.options):
                sentence = "9 means “no more calls” just before this menu. Give this choice another key."
                yield Found(step=key, field="options", sentence=sentence)


@rule(
    "L04",
    Severity.WARNING,
    title="Words at once",
    why="Whoever picks up and hears nothing for two seconds hangs up, and counts as an abandoned call.",
)
def words_at_once(flow: Flow) -> Iterator[Found]:
    for start in _calling(flow):
        for key in _first_steps(flow, start):
            step = flow.steps[key]
            field = next((name for name, about in params(type(step)).items() if about.refers_to in SLOW), "")
            if field:
                sentence = "This takes a while, and they have heard nothing of the flow yet. Say something before it."
                yield Found(step=key, field=field, sentence=sentence)


def _calling(flow: Flow) -> Iterator[str]:
    """The steps with which calls of this flow begin that the line makes."""
    return (key for key, step in flow.steps.items() if step.meets_machines)


def _first_steps(flow: Flow, start: str) -> Iterator[str]:
    """What comes after it, up to the first step at which callers hear something and do something."""
    key: str | None = next_of(flow, start, "next")
    for _ in range(MOST_STEPS):
        step = flow.steps.get(key or "")
        if key is None or step is None:
            return
        yield key
        if step.waits or heard(step)[1].strip():
            return
        key = next_of(flow, key, "next")
