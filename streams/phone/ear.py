"""What the caller hears, in words: played audio is compared with the prompts whose audio is known. Pure.

The phone cannot understand speech. A site's prompts are rendered beforehand, so the bytes that are played *are* the
text; whatever is not among them is "speech of so many seconds". Silence before and after a prompt does not count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from streams.audio import mulaw

QUIET = b"\xff\x7f"  # the two codes of digital silence
PAUSE_SECONDS = 2.0  # a queue that stays empty for so long was not only late; a busy machine is late by a second


@dataclass(frozen=True)
class Heard:
    """Something played to the caller. `text` is None for speech that is no known prompt; `whole`: to its end."""

    text: str | None
    seconds: float
    whole: bool = True


class Ear:
    """Listens to one stream. Feed it every frame, also the empty ones."""

    def __init__(self, prompts: Mapping[str, bytes], *, pause_seconds: float = PAUSE_SECONDS) -> None:
        stripped = ((audio.strip(QUIET), text) for text, audio in prompts.items())
        self._prompts = [(audio, text) for audio, text in stripped if audio]
        self._pause_bytes = pause_seconds * mulaw.RATE
        self._idle_bytes = 0
        self._begin()

    def hear(self, audio: bytes, frame_bytes: int = mulaw.FRAME) -> list[Heard]:
        """One frame's worth of time, and the audio that was played in it."""
        self._idle_bytes = 0 if audio else self._idle_bytes + frame_bytes
        if self._idle_bytes >= self._pause_bytes:
            return self.end()
        return list(self._add(audio))

    def end(self, *, goes_on: bool = False) -> list[Heard]:
        """Nothing more belongs to what was being said: a checkpoint was reached, or the queue cleared or empty.

        `goes_on`: the end of the last frame may be the beginning of what comes next.
        """
        if goes_on and not self._complete and len(self._run) < mulaw.FRAME:
            return []
        heard = []
        run, fitting, complete = bytes(self._run), self._fitting, self._complete
        self._begin()
        if complete:
            heard = [Heard(complete[1], mulaw.seconds(complete[0]))]
            rest = run[len(complete[0]) :].strip(QUIET)
            heard += [*self._add(rest), *self.end(goes_on=goes_on)] if rest else []
        elif run.strip(QUIET):
            heard = [Heard(fitting[0][1] if fitting else None, mulaw.seconds(run), whole=not fitting)]
        return heard

    def _begin(self) -> None:
        """Whatever comes is the beginning of something new."""
        self._run = bytearray()
        self._fitting = self._prompts
        self._complete: tuple[bytes, str] | None = None
        self._idle_bytes = 0

    def _add(self, audio: bytes) -> Iterable[Heard]:
        while audio:
            known = len(self._run)
            self._run += audio if known else audio.lstrip(QUIET)
            audio = b""
            if not self._run:
                return
            self._fitting = [prompt for prompt in self._fitting if self._fits(prompt[0], known)]
            ended = [prompt for prompt in self._fitting if len(prompt[0]) <= len(self._run)]
            self._complete = max([*ended, *([self._complete] if self._complete else [])], key=_length, default=None)
            longer = [prompt for prompt in self._fitting if len(prompt[0]) > len(self._run)]
            if self._complete and not longer:
                yield Heard(self._complete[1], mulaw.seconds(self._complete[0]))
                audio = bytes(self._run[len(self._complete[0]) :])
                self._begin()

    def _fits(self, prompt: bytes, known: int) -> bool:
        """Whether the run agrees with the prompt as far as both go, given that it does up to `known`."""
        upto = min(len(prompt), len(self._run))
        return self._run[known:upto] == prompt[known:upto]


def _length(prompt: tuple[bytes, str]) -> int:
    return len(prompt[0])
