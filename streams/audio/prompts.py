"""Prompts as audio: rendered when a flow is published, found by what they say, played from memory.

Sync: it reads and writes the database. A prompt that is missing is rendered when it is asked for, so a changed voice or
a lost row mends itself.
"""

import asyncio
import hashlib
import json
import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping

from flows.engine.machine import Flow
from flows.models import PromptAudio
from streams import engines
from streams.ai.provider import MULAW_8K, ProviderError, ProviderRefused, Synthesizer

FORMAT = 1  # raise it when the same words shall be rendered anew
MEMORY_BYTES = 64_000_000  # more than two hours of prompts

log = logging.getLogger(__name__)


def render(texts: Iterable[str], *, voice: str = "", language: str = "en-US") -> int:
    """Render what is missing of these texts, and say how many that were.

    Raises `ProviderError`; what was rendered until then is kept. Not to be called on an event loop's thread.
    """
    synthesizer = engines.synthesizer()
    wanted = _by_digest(synthesizer, texts, voice, language)
    stored = set(PromptAudio.objects.filter(digest__in=wanted).values_list("digest", flat=True))
    return len(_make(synthesizer, {key: wanted[key] for key in wanted if key not in stored}, voice, language))


def library(flow: Flow, more: Iterable[str] = ()) -> Mapping[str, bytes]:
    """Mu-law by text, for every prompt of a version and `more` texts: one query at most, none when all are in memory.

    A prompt that cannot be had is left out and logged; never an exception for a voice that fails.
    """
    synthesizer = engines.synthesizer()
    texts = [*(text for step in flow.steps.values() for text in step.prompts()), *more]
    wanted = _by_digest(synthesizer, texts, flow.voice, flow.language)
    found = _memory.get(wanted)
    missing = [digest for digest in wanted if digest not in found]
    if missing:
        found |= _stored(missing)
        lost = {digest: text for digest, text in wanted.items() if digest not in found}
        try:
            found |= _make(synthesizer, lost, flow.voice, flow.language)
        except ProviderError:
            log.warning("Some prompts of a flow could not be rendered; they will be read live.", exc_info=True)
            found |= _stored(lost)
        _memory.put(found)
    return {text: found[digest] for digest, text in wanted.items() if digest in found}


def forget() -> None:
    """Empty the memory of this process."""
    _memory.clear()


def digest(engine: str, voice: str, language: str, text: str) -> str:
    """What a rendered prompt is found by."""
    whole = json.dumps([FORMAT, engine, voice, language, text], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _by_digest(synthesizer: Synthesizer, texts: Iterable[str], voice: str, language: str) -> dict[str, str]:
    if synthesizer.gives != MULAW_8K:
        raise ProviderRefused(f"The voice engine {synthesizer.name} does not give telephone audio. Choose another one.")
    return {digest(synthesizer.name, voice, language, text): text for text in texts if text.strip()}


def _stored(digests: Iterable[str]) -> dict[str, bytes]:
    rows = PromptAudio.objects.filter(digest__in=list(digests)).values_list("digest", "audio")
    return {key: bytes(audio) for key, audio in rows}


def _make(synthesizer: Synthesizer, texts: dict[str, str], voice: str, language: str) -> dict[str, bytes]:
    """Render and store. One after the other, so that a caller's words wait for one prompt at most."""
    made: dict[str, bytes] = {}
    try:
        for key, text in texts.items():
            made[key] = asyncio.run(_audio(synthesizer, text, voice, language))
    finally:
        PromptAudio.objects.bulk_create(
            [
                PromptAudio(
                    digest=key,
                    engine=synthesizer.name,
                    voice=voice,
                    language=language,
                    text=texts[key],
                    audio=audio,
                )
                for key, audio in made.items()
            ],
            ignore_conflicts=True,  # somebody else may have published the same words meanwhile
        )
    return made


async def _audio(synthesizer: Synthesizer, text: str, voice: str, language: str) -> bytes:
    pieces = synthesizer.speak(text, voice=voice, language=language)
    return b"".join([piece async for piece in pieces if isinstance(piece, bytes)])


class _Memory:
    """Rendered prompts by digest, shared by all calls of this process; the longest unused go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._bytes = 0
        self._audio: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, digests: Iterable[str]) -> dict[str, bytes]:
        with self._lock:
            found = {key: self._audio[key] for key in digests if key in self._audio}
            for key in found:
                self._audio.move_to_end(key)
            return found

    def put(self, audio: Mapping[str, bytes]) -> None:
        with self._lock:
            for key, one in audio.items():
                self._bytes += len(one) - len(self._audio.pop(key, b""))
                self._audio[key] = one
            while self._bytes > self._limit:
                self._bytes -= len(self._audio.popitem(last=False)[1])

    def clear(self) -> None:
        with self._lock:
            self._audio.clear()
            self._bytes = 0


_memory = _Memory(MEMORY_BYTES)
