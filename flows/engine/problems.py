"""What is wrong with a flow, as sentences for the person who builds it. Pure.

Everything that stops publishing is found here, in the order a builder would mend it.
"""

import re
from collections import Counter
from collections.abc import Iterator

from flows.engine.answers import known_answers
from flows.engine.inside import comes_back
from flows.engine.languages import short_name
from flows.engine.machine import Flow
from flows.engine.recording import notice_in
from flows.engine.spoken_answers import marker, marker_problem, markers
from flows.engine.step import FieldProblem, Param, Step, chosen, params
from flows.engine.translating import missing
from flows.engine.values import value

TRANSLATION = "translation:"  # the field of a text that is missing in the language whose code follows


@value
class Problem:
    """One thing to mend. `step` is its key ("" for the flow itself).

    `field` is a setting, `exit:OUTCOME` or `translation:LANGUAGE`.
    """

    step: str
    field: str
    sentence: str


def problems(flow: Flow) -> list[Problem]:
    """Every reason not to publish this flow; an empty list when there is none."""
    if not flow.steps:
        return [Problem(step="", field="start", sentence="Add the first step: what should callers hear?")]
    if flow.start not in flow.steps:
        return [Problem(step="", field="start", sentence="Choose the step where calls begin.")]
    return [
        *_in_recording(flow),
        *_in_settings(flow),
        *_in_markers(flow),
        *_in_translations(flow),
        *_in_exits(flow),
        *_unreachable(flow),
        *_loops_that_never_wait(flow),
        *_never_ending(flow),
    ]


def setting_problems(step: Step) -> Iterator[FieldProblem]:
    """What is wrong with one step's settings: limits, missing values, and what the kind itself finds."""
    for name, about in params(type(step)).items():
        sentence = _against_limits(getattr(step, name), about)
        if sentence:
            yield FieldProblem(field=name, sentence=sentence)
    yield from _in_options(step)
    yield from step.problems()


def _in_options(step: Step) -> Iterator[FieldProblem]:
    times = Counter(option.outcome for option in step.options)
    for name, count in times.items():
        if count > 1:
            yield FieldProblem(field=f"exit:{name}", sentence=f"“{name}” is offered {count} times. Keep one of them.")
    for option in step.options:
        if not option.label.strip():
            sentence = f"Give “{option.outcome}” a name: callers may say it, and reports show it."
            yield FieldProblem(field=f"exit:{option.outcome}", sentence=sentence)


def _against_limits(given: object, about: Param) -> str:
    if about.required and given in ("", (), None):
        return "Choose one." if about.choices or about.refers_to else "This must be filled in."
    if isinstance(given, int | float) and not isinstance(given, bool):
        if about.min is not None and given < about.min:
            return f"This must be at least {about.min:g}."
        if about.max is not None and given > about.max:
            return f"This must be at most {about.max:g}."
    if isinstance(given, str):
        if len(given) > about.max_length:
            return f"This may have at most {about.max_length} characters; it has {len(given)}."
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", given):
            return "This contains characters that cannot be read aloud. Type the text again."
        if given and about.choices and given not in {choice for choice, _ in about.choices}:
            return "This choice is no longer offered. Choose another."
    return ""


def _in_recording(flow: Flow) -> Iterator[Problem]:
    """A notice that callers would not hear, or not in their language."""
    if flow.recording is None:
        return
    if not flow.recording.notice.strip():
        sentence = "Calls are recorded, so callers must be told. Write what they hear first, or do not record calls."
        yield Problem(step="", field="recording_notice", sentence=sentence)
        return
    for language in flow.languages:
        if not notice_in(flow, language.code):
            sentence = (
                f"The notice that calls are recorded is missing in {short_name(language.code)}. Write it beside that "
                "language."
            )
            yield Problem(step="", field="further", sentence=sentence)


def _in_settings(flow: Flow) -> Iterator[Problem]:
    for key, step in flow.steps.items():
        for found in setting_problems(step):
            yield Problem(step=key, field=found.field, sentence=found.sentence)
        for name, about in params(type(step)).items():
            known = flow.resources.get(about.refers_to, {})
            if about.refers_to and any(key not in known for key in chosen(getattr(step, name))):
                yield Problem(step=key, field=name, sentence="What was chosen here does not exist any more.")


def _in_markers(flow: Flow) -> Iterator[Problem]:
    """Answers that a text shall say, and cannot."""
    answers = known_answers(flow.steps.values())
    for key, step in flow.steps.items():
        for name, about in params(type(step)).items():
            for named in dict.fromkeys(markers(getattr(step, name)) if about.spoken else ()):
                if about.inserts and (sentence := marker_problem(named, answers)):
                    yield Problem(step=key, field=name, sentence=sentence)
                elif not about.inserts and named in answers:
                    sentence = f"Answers cannot be spoken here. Take “{marker(named)}” out of the text."
                    yield Problem(step=key, field=name, sentence=sentence)


def _in_translations(flow: Flow) -> Iterator[Problem]:
    """Texts that callers of another language would hear in the flow's own."""
    for key, step in flow.steps.items():
        for language in flow.languages:
            count, name = len(missing(step, language.code)), short_name(language.code)
            if count:
                what, it = ("This text is", "it") if count == 1 else (f"{count} texts of this step are", "them")
                sentence = f"{what} missing in {name}. Write {it} on the page “Languages”."
                yield Problem(step=key, field=TRANSLATION + language.code, sentence=sentence)
            if step.inside and language.code not in step.inside.translated:
                sentence = f"That flow does not speak {name}. Add the language there, and publish it."
                yield Problem(step=key, field="flow", sentence=sentence)


def _in_exits(flow: Flow) -> Iterator[Problem]:
    for key, step in flow.steps.items():
        outcomes = step.outcomes()
        for outcome in outcomes:
            found = flow.exits.get((key, outcome.name))
            field = f"exit:{outcome.name}"
            if found is None or found.goes_to is None:
                if not outcome.optional:
                    when = outcome.label or outcome.name
                    sentence = f"Choose where callers go next after “{when}”."
                    yield Problem(step=key, field=field, sentence=sentence)
            elif found.goes_to not in flow.steps:
                yield Problem(step=key, field=field, sentence="This exit leads to a step that does not exist.")


def _next_steps(flow: Flow, key: str) -> list[str]:
    wanted = {outcome.name for outcome in flow.steps[key].outcomes()}
    return [
        found.goes_to
        for (step, outcome), found in flow.exits.items()
        if step == key and outcome in wanted and found.goes_to in flow.steps and found.goes_to is not None
    ]


def _reached(flow: Flow) -> set[str]:
    seen, todo = {flow.start}, [flow.start]
    while todo:
        for key in _next_steps(flow, todo.pop()):
            if key not in seen:
                seen.add(key)
                todo.append(key)
    return seen


def _unreachable(flow: Flow) -> Iterator[Problem]:
    reached = _reached(flow)
    for key in (key for key in flow.steps if key not in reached):
        sentence = f"No caller can reach “{flow.name_of(key)}”. Connect it, or delete it."
        yield Problem(step=key, field="", sentence=sentence)


def _loops_that_never_wait(flow: Flow) -> Iterator[Problem]:
    """Steps that can come back to themselves without once waiting for the caller."""
    hasty = [key for key, step in flow.steps.items() if _may_hurry(step)]
    for key in hasty:
        seen: set[str] = set()
        todo = [k for k in _next_steps(flow, key) if k in hasty]
        while todo:
            here = todo.pop()
            if here == key:
                sentence = "This goes round in a circle that never waits for the caller. Lead one exit elsewhere."
                yield Problem(step=key, field="", sentence=sentence)
                break
            if here not in seen:
                seen.add(here)
                todo += [k for k in _next_steps(flow, here) if k in hasty]


def _may_hurry(step: Step) -> bool:
    """Whether callers may pass this step without once being waited for, also through a flow inside it."""
    if step.waits or step.inside is None:
        return not step.waits
    inside, seen = step.inside, set[str]()
    todo = [inside.start]
    while todo:
        key = todo.pop()
        if key in seen or not _may_hurry(inside.steps[key]):
            continue
        if inside.steps[key].goes_back:
            return True
        seen.add(key)
        todo += _next_steps(inside, key)
    return False


def _never_ending(flow: Flow) -> Iterator[Problem]:
    """Steps from which no path ever ends the call."""
    ends = {key for key in flow.steps if _may_end(flow, key)}
    while True:
        more = {k for k in flow.steps if k not in ends and ends.intersection(_next_steps(flow, k))}
        if not more:
            break
        ends |= more
    for key in (key for key in flow.steps if key not in ends):
        if _next_steps(flow, key):  # without any exit it has a plainer problem
            sentence = "From here the call can never end. Lead one exit to a step that hangs up."
            yield Problem(step=key, field="", sentence=sentence)


def _may_end(flow: Flow, key: str) -> bool:
    step, outcomes = flow.steps[key], flow.steps[key].outcomes()
    if step.inside:
        return not comes_back(step.inside) or _ends_inside(step.inside)
    return not outcomes or any(outcome.ends_call and not _leads_on(flow, key, outcome.name) for outcome in outcomes)


def _ends_inside(inside: Flow) -> bool:
    """Whether a call may end in this flow, rather than go back."""
    return any(_may_end(inside, key) for key, step in inside.steps.items() if not step.goes_back)


def _leads_on(flow: Flow, key: str, outcome: str) -> bool:
    found = flow.exits.get((key, outcome))
    return found is not None and found.goes_to is not None
