"""Who said what, from a call's log. Pure.

Only what reached an ear counts: of a prompt that was cut short, the part that was heard stays. What a caller said in
words that nobody expected is followed by what it was understood as.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.reports.outcome import Line

SECONDS_PER_CHARACTER = 0.065  # a calm voice; used where a prompt's true length is not known
CALLER, LINE, AGENT, PERSON = "caller", "line", "agent", "person"


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said. `at` is seconds since the answer."""

    at: float
    who: str
    text: str
    step: str


@dataclass(slots=True)
class _Speech:
    """Something the line or the agent began to say; `heard_ms` is set when it was cut short."""

    at: float
    who: str
    texts: list[str]
    step: str
    heard_ms: float | None = None


def transcript(lines: Iterable[Line], seconds_of: Mapping[str, float]) -> list[Said]:
    """Everything said and heard, in order. `seconds_of` is how long texts last, where that is known."""
    spoken: list[_Speech] = []
    open_: dict[str, _Speech] = {}  # by prompt; names repeat on the next stream of the same call
    last_at = 0.0
    for line in lines:
        last_at = max(last_at, line.at)
        prompt = str(line.data.get("prompt", ""))
        if line.kind in STARTS:
            who, field = STARTS[line.kind]
            said = line.data.get(field)
            speech = _Speech(line.at, who, _texts(said), line.step)
            spoken.append(speech)
            if who is not CALLER:
                open_[prompt] = speech
        elif line.kind == "overheard":
            who = PERSON if line.data.get("who") == PERSON else CALLER
            spoken.append(_Speech(_began(line), who, _texts(line.data.get("text")), line.step))
        elif line.kind == "understood" and spoken:
            _note_meaning(spoken, line)
        elif line.kind in ("prompt_heard", "prompt_unconfirmed"):
            open_.pop(prompt, None)
        elif line.kind == "prompt_cut" and prompt in open_:
            open_.pop(prompt).heard_ms = _number(line.data.get("heard_ms"))
        elif line.kind in ("resumed", "stream_dropped"):
            _break_off(open_, line.at)
    _break_off(open_, last_at)
    heard = ((speech, _heard(speech, seconds_of)) for speech in sorted(spoken, key=lambda speech: speech.at))
    return [Said(speech.at, speech.who, text, speech.step) for speech, text in heard if text]


# Kinds of lines that hold words: who says them, and where they stand.
STARTS = {
    "prompt_started": (LINE, "texts"),
    "agent_said": (AGENT, "text"),
    "agent_heard": (CALLER, "text"),
    "utterance": (CALLER, "text"),
}


def texts_cut_short(lines: Iterable[Line]) -> set[str]:
    """Every text that was not heard to its end, so that its true length is worth looking up."""
    begun: dict[str, list[str]] = {}
    found: set[str] = set()
    for line in lines:
        prompt = str(line.data.get("prompt", ""))
        if line.kind == "prompt_started":
            begun[prompt] = _texts(line.data.get("texts"))
        elif line.kind == "prompt_heard":
            begun.pop(prompt, None)
        elif line.kind == "prompt_cut":
            found.update(begun.pop(prompt, []))
    return found.union(*begun.values())


def _began(line: Line) -> float:
    """When the words began: what is overheard is logged once it is understood, and people talk at the same time."""
    began = line.data.get("began")
    return float(began) if isinstance(began, int | float) and not isinstance(began, bool) else line.at


def _note_meaning(spoken: list[_Speech], line: Line) -> None:
    """Beside what the caller said last: “my bill is wrong (understood as Billing)”."""
    said, meaning = (
        next((speech for speech in reversed(spoken) if speech.who == CALLER), None),
        line.data.get("meaning"),
    )
    if said is not None and meaning and line.data.get("taken"):
        said.texts.append(f"(understood as {meaning})")


def _break_off(open_: dict[str, _Speech], at: float) -> None:
    """The stream ended while these were being said. An agent's turn is logged at its end, so it stays whole."""
    for speech in open_.values():
        if speech.who == LINE:
            speech.heard_ms = max(at - speech.at, 0.0) * 1000
    open_.clear()


def _heard(speech: _Speech, seconds_of: Mapping[str, float]) -> str:
    """The words that reached the caller, with an ellipsis where they broke off."""
    if speech.heard_ms is None:
        return " ".join(speech.texts)
    left, heard = speech.heard_ms / 1000, []
    for text in speech.texts:
        lasts = seconds_of.get(text) or len(text) * SECONDS_PER_CHARACTER
        if left >= lasts:
            heard.append(text)
        elif words := _first_words(text, left / lasts):
            heard.append(words)
        left -= lasts
        if left <= 0:
            break
    return " ".join(heard)


def _first_words(text: str, share: float) -> str:
    """The whole words in this share of a text."""
    cut = text[: int(len(text) * share)]
    words = cut.rsplit(" ", 1)[0] if " " in cut else ""
    return f"{words.rstrip(' ,;:.')}…" if words else ""


def _texts(said: object) -> list[str]:
    many = said if isinstance(said, list | tuple) else [said]
    return [text for text in many if isinstance(text, str) and text]


def _number(said: object) -> float:
    return float(said) if isinstance(said, int | float) else 0.0
