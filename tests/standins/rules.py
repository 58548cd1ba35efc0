"""A brain of a few rules in place of a model: it finds the builder's answers by their words, and ends as it was told.

It is given what a model is given, the instructions that `streams.ai.briefing` writes, and reads the builder's answers
and endings back out of them. What it says then is decided by the scripted assistant's own script.
"""

import re
from collections.abc import Mapping
from typing import Any

from flows.engine.commands import AgentOutcome, KnownAnswer
from streams.ai.briefing import END, GOODBYE_FIRST
from streams.ai.local.script import ANYTHING_ELSE, GOODBYE, Reply, Script
from streams.ai.provider import AgentBrief
from tests.standins.openai_realtime.brain import Asked, Call, Say, Turn

_SECTION = re.compile(r"^# (.+)\n((?:(?!# ).*\n?)*)", re.MULTILINE)
_ANSWER = re.compile(r"^- When asked about (.+?): (.+)$", re.MULTILINE)
_ENDING = re.compile(r"^- ([\w-]+): (.*?)(?: \(callers may say: (.*)\))?$", re.MULTILINE)

Line = Mapping[str, Any]  # an item of the conversation


async def answer(asked: Asked) -> Turn:
    """What a patient but simple-minded assistant says next."""
    brief = read(asked.instructions)
    if sections(asked.instructions).get("Now") == GOODBYE_FIRST:
        return Say(GOODBYE)
    reply = _replay(Script(brief), asked.items)
    if reply.ends in {outcome.name for outcome in brief.outcomes} and END in asked.tools:
        return Say(reply.text, call=Call(END, {"outcome": reply.ends}))
    return Say(reply.text)


def phrases(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """What a caller may say in a session of these settings: what ears that know no free speech listen for."""
    transcription = settings["audio"]["input"].get("transcription") or {}
    keywords = tuple(transcription.get("keywords") or ())
    if keywords or not settings.get("instructions"):
        return keywords
    return Script(read(settings["instructions"])).phrases


def read(instructions: str) -> AgentBrief:
    """The brief that these instructions were written from, as far as the rules need it."""
    parts = sections(instructions)
    known = [
        KnownAnswer(question="|".join(ways.split("; ")), answer=answer)
        for ways, answer in _ANSWER.findall(parts.get("What you know", ""))
    ]
    endings = [
        AgentOutcome(name=name, label=label, phrases=tuple(said.split(", ")) if said else ())
        for name, label, said in _ENDING.findall(parts.get("How to end", ""))
    ]
    return AgentBrief(knowledge=tuple(known), outcomes=tuple(endings))


def sections(instructions: str) -> dict[str, str]:
    """The instructions by the titles of their parts."""
    return {title: text.strip() for title, text in _SECTION.findall(instructions)}


def _replay(script: Script, items: tuple[Line, ...]) -> Reply:
    """The script's last word when it hears all that was said so far. Keeps nothing between two answers."""
    reply = script.begin()
    for item in items:
        if item.get("role") == "user":
            reply = script.hear(words_of(item), 1.0)
    if items and items[-1]["type"] == "function_call_output":
        return Reply(text=ANYTHING_ELSE)
    return reply


def words_of(item: Line) -> str:
    """What the caller said there: as it was heard, or as it was written down."""
    return str(item.get("heard") or " ".join(part.get("text") or "" for part in item["content"])).strip()
