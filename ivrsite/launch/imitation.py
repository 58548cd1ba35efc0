"""`AI=standin`: imitations of OpenAI and the like answer on this machine, in place of the real services.

They are the tests' own (`python -m tests.standins`), which is why the developers' packages are installed for this.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from ivrsite.launch import ports
from ivrsite.launch.processes import Child, Household
from ivrsite.launch.ready import wait_until_listening

NAME = "standin"
TITLE = "The imitation of AI services"
PROGRAM = [sys.executable, "-m", "tests.standins"]
SCRIPT = "streams/phone/scripts/ai.txt"  # a caller who comes to the AI step, and makes use of it
SAID = "Imitations of OpenAI, Deepgram and ElevenLabs on this machine answer in place of AI: by rules, at no cost."

# What the site's processes are told, whatever .env says. {address} is where the imitations listen. Services that none
# imitates lose their key: nothing may reach a real account by mistake. Engines named in .env stay as they are named.
ENVIRONMENT: Mapping[str, str] = {
    "OPENAI_API_KEY": "standin",
    "OPENAI_BASE_URL": "{address}/v1",
    "OPENAI_WEBSOCKET_BASE_URL": "",
    "OPENAI_TEXT_URL": "",
    "OPENAI_SPEECH_URL": "",
    "OPENAI_TRANSCRIPTION_URL": "",
    "DEEPGRAM_API_KEY": "standin",
    "DEEPGRAM_BASE_URL": "{address}",
    "ELEVENLABS_API_KEY": "standin",
    "ELEVENLABS_BASE_URL": "{address}",
}


def wanted(environment: Mapping[str, str]) -> bool:
    """Whether `AI` asks for the imitations. Raises `SystemExit` with a sentence when it asks for something else."""
    asked = environment.get("AI", "")
    if asked not in ("", NAME):
        raise SystemExit(f"AI is “{asked}”; it may be left out, or be: make run AI={NAME}")
    return asked == NAME


def environment(port: int) -> dict[str, str]:
    """What the site's processes are told when the imitations listen on this port."""
    address = f"http://127.0.0.1:{port}"
    return {name: told.format(address=address) for name, told in ENVIRONMENT.items()}


def begin(house: Household, log: Path) -> bool:
    """Start the process in which all of them answer, and lead the site to it. False when asked to stop meanwhile."""
    port = ports.any_free()
    house.environment |= environment(port)
    house.start(Child(TITLE, [*PROGRAM, "--port", str(port)], log / "standin.log"))
    print(SAID, flush=True)
    return wait_until_listening(house, port, TITLE)
