"""Every way in which an engine fails on a call, C1 to C15: how its stand-in does it, and what a caller does and hears.

Data. `site.py` gives each its own flow and number, `calls.py` its own stand-ins, and calls them all at once.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from flows.engine.commands import AFTER_A_MOMENT, NEVER
from streams.ai.briefing import END
from streams.house_texts import SORRY
from streams.phone.profile import DEFAULT, Profile
from tests.standins import deepgram, elevenlabs
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.faults import NEVER as NO_ANSWER
from tests.standins.faults import Fault
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_model import Says, script
from tests.standins.openai_realtime import NEVER as NO_SOUND
from tests.standins.openai_realtime import Call, Faults, RealtimeStandin, Say
from tests.standins.server import Part

ORDERS, LOOKUP_TAKES = "/orders", 4.7  # seconds; a lookup has five
STANDBY = "standby"  # the engine that stands in for all
ANSWER, FAREWELL = "We open at nine in the morning.", "Thank you for calling us."
QUESTION, THANKS = "when do you open in the morning", "thank you that is all I wanted"
GREETING = "This is our automated assistant. How can I help you?"
NOT_NOW = "Sorry, our assistant is not available."
MENU = "For sales, press 1. For repairs, press 2."
SOLVED = Call(END, {"outcome": "solved"})
TALK = (Say(ANSWER, ms=1500), Say(FAREWELL, ms=1200, call=SOLVED))
NO = "Then tell me what it is."
TOLD_AT_LENGTH = (Say(ANSWER * 4, ms=7000), Say(NO, ms=1000), TALK[1])
HEARS, TALKED_OVER = (QUESTION, THANKS), (QUESTION, "no", THANKS)
ORDER_NUMBER, READ_LIVE = "What is your order number?", "42."


def realtime(turns: Any = TALK, hears: Any = HEARS, pace: float = 0.05, **faults: Any) -> Callable[[], list[Part]]:
    """OpenAI Realtime, failing so."""
    return lambda: [RealtimeStandin(turns, hears=hears, pace=pace, faults=Faults(**faults))]


def cascade(
    ears: deepgram.Trouble | None = None,
    text: Fault | None = None,
    voice: elevenlabs.Trouble | None = None,
) -> Callable[[], list[Part]]:
    """Deepgram, OpenAI's text model and ElevenLabs; what is given fails so, each time."""

    def parts() -> list[Part]:
        says = script(Says(ANSWER), Says(FAREWELL, calls=((END, {"outcome": "solved"}),)))
        return [
            Deepgram(texts=HEARS, key="", troubles=[ears] * 9 if ears else ()),
            OpenAIHTTP(says, key="", broken=text),
            ElevenLabs(voices=(), key="", troubles=[voice] * 9 if voice else ()),
        ]

    return parts


# What a caller does who gets an answer, is content with it, and hears the line say goodbye.
CONTENT = f"""
hears "How can I help you"
says "{QUESTION}"
hears "{ANSWER}" within 20s
says "{THANKS}"
hears "Goodbye" within 15s
ends
"""
ASKS = f'hears "How can I help you"\nsays "{QUESTION}"\n'


CONFIRMS = """
hears "order number"
presses 42#
hears "press 1" within 20s
presses 1
hears "Goodbye" within 5s
ends
"""


# What those do who call before: they hang up once the engine had its chances.
EARLIER = 'hears "How can I help you"\nwaits 0.5s\nhangs up'


class SlowOrders:
    """A system of the house's own, which takes its time to tell about orders."""

    def routes(self) -> Iterable[web.AbstractRouteDef]:
        return [web.get(ORDERS, self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        await asyncio.sleep(LOOKUP_TAKES)
        return web.json_response({"status": "on its way"})


def goes_round(version: dict[str, Any]) -> dict[str, Any]:
    """A version in which key 1 leads to a step that leads to itself and waits for nothing; publishing refuses such."""
    steps = version["steps"] | {"round": {"kind": "opening_hours", "name": "Round", "settings": {"hours": ""}}}
    ways = [row | {"goes_to": "round"} if row["outcome"] == "1" else row for row in version["exits"]]
    circle = [ways[0] | {"step": "round", "outcome": name, "goes_to": "round"} for name in ("open", "closed")]
    return version | {"steps": steps, "exits": [*ways, *circle]}


@dataclass(frozen=True)
class Failure:
    """One row. `key` is its C and a word; `says` is in the log as said by the house, `faults` as engines' faults.

    `kind` is whether the call begins at an AI step of `engine`, at the menu, whose ears are `engine` then, or at a
    question. `stored` makes of what was published what the number answers with.
    """

    key: str
    title: str
    parts: Callable[[], list[Part]]
    caller: str = CONTENT
    engine: str = "realtime"
    kind: str = "agent"
    says: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    outcome: str = "solved"
    standby_works: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    profile: Profile = DEFAULT
    logs: tuple[str, ...] = ()  # kinds of lines that the log holds besides
    earlier: int = 0  # calls of others to the same number, which end before this one begins
    lacks: tuple[str, ...] = ()  # kinds of lines that it does not hold
    stored: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    voice_fails: bool = False  # the flow's voice, which read its prompts, is the stand-in's now


HOLD, STILL_THERE, AGAIN = "One moment, please.", "Are you still there?", "Sorry, could you say that again?"
SLOW, BUSY, BROKE = "slow", "busy", "broke"
TO_DESK = f'{ASKS}hears "{NOT_NOW}" within 30s\nhears "press 1" within 10s\npresses 1\nends "transferred" within 30s'

FAILURES: tuple[Failure, ...] = (
    Failure("C1", "the connection is never made", realtime(never_answers=True), faults=(SLOW,)),
    Failure(
        "C1-all",
        "no engine can be reached",
        realtime(never_answers=True),
        caller=TO_DESK,
        standby_works=False,
        says=(HOLD,),
        faults=(SLOW,),
        outcome="failed",
    ),
    Failure("C2", "429, too many requests", realtime(status=429), faults=(BUSY,)),
    Failure(
        "C2-rests",
        "it failed for others: it is not asked",
        realtime(status=429),
        earlier=3,
        lacks=("engine_failed",),
    ),
    Failure("C3", "cut off in mid-answer", realtime((TALK[0], *TALK), drops_after=8, responses=1, pace=0.5)),
    Failure("C4", "no first sound", realtime(first_audio_after=NO_SOUND), says=(HOLD,), faults=(SLOW,)),
    Failure("C4-slow", "the first sound after 3.5 s", realtime(first_audio_after=3.5, responses=1), says=(HOLD,)),
    Failure("C5", "broken and unknown frames", realtime(noise=True)),
    Failure("C6", "open, but dead", realtime(dead_after=40), says=(HOLD,), faults=(SLOW,)),
    Failure(
        "C6-over",
        "dead while the caller talks over it",
        realtime((Say(ANSWER * 4, ms=7000), TALK[1]), dead_after=330),
        caller=f'{ASKS}waits 3s\nsays "no no no"\nhears "say that again" within 15s\nsays "{THANKS}"\n'
        'hears "Goodbye" within 30s\nends',
        says=(AGAIN, HOLD),
        faults=(SLOW,),
    ),
    Failure(
        "C7",
        "mute after a truncation",
        realtime((Say(ANSWER * 6, ms=9000), *TALK), ("hello", *HEARS), mute_after_truncate=True),
        caller=f'{ASKS}waits 1.5s\nsays "{QUESTION}"\nhears "{ANSWER}" within 20s\nsays "{THANKS}"\n'
        'hears "Goodbye" within 15s\nends',
        says=(HOLD,),
        faults=(SLOW,),
    ),
    Failure(
        "C8",
        "the voice is down in a conversation",
        cascade(voice=elevenlabs.Trouble(refused="")),
        engine="cascade",
        faults=(BROKE,),
    ),
    Failure(
        "C8-lookup",
        "what is looked up takes long",
        lambda: [*realtime((Call("look_up_orders"), *TALK))(), SlowOrders()],
        says=(HOLD,),
        settings={"lookups": ["orders"]},
        logs=("tool_answered",),
        lacks=("engine_failed",),
    ),
    Failure(
        "C8-read",
        "the voice is down for what is read live",
        cascade(voice=elevenlabs.Trouble(refused="")),
        faults=(BROKE,),
        kind="question",
        caller=CONFIRMS,
        outcome="answered",
        logs=("engine_failed",),
        voice_fails=True,
    ),
    Failure(
        "C8-mute",
        "it never sounds for what is read live",
        cascade(voice=elevenlabs.Trouble(slow=60.0)),
        faults=(SLOW,),
        kind="question",
        caller=CONFIRMS,
        outcome="answered",
        logs=("engine_failed",),
        voice_fails=True,
    ),
    Failure(
        "C8-slow",
        "the voice never sounds",
        cascade(voice=elevenlabs.Trouble(slow=60.0)),
        engine="cascade",
        says=(HOLD,),
    ),
    Failure(
        "C9",
        "speech is heard, no words come",
        cascade(ears=deepgram.Trouble(deaf=True)),
        engine="deepgram",
        kind="menu",
        caller='hears "press 1"\nsays "sales please"\nhears "press 1" within 12s\npresses 1\nends "transferred"',
        outcome="1",
    ),
    Failure(
        "C9-dead",
        "the ears cannot be reached",
        cascade(ears=deepgram.Trouble(silent=True)),
        engine="deepgram",
        kind="menu",
        caller='hears "press 1"\nsays "I would like to talk with sales please"\nhears "press 1" within 12s\n'
        'presses 1\nends "transferred"',
        outcome="1",
    ),
    Failure(
        "C9-talk",
        "no words come in a conversation",
        cascade(ears=deepgram.Trouble(silent=True)),
        engine="cascade",
        says=(),
    ),
    Failure(
        "C9-model",
        "what is meant is never understood",
        cascade(),
        engine="deepgram",
        kind="menu",
        caller=f'hears "press 1"\nsays "{QUESTION}"\nhears "press 1" within 12s\npresses 1\nends "transferred"',
        says=(HOLD,),
        faults=(SLOW,),
        outcome="1",
    ),
    Failure(
        "C10",
        "the caller never speaks",
        realtime(),
        caller='hears "How can I help you"\nwaits 9.5s\nhears "still there"\nwaits 4s\nends within 20s',
        says=(STILL_THERE,),
        settings={"max_seconds": 16},
        outcome="limit",
    ),
    Failure(
        "C10-none",
        "not even a frame comes",
        realtime(),
        caller='hears "How can I help you"\nwaits 9.5s\nhears "still there"\nwaits 4s\nends within 20s',
        says=(STILL_THERE,),
        settings={"max_seconds": 16},
        profile=Profile(gap_every=10),
        outcome="limit",
    ),
    Failure(
        "C11",
        "it speaks without end, and is cut short",
        realtime((Say(ANSWER), Say(FAREWELL, ms=1200, call=SOLVED)), pace=0.01, endless=True, responses=1),
        caller=f'{ASKS}waits 5s\nsays "{THANKS}"\nhears "Goodbye" within 15s\nends',
        logs=("budget",),
    ),
    Failure(
        "C12",
        "the flow goes in circles",
        cascade(),
        engine="deepgram",
        kind="menu",
        caller=f'hears "press 1"\npresses 1\nhears "{SORRY}" within 12s\nends',
        outcome="1",
        logs=("apology",),
        stored=goes_round,
    ),
    Failure(
        "C13",
        "the caller cuts in twice",
        realtime((Say(ANSWER * 6, ms=9000), Say(ANSWER * 6, ms=9000), *TALK), ("one", "two", *HEARS)),
        caller=f'{ASKS}waits 1.5s\nsays "no no"\nwaits 1.5s\nsays "{QUESTION}"\nhears "{ANSWER}" within 15s\n'
        f'says "{THANKS}"\nhears "Goodbye" within 15s\nends',
    ),
    Failure(
        "C13-soon",
        "talked over before it may be interrupted",
        realtime(TOLD_AT_LENGTH, TALKED_OVER),
        caller=f'{ASKS}waits 0.5s\nsays "no"\nhears "{ANSWER}" within 20s\nhears "{NO}"\nsays "{THANKS}"\n'
        'hears "Goodbye" within 15s\nends',
        settings={"interruption": AFTER_A_MOMENT},
        lacks=("prompt_cut",),
    ),
    Failure(
        "C13-late",
        "interrupted after a moment",
        realtime((TOLD_AT_LENGTH[0], *TALK), ("one", *HEARS)),
        caller=f'{ASKS}waits 4s\nsays "no no"\nwaits 1s\nsays "{QUESTION}"\nhears "{ANSWER}" within 15s\n'
        f'says "{THANKS}"\nhears "Goodbye" within 15s\nends',
        settings={"interruption": AFTER_A_MOMENT},
        logs=("prompt_cut",),
    ),
    Failure(
        "C13-never",
        "talked over where nobody may interrupt",
        realtime(TOLD_AT_LENGTH, TALKED_OVER),
        caller=f'{ASKS}waits 3s\nsays "no no no"\nhears "{ANSWER}" within 20s\nhears "{NO}"\nsays "{THANKS}"\n'
        'hears "Goodbye" within 15s\nends',
        settings={"interruption": NEVER},
        lacks=("prompt_cut",),
    ),
    Failure(
        "C13-parts",
        "nobody may interrupt, with a cascade",
        cascade(),
        engine="cascade",
        caller=f'{ASKS}waits 0.8s\nsays "{THANKS}"\nhears "Goodbye" within 20s\nends',
        settings={"interruption": NEVER},
        lacks=("prompt_cut",),
    ),
    Failure(
        "C14", "the session expires in mid-answer", realtime((TALK[0], *TALK), expires_after=8, responses=1, pace=0.9)
    ),
    Failure(
        "C15",
        "the transcript comes after the hang-up",
        realtime(transcript_after=2.5),
        caller=f"{ASKS}waits 1.2s\nhangs up",
        outcome="",
        logs=("agent_heard",),
    ),
)
PROMPTS = "prompts.json"  # in the folder of the site


def number_of(failure: Failure) -> str:
    """The number that it answers."""
    return f"+1415555{1000 + FAILURES.index(failure)}"


MODEL_NEVER_ANSWERS = Fault(first_after=NO_ANSWER)
