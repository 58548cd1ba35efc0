"""A live call in the language that its caller chose: heard in its voice, listened to and answered in it."""

from flows.engine.languages import Language
from flows.engine.machine import Exit
from flows.engine.snapshot import make_flow
from flows.engine.step import State
from streams.ai.provider import TranscriberAbilities
from streams.house_texts import DISCLOSURE, HOLD_ON
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import SECOND, Line

SPANISH = "es-US"
ENGLISH_SOUND, SPANISH_SOUND = SECOND, b"\x31" * 8000


class Polyglot(ScriptedEngines):
    """Engines that understand Spanish, and remember in which language and voice they were asked."""

    can = TranscriberAbilities(interim=True, free_speech=True, languages=("en-US", "es-ES"))

    def __init__(self, **about):
        super().__init__(**about)
        self.listened, self.spoke = [], []

    def listen(self, options):
        self.listened.append(options.language)
        return super().listen(options)

    async def speak(self, text, *, voice="", language="en-US"):
        self.spoke.append((text, voice, language))
        yield b"\x20" * 800


def flow():
    return make_flow(
        name="Line",
        start="language",
        steps={
            "language": (
                "language_choice",
                "Language",
                {"translations": {SPANISH: {"prompt": "Para español, oprima el 2."}}},
            ),
            "menu": ("menu", "Menu", {"prompt": "Press 1.", "translations": {SPANISH: {"prompt": "Oprima el 1."}}}),
            "helper": ("agent", "Helper", {"greeting": "Hello.", "translations": {SPANISH: {"greeting": "Hola."}}}),
            "bye": ("hang_up", "Bye", {}),
        },
        exits=[
            Exit(step="language", outcome="chosen", goes_to="menu"),
            Exit(step="menu", outcome="1", goes_to="helper", label="Help"),
        ],
        further=[Language(code=SPANISH, voice="lola")],
    )


SAID = ("Para español, oprima el 2.", "Oprima el 1.", "Un momento, por favor.", "Hola.")
DISCLOSED = "Está hablando con un asistente de inteligencia artificial."


def call(engines=None, said=(*SAID, DISCLOSED)):
    return Line(flow(), engines=engines or Polyglot(), further={SPANISH: dict.fromkeys(said, SPANISH_SOUND)})


async def spanish(line):
    line.begin()
    await line.settle(2.5)
    line.press("2")
    await line.settle()
    return line


async def test_both_lines_of_the_choice_are_heard_one_after_the_other():
    line = call().begin()
    await line.settle(0.5)
    heard = [data["texts"] for data in line.host.of("prompt_started")]
    assert heard == [["For English, press 1."], ["Para español, oprima el 2."]]


async def test_the_call_is_listened_to_in_the_language_that_was_chosen():
    line = await spanish(call())
    assert line.step == "menu"
    assert line.engines.listened == ["en-US", SPANISH]
    assert line.session.clip("Oprima el 1.") == SPANISH_SOUND


async def test_a_text_whose_sound_is_lost_is_read_by_the_voice_of_the_language():
    line = await spanish(call(said=SAID[:1]))
    assert line.engines.spoke == [("Oprima el 1.", "lola", SPANISH)]


async def test_the_house_speaks_the_language_of_the_call_and_else_english():
    line = await spanish(call())
    assert line.session.house_clip(HOLD_ON) == SPANISH_SOUND
    assert (await spanish(call(said=SAID[:2]))).session.house_clip(HOLD_ON) == ENGLISH_SOUND


async def test_an_assistant_is_told_the_language_and_greets_in_it():
    line = await spanish(call())
    line.press("1")
    await line.settle()
    brief = line.engines.briefs[0]
    assert (brief.language, brief.voice) == (SPANISH, "lola")
    assert brief.greeting == f"{DISCLOSED} Hola."
    assert line.host.of("agent_said")[0]["text"].startswith(DISCLOSED)
    assert DISCLOSURE not in brief.greeting


async def test_an_engine_that_knows_english_only_leaves_the_keys():
    line = await spanish(call(engines=ScriptedEngines()))
    assert line.host.of("keys_only") == [{"engine": "scripted", "language": SPANISH}]
    assert line.host.of("error") == []
    line.press("1")
    await line.settle()
    assert line.step == "helper"


async def test_a_call_that_comes_back_is_still_in_its_language():
    line = Line(flow(), engines=Polyglot(), state=State(language=SPANISH), further={SPANISH: {}})
    line.begin()
    await line.settle(2.5)
    line.press("1")
    assert line.session.state.language == ""  # who chooses again is taken at their word
