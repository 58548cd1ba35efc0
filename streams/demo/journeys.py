"""How callers of the demo company go through its line: ways through `flows.demo`, as lines of a call's log. Data.

Each way is a table of stays: the step, how many seconds, the exit it is left by ("" where the call ends there), and
what happens meanwhile as (seconds into the stay, kind, data). What is said comes from the flow itself.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flows.demo import CHOICES, EXITS, STEPS

Happening = tuple[float, str, dict[str, Any]]
Logged = tuple[float, str, str, dict[str, Any]]  # at, kind, step, data
Turn = tuple[float, str, str, int]
AI = {"engine": "openai_realtime", "model": "gpt-realtime-2.1-mini"}


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay of a caller in a step."""

    step: str
    seconds: float
    exit: str = ""
    happens: tuple[Happening, ...] = ()


@dataclass(frozen=True, slots=True)
class Journey:
    """One way through the line: how many of a thousand callers go it, in office hours and outside of them.

    `ended_by` is the carrier's word for who hung up; `away` the seconds with a person. `moods` are the caller's at the
    start and at the end, "" where nobody can tell.
    """

    open: int
    closed: int
    stays: Sequence[Stay]
    hung_up: bool = False
    away: int = 0
    moods: tuple[str, str] = ("", "")

    @property
    def seconds(self) -> float:
        """How long the line itself has the caller."""
        return sum(stay.seconds for stay in self.stays)


def key(digit: str, at: float) -> Happening:
    return at, "key", {"digit": digit}


def said(text: str, at: float, confidence: float = 0.9) -> Happening:
    return at, "utterance", {"text": text, "confidence": confidence}


def talk(*turns: Turn, tokens: int) -> tuple[Happening, ...]:
    """Turns with the assistant: when, what the caller says, what it answers, and after how many milliseconds."""
    lines: list[Happening] = [(0.1, "agent_started", {"engine": AI["engine"], "title": "OpenAI Realtime"})]
    for place, (at, words, answer, waited) in enumerate(turns):
        lines.append((at, "agent_heard", {"text": words}))
        spoken = {"text": answer, "latency_ms": waited, "prompt": f"said-{place}", "engine": AI["engine"]}
        lines += [(at + waited / 1000, "agent_said", spoken), (at + 3, "prompt_heard", {"prompt": f"said-{place}"})]
    used = {"audio_in": tokens, "audio_out": tokens * 3 // 2, "text_in": tokens * 2}
    return (*lines, *((turns[-1][0] + 3, "used", {**AI, "unit": unit, "quantity": n}) for unit, n in used.items()))


def put_through(desk: str) -> Happening:
    return 3.0, "transfer", {"destination": desk}


def finished(outcome: str, at: float) -> Happening:
    return at, "agent_finished", {"outcome": outcome}


# What callers say to the assistant: when, the words, its answer, and how many milliseconds it took.
DRILL = (6.0, "my drill arrived broken", "I am sorry. We repair all our tools: send it to us with a note.", 820)
HOW_LONG = (14.0, "how long does that take", "I cannot promise a date. We write to you before anything costs.", 1140)
THANKS = (22.0, "that is all, thank you", "You are welcome. Goodbye.", 690)
WARRANTY = (6.0, "is my drill under warranty", "Every Hart tool has a warranty of three years.", 760)
GREAT = (13.0, "great, thank you", "You are welcome. Goodbye.", 640)
SOMEBODY = (14.0, "I would rather talk to somebody", "Of course, one moment.", 980)
ANGRY = (13.0, "no, I want my money back, this is a disgrace", "I cannot decide that. Shall I find a person?", 2350)
ENDLESS = (60.0, "and another thing", "Let me think about that.", 3100)

GREETING = Stay("greeting", 2.5, "next")
BILLING = (GREETING, Stay("main", 7, "1", (key("1", 6.8),)))
SUPPORT = (GREETING, Stay("main", 6, "2", (key("2", 5),)))
ACCOUNT = Stay("account", 11, "ok", tuple(key(digit, 4 + n / 2) for n, digit in enumerate("401277")))
SILENCE = {"what": "no-input"}
AGAIN = (9.0, "prompt_started", {"prompt": "again", "texts": ["I did not hear anything."]})
LATER = tuple(key(digit, 15 + n) for n, digit in enumerate("663019"))
ACCOUNT_AT_LAST = Stay("account", 24, "ok", ((9.0, "missed", SILENCE), AGAIN, *LATER))
GOODBYE = Stay("goodbye", 3)
BALANCE = (Stay("billing", 6, "1", (key("1", 5),)), Stay("balance", 6, "next"), GOODBYE)
RETURNS = (Stay("billing", 7, "2", (key("2", 6),)), Stay("returns", 7, "next"), GOODBYE)
OPEN, CLOSED = Stay("hours", 0.1, "open"), Stay("hours", 0.1, "closed")
SUPPORT_DESK = Stay("to-support", 3, "", (put_through("support-desk"),))
SALES_DESK = Stay("to-sales", 3, "", (put_through("sales-desk"),))
NO_ANSWER = (27.5, "transfer_finished", {"result": "no-answer", "seconds": 0})
NOBODY_AT_SALES = Stay("to-sales", 28, "no-answer", (put_through("sales-desk"), NO_ANSWER))
MESSAGE = ((6.0, "recording", {"max_seconds": 120}), (30.5, "recording_finished", {"seconds": 24}))
VOICEMAIL = (Stay("voicemail", 31, "recorded", MESSAGE), GOODBYE)


def unclear(words: str) -> tuple[Stay, ...]:
    return GREETING, Stay("main", 9, "no-match", (said(words, 8, 0.55), (8.5, "missed", {"what": "no-match"})))


def helped(seconds: float, outcome: str, *turns: Turn, tokens: int) -> Stay:
    return Stay("helper", seconds, outcome, (*talk(*turns, tokens=tokens), finished(outcome, seconds - 0.5)))


JOURNEYS: tuple[Journey, ...] = (
    Journey(230, 260, (*BILLING, ACCOUNT, *BALANCE)),
    Journey(90, 110, (*BILLING, ACCOUNT, *RETURNS)),
    Journey(60, 60, (*BILLING, ACCOUNT_AT_LAST, *BALANCE)),
    Journey(205, 0, (*SUPPORT, OPEN, SUPPORT_DESK), away=190),
    Journey(0, 170, (*SUPPORT, CLOSED, *VOICEMAIL)),
    Journey(110, 0, (GREETING, Stay("main", 8, "3", (said("sales please", 7),)), SALES_DESK), away=145),
    Journey(30, 90, (GREETING, Stay("main", 8, "3", (key("3", 7),)), NOBODY_AT_SALES, *VOICEMAIL)),
    Journey(
        75,
        90,
        (*unclear("my drill arrived broken"), helped(28, "solved", DRILL, HOW_LONG, THANKS, tokens=620), GOODBYE),
        moods=("negative", "positive"),
    ),
    Journey(
        40,
        30,
        (*unclear("is it under warranty"), helped(19, "solved", WARRANTY, GREAT, tokens=380), GOODBYE),
        moods=("neutral", "positive"),
    ),
    Journey(
        35,
        0,
        (*unclear("it is about the thing"), helped(20, "person", DRILL, SOMEBODY, tokens=440), SUPPORT_DESK),
        away=240,
        moods=("neutral", "neutral"),
    ),
    Journey(
        8,
        8,
        (*unclear("I have a complaint"), Stay("helper", 20, "", talk(DRILL, ANGRY, tokens=900))),
        hung_up=True,
        moods=("neutral", "negative"),
    ),
    Journey(
        6,
        6,
        (*unclear("it is a long story"), helped(95, "limit", DRILL, HOW_LONG, ENDLESS, tokens=5200), *VOICEMAIL),
        moods=("neutral", "neutral"),
    ),
    Journey(40, 0, (GREETING, Stay("main", 5, "person", (key("0", 4),)), OPEN, SUPPORT_DESK), away=160),
    Journey(32, 60, (GREETING, Stay("main", 12)), hung_up=True),
    Journey(16, 30, (*BILLING, Stay("account", 14, "", (key("4", 6),))), hung_up=True),
    Journey(
        10,
        45,
        (GREETING, Stay("main", 26, "no-input", ((12.0, "missed", SILENCE), (25.0, "missed", SILENCE))), GOODBYE),
    ),
    Journey(13, 41, (Stay("greeting", 2),), hung_up=True),
)


def log_of(journey: Journey) -> Iterator[Logged]:
    """The lines that the line itself would have written of this way."""
    at = 0.0
    yield at, "answered", "", {}
    for place, stay in enumerate(journey.stays):
        yield at, "entered", stay.step, {}
        if text := _text(stay.step):
            yield at + 0.1, "prompt_started", stay.step, {"prompt": f"p{place}", "texts": [text]}
            yield at + min(stay.seconds, len(text) * 0.06), "prompt_heard", stay.step, {"prompt": f"p{place}"}
        yield from ((at + into, kind, stay.step, dict(data)) for into, kind, data in stay.happens)
        at += stay.seconds
        if stay.exit:
            yield at, "left", stay.step, {"outcome": stay.exit, "goes_to": _goes_to(stay)}
    last = journey.stays[-1].step
    if journey.away:
        yield at + journey.away + 12, "transfer_finished", last, {"result": "completed", "seconds": journey.away}
    elif not journey.hung_up:
        yield at, "hangup", last, {"reason": "the flow ended"}


def _text(step: str) -> str:
    settings = STEPS[step][2]
    return str(
        settings.get("text") or settings.get("prompt") or settings.get("greeting") or settings.get("announcement") or ""
    )


def _goes_to(stay: Stay) -> str:
    chosen = {key: there for key, _, _, there in CHOICES.get(stay.step, [])}
    return chosen.get(stay.exit) or EXITS.get(stay.step, {}).get(stay.exit, "")
