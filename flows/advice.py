"""What people who build a flow should know, though it stops nothing: what callers hear where something fails."""

from collections.abc import Iterator

from flows import engine, seams
from flows.engine.problems import Problem
from flows.engine.step import Step, params

# By outcome: the setting with the text that callers hear before they follow its exit.
HEARD_FIRST = {
    "no-input": "no_input_last",
    "no-match": "no_match_last",
    "limit": "limit_text",
    "failed": "failed_text",
}


def heard_first(step: Step, outcome: str) -> str | None:
    """What callers hear before they leave by this exit; None where the step has no such text."""
    setting = HEARD_FIRST.get(outcome, "")
    return str(getattr(step, setting)) if setting in params(type(step)) else None


def before_exit(step: Step, outcome: str) -> str:
    """The same as a sentence beside the exit, "" where there is nothing to tell."""
    text = heard_first(step, outcome)
    if text is None:
        return ""
    return f"Callers first hear “{text}”" if text else "Callers hear nothing before. The text is left empty."


def before_publishing(flow: engine.Flow) -> list[Problem]:
    """What is chosen in this flow and not set up on this site, with what callers will notice. It stops nothing."""
    listening, talking = (dict(seams.engines(ability)) for ability in ("transcriber", "agent"))
    found = []
    if flow.transcriber and flow.transcriber not in listening:
        sentence = f"What should listen to callers ({flow.transcriber}) is not set up here, so another one listens."
        found.append(Problem(step="", field="transcriber", sentence=sentence))
    for key, setting in _assistants(flow):
        wanted = getattr(flow.steps[key], setting) or flow.agent
        if wanted and wanted not in talking:
            found.append(Problem(step=key, field=setting, sentence=_without(flow, key, wanted)))
    return found


def _assistants(flow: engine.Flow) -> Iterator[tuple[str, str]]:
    """The steps in which an assistant talks, each with the setting that chooses it."""
    for key, step in flow.steps.items():
        yield from ((key, setting) for setting, about in params(type(step)).items() if about.offers == "assistants")


def _without(flow: engine.Flow, key: str, wanted: str) -> str:
    """What callers notice when the assistant that a step wants is not there."""
    text, exit_ = heard_first(flow.steps[key], "failed"), flow.exits.get((key, "failed"))
    where = f"go on to “{flow.name_of(exit_.goes_to)}”" if exit_ and exit_.goes_to else "go on"
    hear = f"callers hear “{text}” and {where}" if text else f"callers {where}"
    return (
        f"Its assistant ({wanted}) is not set up here. Another one stands in for it; when none can be reached, {hear}."
    )
