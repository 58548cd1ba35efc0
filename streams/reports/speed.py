"""How fast the line was on one call: from the caller's last word to ours. Pure."""

from collections.abc import Iterable
from statistics import median

from streams.models import Stream
from streams.reports.names import Names
from streams.reports.outcome import Line

FEW = 3  # waits that are told one by one
WAITS = {"agent_said": "latency_ms", "understood": "ms"}
WORDS = {"agent_said": "first word after", "understood": "understood after"}


def how_fast(lines: Iterable[Line], streams: Iterable[Stream], names: Names) -> list[tuple[str, str]]:
    """By step: how long the caller waited for its answers; and what became of the audio."""
    waits: dict[tuple[str, str], list[float]] = {}
    for line in lines:
        ms = line.data.get(WAITS.get(line.kind, ""))
        if isinstance(ms, int | float) and not isinstance(ms, bool):
            waits.setdefault((line.step, line.kind), []).append(ms / 1000)
    answers = [
        (names.step(step) or "the line", f"{WORDS[kind]} {_in_words(known)}") for (step, kind), known in waits.items()
    ]
    return [*answers, *_audio(list(streams))]


def _in_words(waits: list[float]) -> str:
    if len(waits) <= FEW:
        return " and ".join(f"{seconds:.2f} s" for seconds in waits)
    return f"{median(waits):.2f} s usually, {max(waits):.2f} s at most ({len(waits)} answers)"


def _audio(streams: list[Stream]) -> list[tuple[str, str]]:
    if not streams:
        return []
    frames, unusable = sum(one.frames for one in streams), sum(one.unusable for one in streams)
    lost = f"{unusable:,} of them unusable" if unusable else "none of them unusable"
    return [("Audio", f"{frames:,} frames came, {lost}")]
