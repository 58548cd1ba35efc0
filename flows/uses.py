"""Where each rendered prompt is heard: in which drafts, and on which numbers now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flows import seams, spoken
from flows.engine import snapshot
from flows.engine.stored_settings import SettingsError, build
from flows.models import FlowVersion, PromptRecording, Step


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
    for step in Step.objects.select_related("flow").order_by("flow__name", "place", "pk"):
        try:
            said = list(build(step.kind, step.settings).prompts())
        except SettingsError:
            continue
        use = Use(f"{step.flow} · {step}", step.get_absolute_url())
        texts = [text for text in said if (step.flow_id, text) not in recorded]
        yield step.flow.voice, step.flow.language, texts, use


def _live() -> Iterator[tuple[str, str, Iterable[str], Use]]:
    for version in FlowVersion.objects.filter(numbers__isnull=False).select_related("flow").distinct():
        try:
            flow = snapshot.load(version.snapshot)
        except (SettingsError, KeyError, ValueError):
            continue
        yield flow.voice, flow.language, spoken.unrecorded(flow), Use(f"{version}, live", version.get_absolute_url())
