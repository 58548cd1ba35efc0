"""What makes a good line on the telephone, as small rules over the engine's flow. Pure.

`findings(flow)` is all that others need. The rules stand in a file for each family, by their ids in the reference.

What has no rule here cannot go wrong, or is found elsewhere: that every exit leads on, and no circle goes on without a
wait (`engine.problems`); that speech has keys beside it, and that goodbyes and announcements are heard out (the kinds);
that recordings have the usual level and no long silence (`sound`, when they are stored).
"""

from flows.practice import (
    ai_steps,
    calling_out,
    keys_and_speech,
    law_and_audio,
    listening,
    menus,
    opening,
    timeouts,
    whole_call,
)
from flows.practice.rule import RULES, Finding, Mend, Rule, Severity, findings

__all__ = [
    "RULES",
    "Finding",
    "Mend",
    "Rule",
    "Severity",
    "ai_steps",
    "calling_out",
    "findings",
    "keys_and_speech",
    "law_and_audio",
    "listening",
    "menus",
    "opening",
    "timeouts",
    "whole_call",
]
