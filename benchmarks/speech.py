"""How well and how dearly the offline engines listen: `python -m benchmarks.speech`.

Every voice says every phrase into a quiet room on a telephone line; the frames go through the ears as a call's do. The
voices are synthetic, so people do worse. CPU is that of the process that does the work, whatever else the machine does.
"""

import asyncio
import time
from collections.abc import Iterable

import numpy as np

from streams.ai.local import speech_worker
from streams.ai.local.ears import LocalEars
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.local.voice import VOICES, LocalVoice
from streams.ai.provider import HeardUtterance, ListenOptions
from streams.audio import mulaw
from streams.audio.endpointing import Endpointing
from streams.audio.speech_detector import SpeechDetector

YES_NO = ("yes", "no")
SMALL_MENU = ("billing", "sales", "technical support", "speak to an agent", *YES_NO)
LARGE_MENU = (
    *("billing", "invoice", "my bill", "technical support", "support", "sales", "one", "two", "three"),
    *("agent", "operator", "representative", "person", "human", "real person", "attendant", "talk to someone"),
)
QUESTIONS = (
    *("opening hours", "when are you open", "opening times", "what time do you close", "return address"),
    *("where do I send it back", "return a tool", "send something back", "warranty", "how long is the warranty"),
    *("is it under warranty", "guarantee", "delivery time", "how long does delivery take", "shipping", "spare parts"),
    *("replacement part", "where do I get parts", "drill is broken", "my drill does not work", "repair"),
    *("agent", "operator", "no", "that is all", "goodbye", "yes"),
)
DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
STRANGERS = (
    *("my hammer has a wobbly handle", "the purple elephant sings tomorrow", "what time is it", "hello", "blue"),
    *("I have a question about the football", "can I change my address", "seventeen elephants", "where is my dog"),
    *("well I do not know", "the weather is nice today", "open the door", "pineapple", "tuesday morning", "window"),
    *("can you hear me", "I lost my password", "my dog ate the whole cake", "thank you", "maybe later"),
)
GRAMMARS = {
    "yes or no": YES_NO,
    "small menu": SMALL_MENU,
    "large menu": LARGE_MENU,
    "agent's questions": QUESTIONS,
    "single digits": DIGITS,
}
ROOMS = {"quiet room": 30.0, "noisy room, 20 dB below the voice": 450.0}  # standard deviation of 16-bit noise


async def main() -> None:
    speech = SpeechProcess(1)
    voice, ears = LocalVoice(speech), LocalEars(speech)
    said = {
        (name, words): await _say(voice, words, name)
        for name in VOICES
        for words in {*SMALL_MENU, *LARGE_MENU, *QUESTIONS, *DIGITS, *STRANGERS}
    }
    for room, noise in ROOMS.items():
        print(f"\n{room:34} understood   wrong   strangers taken for a phrase")
        for title, phrases in GRAMMARS.items():
            inside = [
                (words, await _hear(ears, said[name, words], phrases, noise)) for name in VOICES for words in phrases
            ]
            outside = [
                await _hear(ears, said[name, words], phrases, noise)
                for name in VOICES
                for words in STRANGERS
                if words not in phrases
            ]
            right = sum(text == words for words, text in inside)
            wrong = sum(text not in ("", words) for words, text in inside)
            taken = sum(bool(text) for text in outside)
            print(
                f"{title:34} {_share(right, len(inside))} {wrong:7} {_share(taken, len(outside)):>30}"
                f"   of {len(inside)} and {len(outside)}"
            )
    speech.close()
    _costs(list(said.values()))


def _costs(clips: list[bytes]) -> None:
    lines = [_line(clip, 30.0) for clip in clips[:60]]
    seconds = sum(map(mulaw.seconds, lines))
    frames = sum(len(line) // mulaw.FRAME for line in lines)
    speech_worker.warm()
    speech_worker.hear(lines[0], LARGE_MENU)
    for title, work, unit, count in (
        ("finding speech", lambda: [_find(line) for line in lines], "us a frame of 20 ms", frames / 1e6),
        (
            "understanding",
            lambda: [speech_worker.hear(line, LARGE_MENU) for line in lines],
            "ms an utterance",
            len(lines) / 1e3,
        ),
        (
            "speaking",
            lambda: [speech_worker.speak("billing, please", "en-us", 160, 50, 55)] * 1,
            "ms a short text",
            1e-3,
        ),
    ):
        began = time.process_time()
        work()
        used = time.process_time() - began
        share = f", {used / seconds:.3f} of the audio's time" if title != "speaking" else ""
        print(f"{title:20} {used / count:8.1f} {unit}{share}")


def _find(line: bytes) -> None:
    detector, endpointing = SpeechDetector(), Endpointing()
    for start in range(0, len(line), mulaw.FRAME):
        for frame, is_speech in detector.frames(line[start : start + mulaw.FRAME]):
            endpointing.hear(frame, is_speech)


async def _say(voice: LocalVoice, words: str, name: str) -> bytes:
    return b"".join([piece async for piece in voice.speak(words, voice=name) if isinstance(piece, bytes)])


async def _hear(ears: LocalEars, clip: bytes, phrases: Iterable[str], noise: float) -> str:
    line = _line(clip, noise)
    async with ears.listen(ListenOptions(phrases=tuple(phrases))) as listening:
        for start in range(0, len(line), mulaw.FRAME):
            listening.push(line[start : start + mulaw.FRAME])
        try:
            async with asyncio.timeout(2):
                async for heard in listening:
                    if isinstance(heard, HeardUtterance):
                        return heard.text
        except TimeoutError:
            pass
    return ""


def _line(clip: bytes, noise: float) -> bytes:
    samples = mulaw.decode(mulaw.silence(1000) + clip + mulaw.silence(1100))
    room = np.random.default_rng(7).normal(0, noise, len(samples))
    return mulaw.encode(np.clip(samples + room, -32768, 32767).astype(np.int16))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):9.1f}%"


if __name__ == "__main__":
    asyncio.run(main())
