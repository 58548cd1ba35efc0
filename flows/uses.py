"""Where each rendered prompt is heard: in which drafts, and on which numbers now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from flows import seams, spoken
from flows.cases import known_in
from flows.engine import snapshot
from flows.engine.spoken_answers import texts_of_step
from flows.models import FlowVersion, PromptRecording, Step
from flows.step_words import built_from


@dataclass(frozen=True)
class Use:
    """One place: a step of a draft, or a version that answers a number."""

    name: str
    url: str


def uses() -> dict[str, list[Use]]:
    """By the digest of the prompt. Three queries, however many prompts and flows there are."""
    found: dict[str, dict[Use, None]] = {}
    for voice, language, texts, use in (*_in_drafts(), *_live()):
        for digest in seams.digests(texts, voice=voice, language=language).values():
            found.setdefault(digest, {})[use] = None
    return {digest: list(places) for digest, places in found.items()}


def _in_drafts() -> Iterator[tuple[str, str, Iterable[str], Use]]:
    current = PromptRecording.objects.filter(withdrawn_at=None)
    recorded = set(current.order_by().values_list("flow_id", "text"))
    rows = Step.objects.select_related("flow").order_by("flow__name", "flow", "place", "pk")
    for _, steps in groupby(rows, key=lambda step: step.flow_id):
        built = [(step, found) for step in steps if (found := built_from(step))]
        known = known_in(found for _, found in built)
        for step, found in built:
            use = Use(f"{step.flow} · {step}", step.get_absolute_url())
            texts = [text for text in texts_of_step(found, known) if (step.flow_id, text) not in recorded]
            yield step.flow.voice, step.flow.language, texts, use


def _live() -> Iterator[tuple[str, str, Iterable[str], Use]]:
    for version in FlowVersion.objects.filter(numbers__isnull=False).select_related("flow").distinct():
        flow = snapshot.readable(version.snapshot)
        if flow is None:
            continue
        use = Use(f"{version}, live", version.get_absolute_url())
        yield from ((each.voice, each.language, each.texts, use) for each in spoken.readings(flow))
