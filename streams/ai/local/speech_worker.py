"""The program of a speech process: answers one request after the other until its parent is gone.

Run as `python -m streams.ai.local.speech_worker DESCRIPTOR`, the descriptor being its end of a pipe. eSpeak (GPL) and
PocketSphinx (which holds the interpreter while it works) are loaded here and nowhere else. Knows neither Django nor
the program that started it, so it may be started from a server, a task worker, a test or a script.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import cache
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from streams.ai.local.espeak import Espeak, EspeakError
from streams.audio import mulaw
from streams.audio.resample import resample

PEAK = 23_000  # -3 dBFS: loud on every telephone, with room for what the line adds
AUDIBLE = 0.01  # of the peak; quieter than that at the ends is silence
LEAD_MS, TAIL_MS = 20, 100  # of silence kept at the ends, so that nothing sounds chopped

Reply = tuple[str, Any]


@cache
def _espeak() -> Espeak:
    return Espeak()


@cache
def _recogniser() -> Any:
    from streams.ai.local.sphinx import Recogniser  # a tenth of a second, not wanted for speaking only

    return Recogniser(_espeak().pronounce)


def speak(text: str, voice: str, words_a_minute: int, pitch: int, liveliness: int) -> bytes:
    """Mu-law of a text; empty when nothing in it can be said."""
    samples = _apart(_espeak().speak, text, voice, words_a_minute, pitch, liveliness)
    if not samples.any():
        return b""
    narrow = resample(samples, _espeak().rate, mulaw.RATE).astype(np.float64)
    narrow *= PEAK / np.abs(narrow).max()
    return mulaw.encode(np.rint(_trimmed(narrow)).astype(np.int16))


def hear(audio: bytes, phrases: tuple[str, ...]) -> tuple[str, float]:
    """Which of the phrases mu-law audio says, and how sure that is."""
    heard: tuple[str, float] = _recogniser().understand(audio, phrases)
    return heard


@cache
def warm() -> None:
    """Load everything, so that the first caller need not wait for it. Done once; asking again costs nothing."""
    hear(speak("yes", "en-us", 160, 50, 50), ("yes",))


def _apart(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do it in a fork of this process, which has a single thread, and give what came of it.

    eSpeak carries more than its noises over from one text to the next. In a fork it always begins anew, so that the
    same words sound the same, wherever and whenever they are rendered.
    """
    ours, theirs = Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            theirs.send(_answered(work, arguments))
        finally:
            os._exit(0)
    theirs.close()
    try:
        how, result = ours.recv()
    finally:
        ours.close()
        os.waitpid(child, 0)
    if how != "done":
        raise EspeakError(result)
    return result


def _trimmed(samples: Any) -> Any:
    audible = np.flatnonzero(np.abs(samples) > AUDIBLE * PEAK)
    first = max(0, audible[0] - LEAD_MS * mulaw.BYTES_A_MS)
    return samples[first : audible[-1] + TAIL_MS * mulaw.BYTES_A_MS]


REQUESTS: dict[str, Callable[..., Any]] = {"speak": speak, "hear": hear, "warm": warm}


def answer(name: str, arguments: tuple[Any, ...]) -> Reply:
    """("done", result), ("refused", why) when asking again is useless, or ("failed", why)."""
    return _answered(lambda: REQUESTS[name](*arguments), ())


def _answered(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Reply:
    try:
        return "done", work(*arguments)
    except EspeakError as error:
        return "refused", str(error)
    except Exception as error:  # the process must live on for the next caller
        return "failed", f"The offline speech engine failed: {type(error).__name__}."


def main(descriptor: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; its end closes the pipe
    line = Connection(descriptor)
    while True:
        try:
            name, arguments = line.recv()
            line.send(answer(name, arguments))
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
