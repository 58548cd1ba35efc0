"""A call told line by line, as on its page and in the terminal. Pure.

One small function for each kind of line says it in words; kinds without one are of no interest to a reader.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flows.engine.languages import short_name
from streams.reports.directed import DIRECTING
from streams.reports.names import Names
from streams.reports.outcome import Line
from streams.reports.overheard import LISTENING, failed, is_news
from streams.reports.words import length

WHO_CALLER, WHO_STEP, WHO_AGENT, WHO_CALL = "caller", "step", "agent", "call"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a call's story. `who` is a name, `side` which kind of party it is, `note` the small print.

    `secret` rows hold what was said or typed, and are hidden from people who may not read transcripts. `kind`, `step`
    and `place` are those of the log's line; rows that stand for none have the place -1.
    """

    at: float
    who: str
    side: str
    what: str
    note: str = ""
    secret: bool = False
    kind: str = field(default="", compare=False)
    step: str = field(default="", compare=False)
    place: int = field(default=-1, compare=False)


@dataclass(frozen=True, slots=True)
class Telling:
    """What a kind's function is given: the line, the names, and how prompts went (by the place of their start)."""

    line: Line
    names: Names
    fate: Line | None = None
    agent: str = "assistant"

    @property
    def data(self) -> Mapping[str, Any]:
        """What the line holds."""
        return self.line.data

    @property
    def by(self) -> str:
        """By what the caller did it."""
        return str(self.line.data.get("by", ""))

    def number(self, name: str) -> float | None:
        """A figure that the line holds; None for anything else."""
        said = self.line.data.get(name)
        return float(said) if isinstance(said, int | float) and not isinstance(said, bool) else None

    def engine(self, ability: str) -> str:
        """What people call the engine that the line names."""
        return self.names.engine(ability, str(self.line.data.get("engine", "")))

    def row(self, who: str, side: str, what: str, note: str = "", *, secret: bool = False) -> Row:
        """A row at this line's moment."""
        return Row(self.line.at, who, side, what, note, secret)

    def of_step(self, what: str, note: str = "", *, secret: bool = False) -> Row:
        """A row in the name of the step the caller was in."""
        return self.row(self.names.step(self.line.step) or "the line", WHO_STEP, what, note, secret=secret)

    def of_call(self, what: str, note: str = "", *, who: str = "the call", secret: bool = False) -> Row:
        """A row in the name of the call itself, or of what is known of somebody on it."""
        return self.row(who, WHO_CALL, what, note, secret=secret)


ABILITIES = {"agent": "the assistant", "ears": "the recogniser", "voice": "the voice", "understand": "the model"}


def timeline(lines: Iterable[Line], names: Names, *, with_steps: bool = False) -> list[Row]:
    """The story of a call, in order of time; `with_steps`: each step that was entered has a row, too."""
    known = list(lines)
    told = TELL | ({"entered": _entered} if with_steps else {})
    fates = _fates(known)
    rows: list[Row] = []
    agent, moods = "assistant", dict[str, str]()
    for place, line in enumerate(known):
        if line.kind == "agent_started":
            agent = str(line.data.get("title") or line.data.get("engine") or agent)
        tell = told.get(line.kind)
        row = tell(Telling(line, names, fates.get(place), agent)) if tell else None
        again = line.kind == "engine_failed" and rows and row == replace(rows[-1], at=line.at)  # asked once more
        if line.kind == "agent_finished" and rows and rows[-1].kind == "agent_left_out":
            continue  # it did not fail: the flow was told so to be led on
        if line.kind == "mood" and not is_news(line, moods):
            continue
        if row is not None and not again:
            rows.append(replace(row, kind=line.kind, step=line.step, place=place))
    return sorted(rows, key=lambda row: row.at)


def _fates(lines: list[Line]) -> dict[int, Line]:
    """How each prompt went: the place of its start to the line that tells its end."""
    begun: dict[str, int] = {}
    fates: dict[int, Line] = {}
    for place, line in enumerate(lines):
        prompt = str(line.data.get("prompt", ""))
        if line.kind in ("prompt_started", "agent_said"):
            begun[prompt] = place
        elif line.kind in ("prompt_heard", "prompt_cut", "prompt_unconfirmed") and prompt in begun:
            fates[begun.pop(prompt)] = line
    return fates


def _prompt(t: Telling) -> Row | None:
    texts = t.data.get("texts")
    said = " ".join(str(text) for text in texts) if isinstance(texts, list | tuple) else ""
    return t.of_step(f"says “{said}”", _fate(t), secret=True) if said else None


def _fate(t: Telling) -> str:
    if t.fate is None or t.fate.kind == "prompt_heard":
        return ""
    if t.fate.kind == "prompt_unconfirmed":
        return "the carrier never confirmed that it was heard"
    seconds = (Telling(t.fate, t.names).number("heard_ms") or 0) / 1000
    by = {"key": " by a key", "speech": " by the caller’s voice"}.get(str(t.fate.data.get("by")), "")
    return f"cut short after {seconds:.1f} s{by}"


def _entered(t: Telling) -> Row:
    return t.of_step("begins")


def _left(t: Telling) -> Row | None:
    outcome, goes_to = str(t.data.get("outcome", "")), t.data.get("goes_to")
    if outcome == "caller-hung-up":
        return None  # the call's end says it
    chosen = t.names.choice(t.line.step, outcome)
    where = f"goes to {t.names.step(str(goes_to))}" if goes_to else "ends the call"
    return t.of_step(f"{chosen} → {where}")


def _utterance(t: Telling) -> Row:
    if not t.data.get("text"):
        return t.row("caller", WHO_CALLER, "says something that is not understood")
    sure = t.number("confidence")
    note = f"heard with {sure:.0%} confidence" if sure is not None else ""
    return t.row("caller", WHO_CALLER, f"“{t.data.get('text', '')}”", note, secret=True)


def _understood(t: Telling) -> Row:
    meaning, sure, ms = str(t.data.get("meaning", "")), t.number("confidence") or 0, t.number("ms")
    by = [t.engine("understand"), f"after {ms / 1000:.2f} s" if ms is not None else ""]
    if not meaning:
        return t.of_step("cannot tell what that means", _joined(by))
    if t.data.get("taken"):
        return t.of_step(f"understands “{meaning}”", _joined([f"{sure:.0%} sure", *by]), secret=True)
    return t.of_step(f"thinks of “{meaning}”, but is not sure enough", _joined([f"{sure:.0%} sure", *by]), secret=True)


def _agent_said(t: Telling) -> Row:
    late = t.number("latency_ms")
    answered = f"first word after {late / 1000:.2f} s" if late is not None else ""
    small = _joined([answered, _fate(t)])
    if t.data.get("engine") == "":  # the line itself said it, before or between engines
        return t.of_step(f"says “{t.data.get('text', '')}”", small, secret=True)
    return t.row(t.agent, WHO_AGENT, f"“{t.data.get('text', '')}”", small, secret=True)


def _joined(parts: Iterable[str]) -> str:
    """The small print: what there is of it."""
    return " · ".join(part for part in parts if part)


def _answer(t: Telling) -> Row:
    answers = t.data.get("answers")
    said = ", ".join(f"{name}: {text}" for name, text in answers.items()) if isinstance(answers, Mapping) else ""
    return t.of_step(f"noted {said}", secret=True)


def _transfer_finished(t: Telling) -> Row:
    result = str(t.data.get("result", ""))
    said = {"completed": "they spoke", "no-answer": "nobody answered", "busy": "the line was busy"}.get(result, result)
    seconds = t.number("seconds")
    return t.of_step(said, f"for {length(seconds)}" if seconds else "")


def _recording_finished(t: Telling) -> Row:
    seconds = t.number("seconds")
    return t.row("caller", WHO_CALLER, f"left a message of {length(seconds)}" if seconds else "left no message")


ABLE = {
    "put_through": "put the caller through",
    "leave_message": "leave a message",
    "ask_for_call_back": "have the caller called back",
    "send_text": "send a text message",
    "press_keys": "press keys",
}
AGREED_BY = {
    "notice": "they heard the notice to its end, and did not object",
    "key": "they heard the notice to its end, and agreed by a key",
    "word": "they heard the notice to its end, and agreed in words",
}
REFUSED_BY = {"key": "by a key", "word": "in words", "silence": "there was no clear answer"}
VERDICTS = {"to-confirm": "the caller is asked to confirm it with a key", "allowed": ""}


def _able(tool: object) -> str:
    name = str(tool or "")
    looked_up = f"look up {_as_words(name.removeprefix('look_up_'))}" if name.startswith("look_up_") else ""
    return ABLE.get(name) or looked_up or f"do what it cannot do here ({name})"


def _tool_asked(t: Telling) -> Row:
    given = t.data.get("arguments")
    words = given if isinstance(given, Mapping) else {}
    said = ", ".join(f"{_as_words(name)}: {t.names.destination(str(text))}" for name, text in words.items())
    if t.data.get("verdict") == "own":
        return t.of_step(f"sets out to {_able(t.data.get('tool'))}{f' ({said})' if said else ''}", secret=True)
    refused = f"refused: {t.data.get('why', '')}" if t.data.get("verdict") == "refused" else ""
    note = refused or VERDICTS.get(str(t.data.get("verdict")), "")
    what = f"asks to {_able(t.data.get('tool'))}{f' ({said})' if said else ''}"
    return t.row(t.agent, WHO_AGENT, what, note, secret=True)


def _as_words(name: object) -> str:
    return str(name).replace("_", " ").replace("-", " ")


def _tool_answered(t: Telling) -> Row:
    how = "is told that it is done" if t.data.get("ok") else "is told that it was not done"
    return t.row(t.agent, WHO_AGENT, how, _able(t.data.get("tool")))


def _engine_failed(t: Telling) -> Row:
    if t.data.get("stream"):
        return failed(t)
    ability = str(t.data.get("ability"))
    without = f"goes on without {ABILITIES.get(ability, 'an engine')} “{t.engine(ability)}”"
    return t.of_call(without, str(t.data.get("what", "")))


TELL: dict[str, Callable[[Telling], Row | None]] = {
    "answered": lambda t: t.of_call("is answered"),
    "resumed": lambda t: t.of_call("goes on with a new stream"),
    "prompt_started": _prompt,
    "notice_heard": lambda t: t.of_call("is recorded from here on", "the carrier confirmed that the notice was played"),
    "notice_refused": lambda t: t.row(
        "caller", WHO_CALLER, "does not want to be recorded", "the call goes on unrecorded"
    ),
    "notice_unproven": lambda t: t.of_call("is not recorded", str(t.data.get("why", ""))),
    "consent_given": lambda t: t.row("caller", WHO_CALLER, "may be listened to", AGREED_BY.get(t.by, "")),
    "consent_refused": lambda t: t.row(
        "caller", WHO_CALLER, "does not want to be listened to", REFUSED_BY.get(t.by, "")
    ),
    "consent_unproven": lambda t: t.of_call("is not listened to", f"the notice: {t.data.get('why', '')}"),
    "opted_out": lambda t: t.row("caller", WHO_CALLER, "wants no more calls", "the number is on the do-not-call list"),
    "machine": lambda t: t.of_call("was taken by an answering machine", "the carrier heard one"),
    "left": _left,
    "key": lambda t: t.row("caller", WHO_CALLER, f"presses {t.data.get('digit', '')}", secret=True),
    "utterance": _utterance,
    "understood": _understood,
    "answer": _answer,
    "agent_started": lambda t: t.row(t.agent, WHO_AGENT, "takes over"),
    "agent_said": _agent_said,
    "agent_heard": lambda t: t.row("caller", WHO_CALLER, f"“{t.data.get('text', '')}”", secret=True),
    "tool_asked": _tool_asked,
    "tool_answered": _tool_answered,
    "note_kept": lambda t: t.of_step(
        "notes that the caller is to be called back" if t.data.get("what") == "callback" else "keeps a message"
    ),
    "text_ordered": lambda t: t.of_step(f"orders the text message “{t.data.get('name', '')}”"),
    "keys_sent": lambda t: t.of_step("presses keys on the line"),
    "agent_finished": lambda t: t.row(
        t.agent, WHO_AGENT, f"is done: {t.names.choice(t.line.step, str(t.data.get('outcome', '')))}"
    ),
    "transfer_refused": lambda t: t.of_step(
        f"does not call {t.names.destination(str(t.data.get('destination')))}", str(t.data.get("why", ""))
    ),
    "transfer_finished": _transfer_finished,
    "recording": lambda t: t.of_step("records a message", f"for {length(t.number('max_seconds'))} at most"),
    "recording_finished": _recording_finished,
    "caller_hung_up": lambda t: t.of_call("ends: the caller hung up"),
    "stream_dropped": lambda t: t.of_call("loses its stream"),
    "budget": lambda t: t.of_call(f"reaches its limit of {t.data.get('which', '')}"),
    "engine_failed": _engine_failed,
    "house_said": lambda t: t.row("the line", WHO_STEP, f"says “{t.data.get('text', '')}”"),
    "apology": lambda t: t.of_call("ends with an apology", str(t.data.get("reason", ""))),
    "keys_only": lambda t: t.of_call(
        "goes on by keys alone", f"no speech is understood in {short_name(str(t.data.get('language', '')))} here"
    ),
    "error": lambda t: t.of_call("meets a fault", str(t.data.get("what", ""))),
    **LISTENING,
    **DIRECTING,
}
