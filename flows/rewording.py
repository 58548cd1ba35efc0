"""One text said anew wherever drafts say it: all of the chosen places, or none."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db import transaction

from flows import cases, drafts, spoken
from flows.engine.spoken_answers import marker_problem, markers
from flows.engine.step import REGISTRY, params
from flows.models import Step
from flows.written_texts import Use

SHORT = 40  # characters of a text in the history of a flow


@transaction.atomic
def reword(uses: Iterable[Use], revisions: Mapping[int, int], *, old: str, new: str, by: Any) -> None:
    """Write `new` in these places of drafts, each flow at the revision that its page showed. One change for each flow.

    Raises `drafts.Conflict` when one of these steps was changed since; nothing is written then.
    """
    in_order = sorted(uses, key=lambda use: (use.flow_pk, use.row.pk if use.row else 0))  # so that two never wait
    for flow_pk, places in groupby(in_order, key=lambda use: use.flow_pk):
        chosen = [(use.row, use.setting) for use in places if use.row]
        for step, _ in chosen:
            flow = drafts.check_out(flow_pk, revisions.get(flow_pk, 0), step.key)
        for step, field in chosen:
            _write(step.pk, field, old, new, flow.revision)
        names = ", ".join(dict.fromkeys(step.name for step, _ in chosen))
        drafts.touch(flow, by=by, what=f"“{_short(new)}” in {names}")


def what_is_wrong(uses: Iterable[Use], new: str) -> list[str]:
    """Why this text cannot stand in these places as it is, a sentence each."""
    found = dict[str, None]()
    for use in uses:
        longest = params(REGISTRY[use.row.kind])[use.setting].max_length if use.row else None
        if longest and len(new) > longest:
            found[f"“{use.step}” of {use.flow} takes at most {longest} characters here; these are {len(new)}."] = None
    return list(found)


def to_mind(uses: Iterable[Use], new: str) -> list[str]:
    """What must be mended in a flow before it can be published with this text, a sentence each."""
    wanted = markers(new)
    flows = {use.flow_pk: use.flow for use in uses} if wanted else {}
    steps: dict[int, list[Step]] = {pk: [] for pk in flows}
    for step in Step.objects.filter(flow__in=flows) if flows else ():
        steps[step.flow_id].append(step)
    known = {pk: cases.answers_in(steps[pk]) for pk in flows}
    said = [(name, marker_problem(word, known[pk])) for pk, name in flows.items() for word in wanted]
    return [f"{name}: {sentence}" for name, sentence in said if sentence]


def _write(step_pk: int, field: str, old: str, new: str, revision: int) -> None:
    step = Step.objects.get(pk=step_pk)
    if spoken.written_in(step).get(field) != old:
        raise drafts.Conflict(f"“{step.name}” says something else by now.", revision)
    step.settings = {**step.settings, field: new}
    step.save(update_fields=["settings"])


def _short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
