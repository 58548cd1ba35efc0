"""A brain for the stand-in that makes do with words: enough to try calls, menus and summaries without a key.

It knows no more than it is told: it reads the instructions as a model would, and looks for the same words in them and
in what was said.
"""

import json
import re
from typing import Any

from streams.ai.openai.dialect import NOTHING_SAID
from tests.standins import rules
from tests.standins.openai_model import Asked, Json, Says
from tests.standins.openai_realtime.brain import Asked as Conversation
from tests.standins.openai_realtime.brain import Say

SMALL_WORDS = "a an and are at be can do for hello hi i id in is it like me my of on please the to want you your"
SMALL = frozenset(SMALL_WORDS.split())
KIND = frozenset({"thanks", "thank", "great", "good", "perfect", "lovely", "happy"})
ANGRY = frozenset({"angry", "awful", "terrible", "broken", "wrong", "refund", "complaint", "late", "never", "nobody"})


async def by_words(asked: Asked) -> Says:
    """A brain."""
    if asked.form is None:
        return await _talk(asked)
    known = FORMS.get(asked.form_name)
    return Says.in_form(**(known(asked) if known else _anything(asked.form)))


def words(text: str) -> set[str]:
    """The words of a text that tell something, in their simplest form."""
    found = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {word.rstrip("s") for word in found if word not in SMALL}


async def _talk(asked: Asked) -> Says:
    """As the Realtime stand-in does: by the scripted assistant's rules."""
    items = [item for who, text in asked.turns for item in _item(who, text)]
    said = await rules.answer(Conversation(asked.instructions, tuple(asked.functions), tuple(items), {}))
    call = said.call if isinstance(said, Say) else None
    text = said.text if isinstance(said, Say) else ""
    return Says(text, calls=((call.name, call.arguments),) if call else ())


def _item(who: str, text: str) -> list[Json]:
    if who == "user" and text != NOTHING_SAID:
        return [{"type": "message", "role": "user", "content": [{"text": text}]}]
    return [{"type": "function_call_output"}] if who == "result" else []


def _understanding(asked: Asked) -> Json:
    said = _quoted(asked.said, "The caller said")
    options = (asked.form or {})["properties"]["answer"].get("enum")
    if options is None:
        digits = "".join(re.findall(r"\d", said))
        return {"answer": digits or said, "confidence": 0.9 if said else 0.0}
    meanings = dict(re.findall(r"^- ([^:\n]+): (.*)$", asked.instructions, re.M))
    scores = {name: len(words(said) & words(f"{name} {meanings.get(name, '')}")) for name in options}
    best = max(scores, key=lambda name: scores[name])
    alone = list(scores.values()).count(scores[best]) == 1
    return {"answer": best, "confidence": 0.9} if scores[best] and alone else {"answer": "none", "confidence": 0.0}


def _quoted(text: str, name: str) -> str:
    found = re.search(rf'^{name}: (".*")$', text, re.M)
    return str(json.loads(found[1])) if found else ""


def _summary(asked: Asked) -> Json:
    rows = [(who, json.loads(said)) for who, said in re.findall(r'^(caller|agent|line): (".*")$', asked.said, re.M)]
    caller, agent = ([said for who, said in rows if who == one] for one in ("caller", "agent"))
    telling = max(caller, key=lambda said: len(words(said)), default="")
    ended = _quoted(asked.said, "The call ended")
    unhappy = bool(words(" ".join(caller)) & ANGRY)
    return {
        "summary": f"The caller said “{telling}”. {f'The call ended: {ended}.' if ended else ''}".strip()
        if telling
        else "The caller did not speak.",
        "intent": " ".join(telling.split()[:10]),
        "mood": _mood(caller),
        "mood_of_caller": _mood(caller) if caller else "none",
        "mood_of_agent": "positive" if agent else "none",
        "mood_at_start": _mood(caller[:1]) if caller else "none",
        "mood_at_end": _mood(caller[-1:]) if caller else "none",
        "topics": sorted(words(telling), key=len, reverse=True)[:3],
        "follow_up": f"Call back about “{telling}”." if unhappy and "person" not in ended else "",
    }


def _moment(asked: Asked) -> Json:
    rows = _numbered(asked.said)
    meanings = dict(re.findall(r'^  ([\w-]+): "(.*)"', asked.instructions, re.M))
    speakers = [
        {"who": who, "mood": _mood(said), "score": SCORES[_mood(said)], "topics": _topics(said)}
        for who in ("caller", "person")
        if (said := [text for _, one, text in rows if one == who])
    ]
    cues = [
        {"cue": key, "line": line}
        for line, _, text in rows
        for key, meaning in meanings.items()
        if len(words(text) & words(meaning)) > 1
    ]
    return {"speakers": speakers, "cues": cues} if "cues" in asked.form["properties"] else {"speakers": speakers}


def _promises(asked: Asked) -> Json:
    found = [(line, text) for line, who, text in _numbered(asked.said) if who == "person" and "will" in text.split()]
    return {"promises": [{"line": line, "what": text[:80], "due": ""} for line, text in found]}


def _numbered(said: str) -> list[tuple[int, str, str]]:
    rows = re.findall(r'^(\d+) (caller|person): (".*")$', said, re.M)
    return [(int(line), who, json.loads(text)) for line, who, text in rows]


def _topics(said: list[str]) -> list[str]:
    return sorted(words(" ".join(said)), key=len, reverse=True)[:2]


SCORES = {"positive": 0.6, "neutral": 0.0, "negative": -0.6}
FORMS = {"Understanding": _understanding, "CallSummary": _summary, "CallMoment": _moment, "CallPromises": _promises}


def _mood(said: list[str]) -> str:
    told = words(" ".join(said))
    balance = len(told & KIND) - len(told & ANGRY)
    return "positive" if balance > 0 else "negative" if balance < 0 else "neutral"


def _anything(schema: Any) -> Any:
    """The plainest value that fits a schema."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema.get("type"):
        case "object":
            return {name: _anything(inner) for name, inner in schema["properties"].items()}
        case "array":
            return []
        case "number" | "integer":
            return 0
        case "boolean":
            return False
    return ""
