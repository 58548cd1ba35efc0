"""Every text that builders wrote and callers hear, once, with all its places: in drafts, and in what is live."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from flows import hearing, seams, spoken
from flows.engine import snapshot
from flows.engine.spoken_answers import markers, without_brackets
from flows.engine.step import REGISTRY, params
from flows.models import Flow, FlowVersion, PromptRecording, Step
from flows.step_words import capital

SEVERAL = "In several flows"


@dataclass(frozen=True)
class Voice:
    """What reads a text, and the flow that can have it read; a version that is live has all of its sounds."""

    name: str
    language: str
    flow: Flow | None = None


@dataclass
class Use:
    """One place: a setting of a step, in the draft of its flow, in versions that are live, or in both.

    `recording` is the digest of what is heard instead of the voice; `is_outdated`: one was made here for other words.
    """

    flow_pk: int
    flow: str
    key: str
    step: str
    label: str
    setting: str
    voice: Voice
    row: Step | None = None
    live: dict[str, str] = field(default_factory=dict)
    recording: str = ""
    is_outdated: bool = False
    sound: str = ""

    @property
    def url(self) -> str:
        return f"{self.row.get_absolute_url()}#id_{self.setting}" if self.row else ""

    @property
    def record_url(self) -> str:
        return f"{hearing.record_url(self.row, self.setting)}?from=library" if self.row else ""


@dataclass
class Text:
    """One text with its places. `heard` are its sounds, one for each voice and recording, once `library` found them."""

    text: str
    uses: list[Use] = field(default_factory=list)
    heard: list[hearing.Heard] = field(default_factory=list)

    @cached_property
    def digest(self) -> str:
        """What the address of this text is made of."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:32]

    @property
    def group(self) -> str:
        flows = {use.flow for use in self.uses}
        return SEVERAL if len(flows) > 1 else next(iter(flows))

    @property
    def in_drafts(self) -> list[Use]:
        return [use for use in self.uses if use.row]

    @property
    def says_answers(self) -> bool:
        """It differs from call to call, so it cannot be recorded."""
        return bool(markers(self.text))


def texts() -> list[Text]:
    """Every text: those of several flows first, then flow by flow, as its steps stand. Three queries."""
    found: dict[str, Text] = {}
    places: dict[tuple[str, int, str, str], Use] = {}
    for text, use in (*_in_drafts(), *_live()):
        place = (text, use.flow_pk, use.key, use.setting)
        if known := places.get(place):
            known.live |= use.live
            continue
        places[place] = use
        found.setdefault(text, Text(text)).uses.append(use)
    _give_sounds(found.values())
    return sorted(found.values(), key=lambda each: (each.group != SEVERAL, each.group.casefold()))


def in_drafts() -> Iterator[Text]:
    """The texts of drafts alone. Two queries."""
    found: dict[str, Text] = {}
    for text, use in _in_drafts():
        found.setdefault(text, Text(text)).uses.append(use)
    yield from found.values()


def _in_drafts() -> Iterator[tuple[str, Use]]:
    current = PromptRecording.objects.filter(withdrawn_at=None).order_by("at", "pk")
    rows = current.values_list("flow_id", "step", "field", "text", "digest")
    recorded = {(flow, text): digest for flow, _, _, text, digest in rows}
    recorded_at = {(flow, step, setting) for flow, step, setting, _, _ in rows}
    for row in Step.objects.select_related("flow").order_by("flow__name", "flow", "place", "pk"):
        labels = _labels(row.kind)
        voice = Voice(row.flow.voice, row.flow.language, row.flow)
        for name, text in spoken.written_in(row).items():
            if text.strip():
                recording = recorded.get((row.flow_id, text), "")
                yield (
                    text,
                    Use(
                        flow_pk=row.flow_id,
                        flow=row.flow.name,
                        key=row.key,
                        step=row.name,
                        label=labels[name],
                        setting=name,
                        voice=voice,
                        row=row,
                        recording=recording,
                        is_outdated=not recording and (row.flow_id, row.key, name) in recorded_at,
                    ),
                )


def _live() -> Iterator[tuple[str, Use]]:
    for version in FlowVersion.objects.filter(numbers__isnull=False).select_related("flow").distinct():
        flow = snapshot.readable(version.snapshot)
        if flow is None:
            continue  # made by another release
        recorded, url = flow.resources.get("recording", {}), version.get_absolute_url()
        for key, step in flow.steps.items():
            labels = _labels(step.kind)
            for name, text in spoken.written(step).items():
                if text.strip():
                    yield (
                        text,
                        Use(
                            flow_pk=version.flow_id,
                            flow=version.flow.name,
                            key=key,
                            step=flow.name_of(key),
                            label=labels[name],
                            setting=name,
                            voice=Voice(flow.voice, flow.language),
                            live={f"v{version.number}": f"{url}#step-{key}"},
                            recording=recorded.get(text, ""),
                        ),
                    )


def _labels(kind: str) -> dict[str, str]:
    about = params(REGISTRY[kind]) if kind in REGISTRY else {}
    return {name: one.label or capital(name.replace("_", " ")) for name, one in about.items()}


def _give_sounds(found: Iterable[Text]) -> None:
    """Tell each use what its sound is found by, whether it was made or not."""
    by_voice: dict[tuple[str, str], list[tuple[str, Use]]] = {}
    for text in found:
        for use in text.uses:
            by_voice.setdefault((use.voice.name, use.voice.language), []).append((without_brackets(text.text), use))
    for (voice, language), uses in by_voice.items():
        digests = seams.digests({words for words, _ in uses}, voice=voice, language=language)
        for words, use in uses:
            use.sound = digests.get(words, "")
