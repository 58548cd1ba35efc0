"""Prompts as audio: rendered when a flow is published, found by what they say, played from memory.

Sync: it reads and writes the database. A prompt that is missing is rendered when it is asked for, so a changed voice or
a lost row mends itself.
"""

import asyncio
import hashlib
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import aclosing

from flows.engine import recording
from flows.engine.answers import known_answers
from flows.engine.machine import Flow
from flows.engine.spoken_answers import texts_of_step
from flows.engine.translating import texts_in
from flows.engine.usual_texts import usual
from flows.models import PromptAudio, PromptRecording
from flows.seams import Rendered
from streams import engines
from streams.ai.provider import MULAW_8K, ProviderError, ProviderRefused, ProviderTimedOut, Synthesizer, Used

FORMAT = 1  # raise it when the same words shall be rendered anew
MEMORY_BYTES = 64_000_000  # more than two hours of prompts
RENDER_WITHIN = 30.0  # seconds for one prompt at publishing, where nobody waits on the line
MEND_WITHIN = 1.5  # seconds for all that is missing when a call begins: its caller waits in silence
RETRY_AFTER = 1.0  # seconds before a voice that was busy or away is asked a second time

log = logging.getLogger(__name__)


def render(texts: Iterable[str], *, voice: str = "", language: str = "en-US") -> Iterator[Rendered]:
    """Make what is missing of these texts, one after the other; each is stored before it is yielded.

    `voice` is as in `engines.voice_of`. A failure that may pass is retried once. Raises `ProviderError`; the text after
    the last one yielded is then the one that failed. Not to be used on an event loop's thread.
    """
    synthesizer, name = _reader(voice)
    wanted = _by_digest(synthesizer.name, name, language, texts)
    stored = set(PromptAudio.objects.filter(digest__in=wanted).values_list("digest", flat=True))
    with asyncio.Runner() as loop:  # one for all: the engines keep their connections as long as it lasts
        for key, text in wanted.items():
            if key in stored:
                yield Rendered(text, is_new=False)
                continue
            try:
                made = loop.run(_read(synthesizer, text, name, language, RENDER_WITHIN))
            except ProviderError as error:
                if not error.retryable:
                    raise
                log.warning("A prompt could not be rendered (%s); one more try.", error.fault)
                loop.run(asyncio.sleep(RETRY_AFTER))
                made = loop.run(_read(synthesizer, text, name, language, RENDER_WITHIN))
            used = _store(synthesizer.name, name, language, key, text, *made)
            yield Rendered(text, used=tuple(used))


def digests(texts: Iterable[str], *, voice: str = "", language: str = "en-US") -> dict[str, str]:
    """What each text's sound is found by, made or not; also when the voice itself cannot be had now."""
    engine, name = _names(voice)
    return {text: key for key, text in _by_digest(engine, name, language, texts).items()}


def rendered(texts: Iterable[str], *, voice: str = "", language: str = "en-US") -> Mapping[str, bytes]:
    """Mu-law by text, of those that were rendered before; nothing is rendered for it."""
    wanted = digests(texts, voice=voice, language=language)
    found = _memory.get(wanted.values())
    stored = _stored(key for key in wanted.values() if key not in found) if len(found) < len(wanted) else {}
    _memory.put(stored)
    found |= stored
    return {text: found[key] for text, key in wanted.items() if key in found}


def library(flow: Flow, more: Iterable[str] = ()) -> Mapping[str, bytes]:
    """Mu-law by text, for every prompt of a version and `more` texts: two queries at most, none when all are in memory.

    Recordings that the version was published with come before the voice. A prompt that cannot be had soon is left out
    and logged; never an exception for a voice that fails.
    """
    known = known_answers(flow.steps.values())
    texts = [*recording.texts(flow), *(text for step in flow.steps.values() for text in texts_of_step(step, known))]
    return _sounds(flow, texts, more, {"voice": flow.voice, "language": flow.language})


def further(flow: Flow, more: Iterable[str] = ()) -> Mapping[str, Mapping[str, bytes]]:
    """The same for each further language of the flow, by its code. What is not known in it stands in `library`."""
    known, house = known_answers(flow.steps.values()), list(more)
    return {
        each.code: _sounds(
            flow,
            [*recording.texts(flow, each.code), *texts_in(flow, each.code, known)],
            [said for text in house if (said := usual(text, each.code))],
            {"voice": each.voice, "language": each.code},
        )
        for each in flow.languages
    }


def _sounds(flow: Flow, texts: list[str], more: Iterable[str], how: Mapping[str, str]) -> Mapping[str, bytes]:
    recorded: dict[str, str] = dict(flow.resources.get("recording", {}))
    rendered = digests([*(text for text in texts if text not in recorded), *more], **how)
    wanted = {**rendered, **{text: recorded[text] for text in texts if text in recorded}}
    found = _memory.get(wanted.values())
    missing = {text: key for text, key in wanted.items() if key not in found}
    if missing:
        found |= _stored(missing.values())
        found |= _mend({key: text for text, key in missing.items() if key not in found}, **how)
        _memory.put(found)
    return {text: found[key] for text, key in wanted.items() if key in found}


def forget() -> None:
    """Empty the memory of this process."""
    _memory.clear()


def digest(engine: str, voice: str, language: str, text: str) -> str:
    """What a rendered prompt is found by."""
    whole = json.dumps([FORMAT, engine, voice, language, text], ensure_ascii=False)
    return hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()


def _reader(voice: str) -> tuple[Synthesizer, str]:
    """Who reads prompts in this voice, and under which name. Raises `ProviderRefused`."""
    synthesizer, name = engines.voice_of(voice)
    if synthesizer.gives != MULAW_8K:
        raise ProviderRefused(f"The voice engine {synthesizer.name} does not give telephone audio. Choose another one.")
    return synthesizer, name


def _names(voice: str) -> tuple[str, str]:
    """The engine and the name of a voice. One that lost its key keeps both: what it rendered is still played."""
    try:
        synthesizer, name = engines.voice_of(voice)
    except ProviderRefused:
        engine, _, name = voice.rpartition(":")
        return engine, name
    return synthesizer.name, name


def _by_digest(engine: str, voice: str, language: str, texts: Iterable[str]) -> dict[str, str]:
    return {digest(engine, voice, language, text): text for text in texts if text.strip()}


def _stored(keys: Iterable[str]) -> dict[str, bytes]:
    """What the database has of these: rendered prompts, and recordings, also those that were withdrawn since."""
    wanted = list(keys)
    rendered = PromptAudio.objects.filter(digest__in=wanted).values_list("digest", "audio")
    recorded = PromptRecording.objects.filter(digest__in=wanted).values_list("digest", "audio").order_by()
    return {key: bytes(audio) for rows in (rendered, recorded) for key, audio in rows}


def _mend(lost: Mapping[str, str], *, voice: str, language: str) -> dict[str, bytes]:
    """Render what should be there and is not, as far as a waiting caller's patience goes; the rest is read live.

    A lost recording is read by the voice: the same words are better than none.
    """
    made: dict[str, bytes] = {}
    if not lost:
        return made
    deadline = time.monotonic() + MEND_WITHIN
    try:
        synthesizer, name = _reader(voice)
        with asyncio.Runner() as loop:
            for key, text in lost.items():
                left = deadline - time.monotonic()
                audio, used = loop.run(_read(synthesizer, text, name, language, left))
                made[key] = audio
                own = digest(synthesizer.name, name, language, text)
                _store(synthesizer.name, name, language, own, text, audio, used)
    except ProviderError as error:
        log.warning(
            "%s prompts of a flow could not be rendered and will be read live: %s", len(lost) - len(made), error
        )
    return made | _stored(key for key in lost if key not in made)  # another process may have mended them meanwhile


def _store(
    engine: str, voice: str, language: str, key: str, text: str, audio: bytes, used: list[Used]
) -> list[dict[str, object]]:
    rows = [{"engine": u.engine, "model": u.model, "unit": u.unit, "quantity": u.quantity} for u in used]
    row = PromptAudio(digest=key, engine=engine, voice=voice, language=language, text=text, audio=audio, used=rows)
    PromptAudio.objects.bulk_create(
        [row], ignore_conflicts=True
    )  # somebody else may have made the same words meanwhile
    return rows


async def _read(
    synthesizer: Synthesizer, text: str, voice: str, language: str, within: float
) -> tuple[bytes, list[Used]]:
    audio, used = bytearray(), []
    try:
        async with asyncio.timeout(max(within, 0)):
            async with aclosing(synthesizer.speak(text, voice=voice, language=language)) as pieces:
                async for piece in pieces:
                    if isinstance(piece, bytes):
                        audio += piece
                    else:
                        used.append(piece)
    except TimeoutError as error:
        raise ProviderTimedOut(f"The voice did not finish a prompt within {within:.0f} s.") from error
    return bytes(audio), used


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
