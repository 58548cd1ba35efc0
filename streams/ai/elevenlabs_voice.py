"""ElevenLabs' voices, as telephone audio. The only file that imports the vendor's package.

A text is one request, its audio comes while it is made. The vendor bills the characters of a text once it begins to
speak it, however much of it is heard.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import replace
from typing import Any

import anyio._backends._asyncio  # noqa: F401  loaded by the HTTP client when first used: then all calls would wait
import httpx
from elevenlabs.client import AsyncElevenLabs
from elevenlabs.core.api_error import ApiError

from streams.ai.faults import error_for, fault_of_status
from streams.ai.openai.fetching import fetched
from streams.ai.per_loop import PerLoop
from streams.ai.provider import MULAW_8K, Fault, Owed, ProviderError, ProviderRefused, Used, forgiven

CONNECT_SECONDS = 2.0
FIRST_SOUND_SECONDS = 3.0  # until the first byte; the model itself takes a tenth of one
NEXT_SOUND_SECONDS = 3.0  # between two pieces
PIECE = 320  # bytes of 40 ms, gathered before they are handed on
LONGEST = 5000  # characters; the least that any model of theirs takes

# What the service puts into an error's `detail.status`, where the HTTP status alone says less or something else.
FAULTS = {
    "invalid_api_key": Fault.KEY,
    "missing_permissions": Fault.KEY,
    "needs_authorization": Fault.KEY,
    "quota_exceeded": Fault.QUOTA,  # with 401 or 429
    "payment_required": Fault.QUOTA,
    "model_not_found": Fault.MODEL,
    "voice_not_found": Fault.REFUSED,
    "too_many_concurrent_requests": Fault.BUSY,
    "concurrent_limit_exceeded": Fault.BUSY,
    "system_busy": Fault.BUSY,
}


class ElevenLabsVoice:
    """Text to speech: a `Synthesizer`. `voices` are ids of the account's voices with titles, the usual one first."""

    name = "elevenlabs"
    gives = MULAW_8K

    def __init__(self, key: str, *, model: str, voices: Mapping[str, str], base_url: str = "") -> None:
        self.voices: Mapping[str, str] = dict(voices)
        self._key, self._model, self._base_url = key, model, base_url
        self._tls = httpx.create_ssl_context()  # takes 25 ms; here, where nobody waits for it
        self._clients = PerLoop(self._make, lambda pair: pair[1].aclose())

    async def speak(
        self, text: str, *, voice: str = "", language: str = "en-US", owed: Owed = forgiven
    ) -> AsyncGenerator[bytes | Used, None]:
        """As it is made; nothing for a text without a word. Each piece has a deadline of its own."""
        chosen = voice or next(iter(self.voices), "")
        if chosen not in self.voices:
            known = ", ".join(self.voices)
            raise ProviderRefused(
                f"There is no voice called {chosen}. Choose one of {known}, or add to ELEVENLABS_VOICES."
            )
        if len(text) > LONGEST:
            raise ProviderRefused(f"This text has {len(text)} characters. Shorten it to {LONGEST}.")
        if not any(mark.isalnum() for mark in text):
            return
        used = Used(engine=self.name, model=self._model, unit="characters", quantity=len(text))
        has_begun = False
        stream = self._stream(chosen, text, language)
        pieces = fetched(stream, first_seconds=FIRST_SOUND_SECONDS, next_seconds=NEXT_SOUND_SECONDS)
        try:
            with self._told():
                async with aclosing(pieces):
                    async for piece in pieces:
                        if not has_begun:
                            has_begun = True
                            yield used
                        yield piece
        except asyncio.CancelledError:
            if not has_begun:  # by what reached us; the service may have
                owed(replace(used, estimated=True))
            raise
        if not has_begun:
            raise self._error(Fault.BROKE, "no audio")

    def _stream(self, voice: str, text: str, language: str) -> AsyncIterator[bytes]:
        arguments: dict[str, Any] = {} if "multilingual" in self._model else {"language_code": language.split("-")[0]}
        client, _ = self._clients.here()
        return client.text_to_speech.stream(
            voice,
            text=text.encode("utf-8", "replace").decode(),  # half a surrogate pair cannot be sent
            model_id=self._model,
            output_format="ulaw_8000",
            request_options={"chunk_size": PIECE, "max_retries": 0},
            **arguments,
        )

    def _make(self) -> tuple[AsyncElevenLabs, httpx.AsyncClient]:
        timeout = httpx.Timeout(FIRST_SOUND_SECONDS, connect=CONNECT_SECONDS)
        http = httpx.AsyncClient(timeout=timeout, verify=self._tls)
        return AsyncElevenLabs(api_key=self._key, base_url=self._base_url or None, httpx_client=http), http

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever the package or its HTTP client raise within becomes a `ProviderError`."""
        try:
            yield
        except ApiError as error:
            status = _status(error)
            fault = FAULTS.get(status) or fault_of_status(error.status_code)
            raise self._error(fault, status or str(error.status_code)) from None  # its text repeats what was asked
        except (TimeoutError, httpx.TimeoutException):
            raise self._error(Fault.SLOW) from None
        except (httpx.HTTPError, OSError):
            raise self._error(Fault.UNREACHABLE) from None

    def _error(self, fault: Fault, code: str = "") -> ProviderError:
        return error_for(fault, who="ElevenLabs", key="ELEVENLABS_API_KEY", code=code, model=self._model)


def _status(error: ApiError) -> str:
    detail = error.body.get("detail") if isinstance(error.body, dict) else None
    status = detail.get("status") if isinstance(detail, dict) else None
    return status if isinstance(status, str) and status.isidentifier() else ""
