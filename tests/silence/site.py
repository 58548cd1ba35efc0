"""`python -m tests.silence.site`: the real web process, with a flow, a number and an engine for each failure.

The environment says where the stand-ins of each listen (`STANDINS`, by key). When it is ready, the prompts of all flows
are in `prompts.json` of its folder, so that the phone knows what it hears.
"""

import base64
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.silence.failures import (
    FAILURES,
    GREETING,
    MENU,
    NOT_NOW,
    ORDER_NUMBER,
    ORDERS,
    PROMPTS,
    READ_LIVE,
    Failure,
    number_of,
)

SHORT_TURN_MS = 10_000  # the longest turn of an agent here, so that none must be waited for


def main() -> int:
    """Make what the calls need, then serve."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")
    import django

    from ivrsite import server  # installs the reactor, so it comes first

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from streams import dialogue, exchange

    addresses = json.loads(os.environ["STANDINS"])
    add_engines(addresses)
    for part in (dialogue, exchange):
        part.TURN_AUDIO_MS = SHORT_TURN_MS
    call_command("migrate", verbosity=0)
    folder = Path(settings.VAR_DIR)
    make_lookup(addresses["C8-lookup"])
    (folder / PROMPTS).write_text(json.dumps(make_flows()))
    add_voices(addresses)
    return server.main([])


def add_engines(addresses: dict[str, str]) -> None:
    """The engines of each failure, by its key, and one to stand in for all."""
    from streams import engines
    from streams.engines import Engine

    for key, address in addresses.items():
        engines.AGENTS[key] = Engine(key, partial(realtime, address))
        engines.AGENTS[f"{key}:cascade"] = Engine(key, partial(cascade, address))
        engines.TRANSCRIBERS[key] = Engine(key, partial(ears, address))
        engines.SYNTHESIZERS[key] = Engine(key, well_voice)  # until all is published
    engines.UNDERSTANDERS["slow"] = Engine("slow", partial(understander, addresses["C9-model"]))


def add_voices(addresses: dict[str, str]) -> None:
    """From here on the voices that were chosen are those of the stand-ins."""
    from streams import engines
    from streams.engines import Engine

    for key, address in addresses.items():
        engines.SYNTHESIZERS[key] = Engine(key, partial(voice, address))


def clients(address: str) -> Any:
    from streams.ai.openai.client import OpenAIAccount, OpenAIClients

    return OpenAIClients(OpenAIAccount(key="standin", base_url=f"{address}/v1", websocket_base_url=""))


def realtime(address: str) -> Any:
    from django.conf import settings

    from streams.ai.realtime.agent import OpenAIRealtime, RealtimeOptions

    options = RealtimeOptions(
        model=settings.OPENAI_REALTIME_MODEL,
        transcription_model=settings.OPENAI_TRANSCRIPTION_MODEL,
        voice=settings.OPENAI_REALTIME_VOICE,
        audio=settings.OPENAI_REALTIME_AUDIO,
    )
    return OpenAIRealtime(clients(address), options)


def text_model(address: str) -> Any:
    from django.conf import settings

    from streams.ai.openai.text import DIALECTS, OpenAIText

    return OpenAIText(clients(address), model=settings.OPENAI_TEXT_MODEL, dialect=DIALECTS["responses"], effort="none")


def ears(address: str) -> Any:
    from django.conf import settings

    from streams.ai.deepgram.ears import DeepgramEars

    return DeepgramEars("standin", model=settings.DEEPGRAM_MODEL, base_url=address)


def well_voice() -> Any:
    """What reads the prompts in place of ElevenLabs, in words that the phone knows."""
    from streams import engines
    from streams.ai.local.voice import LocalVoice

    made = LocalVoice(engines.speech())
    made.name = "elevenlabs"
    return made


def voice(address: str) -> Any:
    from django.conf import settings

    from streams.ai.elevenlabs_voice import ElevenLabsVoice

    voices = dict(settings.ELEVENLABS_VOICES)
    return ElevenLabsVoice("standin", model=settings.ELEVENLABS_MODEL, voices=voices, base_url=address)


def cascade(address: str) -> Any:
    from streams.ai.cascade.agent import Cascade

    return Cascade(ears(address), text_model(address), voice(address))


def understander(address: str) -> Any:
    from streams.ai.understanding import ModelUnderstander

    return ModelUnderstander(text_model(address))


def make_lookup(address: str) -> None:
    """Where orders are looked up."""
    from flows.models import Lookup

    Lookup.objects.create(
        key="orders", name="Orders", address=address + ORDERS, finds=[{"name": "status", "path": "status"}], seconds=5
    )


def make_flows() -> dict[str, str]:
    """A flow and a number for each. Gives the audio of every prompt, in base64, by its text."""
    from django.contrib.auth import get_user_model

    from flows import publishing
    from flows.engine.snapshot import load
    from flows.models import Destination, FlowVersion, PhoneNumber
    from streams.audio import prompts
    from streams.house_texts import HOUSE_TEXTS

    by = get_user_model().objects.create_superuser("builder", password="made-up")
    Destination.objects.create(key="desk", name="Desk", number="+14155550123")
    audio: dict[str, bytes] = {}
    for failure in FAILURES:
        row = flow_of(failure)
        problems = publishing.draft(row).problems
        assert not problems, (failure.key, problems)
        version = publishing.publish(row, by=by)
        if failure.stored:
            whole = failure.stored(version.snapshot)
            version = FlowVersion.objects.create(flow=row, number=2, spec=version.spec, snapshot=whole, published_by=by)
        number = PhoneNumber.objects.create(number=number_of(failure), label=failure.key)
        publishing.go_live(number, version, by=by)
        audio |= prompts.library(load(version.snapshot), (*HOUSE_TEXTS, READ_LIVE))
    return {text: base64.b64encode(sound).decode() for text, sound in audio.items()}


def flow_of(failure: Failure) -> Any:
    """An AI step, the menu that takes over when it fails, a desk, and a goodbye."""
    from flows import drafts
    from flows.models import Exit, Flow, Step

    flow = Flow.objects.create(slug=failure.key.lower(), name=failure.key)
    words = "The standby is down too." if not failure.standby_works else "Answer questions."
    own = failure.key if failure.engine == "realtime" else f"{failure.key}:cascade"
    settings = {"greeting": GREETING, "failed_text": NOT_NOW, "instructions": words, "engine": own}
    kinds: dict[str, tuple[str, dict[str, Any]]] = {
        "helper": ("agent", settings | dict(failure.settings)),
        "menu": ("menu", {"prompt": MENU, "offer_person": False}),
        "desk": ("transfer", {"destination": "desk", "announcement": "I am putting you through."}),
        "bye": ("hang_up", {"text": "Goodbye."}),
    }
    if failure.kind == "question":
        kinds["question"] = ("ask", {"prompt": ORDER_NUMBER, "wants": "number", "read_back": True})
    steps = {
        key: Step.objects.create(flow=flow, key=key, kind=kind, name=key, settings=given, place=place)
        for place, (key, (kind, given)) in enumerate(kinds.items())
    }
    ends = {"person": "desk", "could-not-help": "bye", "limit": "bye", "failed": "menu"}
    solved = Exit(outcome="solved", label="The caller is helped", phrases="that is all", goes_to=steps["bye"])
    drafts.write_exits(steps["helper"], [solved], {name: steps[there] for name, there in ends.items()})
    options = [
        Exit(outcome="1", label="Sales", phrases="sales", goes_to=steps["desk"]),
        Exit(outcome="2", label="Repairs", phrases="repairs", goes_to=steps["desk"]),
    ]
    not_understood = steps["bye" if failure.kind == "agent" else "helper"]
    drafts.write_exits(steps["menu"], options, {"no-input": steps["bye"], "no-match": not_understood})
    drafts.write_exits(steps["desk"], [], dict.fromkeys(("busy", "no-answer", "failed"), steps["bye"]))
    if "question" in steps:
        ways = {"answered": "bye", "no-input": "menu", "no-match": "helper", "person": "desk"}
        drafts.write_exits(steps["question"], [], {name: steps[there] for name, there in ways.items()})
    flow.start = steps[{"agent": "helper"}.get(failure.kind, failure.kind)]
    if failure.voice_fails:
        flow.voice = f"{failure.key}:"
    if failure.engine == "deepgram":
        flow.transcriber = failure.key
    flow.save()
    return flow


if __name__ == "__main__":
    sys.exit(main())
