"""How the vendors' engines are made from the site's settings. Their packages are imported when one is first made."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from streams.ai.provider import Synthesizer, Transcriber

if TYPE_CHECKING:
    from streams.ai.openai.client import OpenAIClients


@cache
def openai(url_setting: str = "") -> "OpenAIClients":
    """OpenAI's clients; `url_setting` names the setting of an address that one service has for itself."""
    from streams.ai.openai.client import OpenAIAccount, OpenAIClients

    own = getattr(settings, url_setting) if url_setting else ""
    return OpenAIClients(
        OpenAIAccount(
            key=settings.OPENAI_API_KEY,
            base_url=own or settings.OPENAI_BASE_URL,
            websocket_base_url=own or settings.OPENAI_WEBSOCKET_BASE_URL,
        )
    )


def deepgram_ears() -> Transcriber:
    """Deepgram's live listening."""
    return _deepgram(
        settings.DEEPGRAM_API_KEY, settings.DEEPGRAM_MODEL, settings.DEEPGRAM_BASE_URL, settings.DEEPGRAM_KEYTERMS
    )


def elevenlabs_voice() -> Synthesizer:
    """ElevenLabs' voices."""
    voices = tuple(settings.ELEVENLABS_VOICES.items())
    return _elevenlabs(settings.ELEVENLABS_API_KEY, settings.ELEVENLABS_MODEL, voices, settings.ELEVENLABS_BASE_URL)


def openai_ears() -> Transcriber:
    """OpenAI's realtime transcription."""
    return _openai_ears(
        openai("OPENAI_TRANSCRIPTION_URL"),
        settings.OPENAI_TRANSCRIPTION_MODEL,
        settings.OPENAI_TRANSCRIPTION_TAKES_LISTS,
    )


def openai_voice() -> Synthesizer:
    """OpenAI's voices over Realtime."""
    from streams.ai.openai.voice import OpenAIVoice

    return OpenAIVoice(openai(), model=settings.OPENAI_VOICE_MODEL, audio=settings.OPENAI_REALTIME_AUDIO)


def openai_speech() -> Synthesizer:
    """The voices of a server that speaks `/audio/speech`."""
    from streams.ai.openai.voice import VOICES, OpenAISpeech

    voices = settings.OPENAI_SPEECH_VOICES or VOICES
    return OpenAISpeech(openai("OPENAI_SPEECH_URL"), model=settings.OPENAI_SPEECH_MODEL, voices=voices)


@cache
def _openai_ears(clients: "OpenAIClients", model: str, takes_lists: bool) -> Transcriber:
    from streams.ai.openai.ears import OpenAIEars

    # one for the process: it learns what the model does not take
    return OpenAIEars(clients, model=model, takes_lists=takes_lists)


@cache
def _deepgram(key: str, model: str, base_url: str, keyterms: bool) -> Transcriber:
    from streams.ai.deepgram.ears import DeepgramEars

    return DeepgramEars(key, model=model, base_url=base_url, knows_keyterms=keyterms)


@cache
def _elevenlabs(key: str, model: str, voices: tuple[tuple[str, str], ...], base_url: str) -> Synthesizer:
    from streams.ai.elevenlabs_voice import ElevenLabsVoice

    return ElevenLabsVoice(key, model=model, voices=dict(voices), base_url=base_url)
