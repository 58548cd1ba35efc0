"""What makes a good line on the telephone, as small rules over the engine's flow. Pure.

`findings(flow)` is all that others need. The rules stand in a file for each family, by their ids in the reference.
"""

from flows.practice import ai_steps, keys_and_speech, law_and_audio, menus, opening, timeouts, whole_call
from flows.practice.rule import RULES, Finding, Mend, Rule, Severity, findings

__all__ = [
    "RULES",
    "Finding",
    "Mend",
    "Rule",
    "Severity",
    "ai_steps",
    "findings",
    "keys_and_speech",
    "law_and_audio",
    "menus",
    "opening",
    "timeouts",
    "whole_call",
]
