"""What OpenAI Realtime says it used, in our units. Pure, and total: a server's figures may be missing or nonsense.

Cached tokens are a part of the input tokens; ours leave them out of `..._in`, so that each token is counted once.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from streams.ai.briefing import Json
from streams.ai.provider import Used
from streams.ai.realtime.frames import inner
from streams.ai.text_model import tokens

SOUND_TOKENS_A_SECOND = 20  # of speech that is made


def of_response(usage: Any, *, engine: str, model: str) -> list[Used]:
    """The `usage` of a response, finished or cancelled."""
    usage = inner({"usage": usage}, "usage")
    given, made = inner(usage, "input_token_details"), inner(usage, "output_token_details")
    cached = inner(given, "cached_tokens_details")
    words, sound = _count(given, "text_tokens"), _count(given, "audio_tokens")
    if not words and not sound:
        words = _count(usage, "input_tokens")
    if cached:
        cached_words, cached_sound = _count(cached, "text_tokens"), _count(cached, "audio_tokens")
    else:
        cached_words = min(words, _count(given, "cached_tokens"))
        cached_sound = _count(given, "cached_tokens") - cached_words
    cached_words, cached_sound = min(words, cached_words), min(sound, cached_sound)
    said, spoken = _count(made, "text_tokens"), _count(made, "audio_tokens")
    if not said and not spoken:
        said = _count(usage, "output_tokens")
    quantities = {
        "text_in": words - cached_words,
        "text_cached": cached_words,
        "audio_in": sound - cached_sound,
        "audio_cached": cached_sound,
        "text_out": said,
        "audio_out": spoken,
    }
    return _used(engine, model, quantities)


def of_transcription(usage: Any, *, engine: str, model: str) -> list[Used]:
    """The `usage` of an utterance that was written down: tokens, or seconds of audio, whichever the model counts in."""
    usage = inner({"usage": usage}, "usage")
    if usage.get("type") == "duration":
        return _used(engine, model, {"seconds": _count(usage, "seconds")})
    details = inner(usage, "input_token_details")
    words, sound = _count(details, "text_tokens"), _count(details, "audio_tokens")
    if not words and not sound:
        sound = _count(usage, "input_tokens")
    return _used(engine, model, {"text_in": words, "audio_in": sound, "text_out": _count(usage, "output_tokens")})


def made(letters: int, milliseconds: int) -> dict[str, float]:
    """What so much of a response comes to, about."""
    return {"text_out": tokens(letters), "audio_out": -(-milliseconds * SOUND_TOKENS_A_SECOND // 1000)}


def reckoned(quantities: Mapping[str, float], *, engine: str, model: str) -> list[Used]:
    """The use of a response, by unit, that the server never told."""
    return [replace(used, estimated=True) for used in _used(engine, model, quantities)]


def _used(engine: str, model: str, quantities: Mapping[str, float]) -> list[Used]:
    return [
        Used(engine=engine, model=model, unit=unit, quantity=quantity)
        for unit, quantity in quantities.items()
        if quantity > 0
    ]


def _count(details: Json, name: str) -> float:
    found = details.get(name)
    countable = isinstance(found, int | float) and not isinstance(found, bool) and isfinite(found) and found > 0
    return found if countable and found is not None else 0
