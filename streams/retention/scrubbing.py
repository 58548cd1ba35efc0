"""What remains of a line of a call's log once its words are gone: what happened, never what was said or typed. Pure."""

from collections.abc import Mapping
from typing import Any

from streams.log_lines import HIDDEN

# Everything else is taken for somebody's words. These are names of the flow's own things, of engines, and figures.
KEPT = frozenset(
    {
        *("ability", "engine", "fault", "model", "unit", "quantity", "estimated", "for", "latency_ms", "which", "ok"),
        *("outcome", "goes_to", "destination", "result", "seconds", "max_seconds", "timer", "language"),
        *("earlier_calls", "prompt", "heard_ms", "by", "confidence", "taken", "tool", "verdict"),
    }
)
KEPT_OF = {  # more of them, in lines of one kind
    "note_kept": frozenset({"what"}),
    "missed": frozenset({"what"}),
    "text_ordered": frozenset({"name"}),
    "agent_started": frozenset({"title"}),
    "hangup": frozenset({"reason"}),
    "notice_unproven": frozenset({"why"}),
    "consent_unproven": frozenset({"why"}),
    "listening_began": frozenset({"stream"}),
    "listening_ended": frozenset({"stream", "why"}),
    "listening_broke": frozenset({"stream"}),
    "listening_left_out": frozenset({"why"}),
    "listening_lost": frozenset({"who", "began", "stream", "why"}),
    "listening_deaf": frozenset({"who", "stream", "why"}),
    "overheard": frozenset({"who", "began", "ended", "stream"}),
    "mood": frozenset({"who"}),
    "cue": frozenset({"cue", "name", "who"}),  # that the mark was raised: its name is the operators'
}
WORD = str | bool | int | float | None


def scrubbed(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The same line without words and digits. Scrubbing twice changes nothing more."""
    kept = KEPT | KEPT_OF.get(kind, frozenset())
    left = {name: told for name, told in data.items() if name in kept and isinstance(told, WORD)}
    return {**left, "digit": HIDDEN} if kind == "key" else left
