"""What differs between two flows, as sentences for the person who publishes. Pure."""

from collections.abc import Iterator

from flows.engine import Flow
from flows.engine.step import Step, params

SHOWN = 60  # characters of a text within a sentence


def changes(before: Flow, after: Flow) -> list[str]:
    """What callers may notice when `after` takes the place of `before`, in the order of the steps."""
    return [
        *_of_the_line(before, after),
        *_of_steps(before, after),
        *_of_recordings(before, after),
        *_of_exits(before, after),
    ]


def _of_the_line(before: Flow, after: Flow) -> Iterator[str]:
    if before.start != after.start:
        yield f"Calls now begin at “{after.name_of(after.start)}”."
    if (before.language, before.voice) != (after.language, after.voice):
        yield "The prompts are read in another language or voice."
    if before.transcriber != after.transcriber:
        yield "Another engine listens to callers."
    if before.agent != after.agent:
        yield "Another assistant talks in its AI steps."
    if before.discloses_ai != after.discloses_ai:
        yield f"Its AI steps {'now say' if after.discloses_ai else 'no longer say'} that they are a machine."
    for key, schedule in after.resources.get("hours", {}).items():
        if key in before.resources.get("hours", {}) and before.resources["hours"][key] != schedule:
            yield f"The opening hours “{schedule.name}” changed."


def _of_steps(before: Flow, after: Flow) -> Iterator[str]:
    for key in after.steps.keys() - before.steps.keys():
        yield f"New step: “{after.name_of(key)}” ({after.steps[key].title})."
    for key in before.steps.keys() - after.steps.keys():
        yield f"Removed: “{before.name_of(key)}”."
    for key, step in after.steps.items():
        if key in before.steps and (changed := _changed_settings(before.steps[key], step)):
            yield f"“{after.name_of(key)}” changed: {', '.join(changed)}."


def _of_recordings(before: Flow, after: Flow) -> Iterator[str]:
    old, new = (flow.resources.get("recording", {}) for flow in (before, after))
    for key, step in after.steps.items():
        for text in dict.fromkeys(step.prompts()):
            if old.get(text) == new.get(text):
                continue
            who = "the voice" if text not in new else "another recording" if text in old else "a recording"
            yield f"“{after.name_of(key)}”: {who} says “{text[:SHOWN]}{'…' if len(text) > SHOWN else ''}”."


def _changed_settings(before: Step, after: Step) -> list[str]:
    if type(before) is not type(after):
        return ["what it does"]
    return [
        about.label[:1].lower() + about.label[1:] or name.replace("_", " ")
        for name, about in params(type(after)).items()
        if getattr(before, name) != getattr(after, name)
    ]


def _of_exits(before: Flow, after: Flow) -> Iterator[str]:
    for (key, outcome), new in after.exits.items():
        if key not in before.steps:
            continue
        old = before.exits.get((key, outcome))
        where = f"“{after.name_of(key)}”, {_called(after, key, outcome)}"
        if old is None and new.goes_to:
            yield f"{where}: new, goes to “{after.name_of(new.goes_to)}”."
        elif old and old.goes_to != new.goes_to:
            yield f"{where}: {_leads(after, new.goes_to)}; before, {_leads(before, old.goes_to)}."
        elif old and not _is_own(after, key, outcome) and (old.label, old.phrases) != (new.label, new.phrases):
            yield f"{where}: its label or what callers may say changed."
    for (key, outcome), old in before.exits.items():
        if key in after.steps and (key, outcome) not in after.exits and old.goes_to:
            yield f"“{after.name_of(key)}”, {_called(before, key, outcome)}: removed."


def _is_own(flow: Flow, key: str, outcome: str) -> bool:
    """Whether the kind itself has this outcome. Its words are the program's, and callers never hear them."""
    return outcome in {own.name for own in flow.steps[key].own_outcomes}


def _called(flow: Flow, key: str, outcome: str) -> str:
    return called(outcome, flow.exits[key, outcome].label)


def called(outcome: str, label: str) -> str:
    """An exit as people call it: a key with its label, or the label alone."""
    is_key = not outcome.strip("0123456789*#")
    return f"{outcome} · {label}" if is_key and label else label or outcome


def _leads(flow: Flow, key: str | None) -> str:
    return f"goes to “{flow.name_of(key)}”" if key else "leads nowhere"
