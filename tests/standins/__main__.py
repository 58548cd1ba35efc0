"""`python -m tests.standins --port N`: every stand-in on one port of this machine, until told to stop.

They answer by rules, speak with the offline voice, and hear with the offline recogniser: no key, no network, no cost.
"""

import argparse
import asyncio
import signal
from collections.abc import Callable, Mapping

from streams.ai.local.speech_process import SpeechProcess
from tests.standins import rules
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.offline_speech import OfflineSpeech
from tests.standins.openai_by_words import by_words
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_realtime import RealtimeStandin
from tests.standins.server import Part, serving

PACE = 0.05  # seconds that a second of speech takes to make: faster than it is heard, as the real service does it
REMEMBERED = 100  # frames

# Whose service it is, and how its part is made. Another one is a line here, and its addresses in
# ivrsite/launch/imitation.py.
PARTS: Mapping[str, Callable[[OfflineSpeech], Part]] = {
    "OpenAI Realtime": lambda speech: RealtimeStandin(
        brain=rules.answer, voice=speech.voice, hearing=speech.hearing, pace=PACE, remembers=REMEMBERED
    ),
    "OpenAI over HTTP": lambda speech: OpenAIHTTP(by_words, key="", voice=speech.voice),
    "Deepgram": lambda speech: Deepgram(hears=speech.heard, key=""),
    "ElevenLabs": lambda speech: ElevenLabs(voice=speech.voice, voices=(), key=""),
}


async def serve(port: int) -> None:
    """Answer until SIGINT or SIGTERM."""
    over = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, over.set)
    process = SpeechProcess()
    process.warm()
    try:
        async with serving(*(make(OfflineSpeech(process)) for make in PARTS.values()), port=port) as address:
            print(f"{', '.join(PARTS)} stood in for at {address}", flush=True)  # noqa: T201  its log
            await over.wait()
    finally:
        process.close()


def main() -> None:
    """Read the port and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.standins", description="Stand-ins for the vendors.")
    parser.add_argument("--port", type=int, default=0, help="of 127.0.0.1; any free one when it is left out")
    asyncio.run(serve(parser.parse_args().port))


if __name__ == "__main__":
    main()
