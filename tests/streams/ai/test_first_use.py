"""What an engine needs is there once it is made: its first request holds up no other call of the process."""

import asyncio
import ssl
import sys

import httpcore2
import pytest

from streams.ai.elevenlabs_voice import ElevenLabsVoice
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.voice import OpenAISpeech, OpenAIVoice
from streams.ai.provider import ProviderError
from tests.standins.deepgram import Deepgram
from tests.standins.elevenlabs import ElevenLabs
from tests.standins.openai_http import OpenAIHTTP
from tests.standins.openai_realtime import RealtimeStandin, Say
from tests.standins.server import serving

# Prints the modules that first requests load. The pool of threads in which names of hosts are looked up is asyncio's.
FRESH_PROCESS = """
import asyncio, concurrent.futures.thread, contextlib, sys
from streams.ai.deepgram.ears import DeepgramEars
from streams.ai.elevenlabs_voice import ElevenLabsVoice
from streams.ai.openai.client import OpenAIAccount, OpenAIClients
from streams.ai.openai.voice import OpenAISpeech, OpenAIVoice
from streams.ai.provider import ListenOptions, ProviderError

address = sys.argv[1]
clients = OpenAIClients(OpenAIAccount(base_url=address + "/v1", key="sk-standin"))
ears = DeepgramEars("dg-secret", model="nova-3", base_url=address)
elevenlabs = ElevenLabsVoice("xi-secret", model="eleven_flash_v2_5", voices={"v": "V"}, base_url=address)
voices = [OpenAIVoice(clients, model="gpt-realtime"), OpenAISpeech(clients, model="tts-1"), elevenlabs]

async def use():
    for voice in voices:
        with contextlib.suppress(ProviderError):
            async for _ in voice.speak("Hello."):
                pass
    async with ears.listen(ListenOptions()):
        pass

before = set(sys.modules)
asyncio.run(use())
print(sorted(set(sys.modules) - before))
"""


async def test_first_requests_load_nothing():
    realtime, http = RealtimeStandin([Say("Hello.")]), OpenAIHTTP(lambda asked: "Hello.")
    deepgram, elevenlabs = Deepgram(), ElevenLabs()
    async with serving(realtime, http, deepgram, elevenlabs) as address:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FRESH_PROCESS, address, stdout=asyncio.subprocess.PIPE
        )
        loaded, _ = await process.communicate()
    assert (process.returncode, loaded.decode().strip()) == (0, "[]")
    assert realtime.seen
    assert http.seen
    assert deepgram.queries
    assert elevenlabs.seen


@pytest.fixture
def trusted(monkeypatch):
    """How often somebody read which certificates are trusted."""
    reads = []
    for module, name in ((httpcore2, "default_ssl_context"), (ssl, "create_default_context")):
        read = getattr(module, name).__wrapped__  # all other tests share what was read once
        monkeypatch.setattr(module, name, read)
    for name in ("load_verify_locations", "load_default_certs"):
        monkeypatch.setattr(ssl.SSLContext, name, lambda self, *args, **named: reads.append(args), raising=False)
    return reads


async def test_connections_read_no_certificates(trusted):
    silent = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    address = f"https://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
    clients = OpenAIClients(OpenAIAccount(base_url=f"{address}/v1", key="sk"))
    elevenlabs = ElevenLabsVoice("xi", model="m", voices={"v": "V"}, base_url=address)
    trusted.clear()
    for voice in (OpenAIVoice(clients, model="m"), OpenAISpeech(clients, model="m"), elevenlabs):
        with pytest.raises(ProviderError):
            await anext(voice.speak("Hello."))
    assert trusted == []
    await clients.close_here()
    silent.close()
    await silent.wait_closed()
