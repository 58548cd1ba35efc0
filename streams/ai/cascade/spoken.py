"""One turn of an agent as it is heard: its sentences, how long each sounds, and where the caller cut in. Pure."""

from dataclasses import dataclass

from streams.audio.mulaw import BYTES_A_MS

MS_A_LETTER = 65  # of speech, about: for a sentence whose sound is not all there
CUT = " —"  # stands where the caller cut in
WIDE = "\u2e80"  # from here on letters are words: Chinese, Japanese


@dataclass
class Sentence:
    """`audio` is in bytes of mu-law, as far as it is made."""

    text: str
    audio: int = 0
    whole: bool = False

    @property
    def ms(self) -> int:
        """How long all of it sounds."""
        made = self.audio // BYTES_A_MS
        return made if self.whole else max(made, len(self.text) * MS_A_LETTER)


class Spoken:
    """Grows while it is made. Once it is cut it stays as it was heard."""

    def __init__(self) -> None:
        self._sentences: list[Sentence] = []
        self._heard_ms: int | None = None
        self._whole = False

    @property
    def ms(self) -> int:
        """How much sound there is so far."""
        return sum(sentence.audio for sentence in self._sentences) // BYTES_A_MS

    @property
    def was_cut(self) -> bool:
        """True when the caller heard only a part of it."""
        return self._heard_ms is not None

    @property
    def text(self) -> str:
        """What was heard; as long as nobody cut in, all that has sound."""
        if self._heard_ms is None:
            return " ".join(sentence.text for sentence in self._sentences if sentence.audio)
        return _heard(self._sentences, self._heard_ms)

    @property
    def line(self) -> str:
        """The same for whoever spoke it, with a mark where it was cut; "" when nothing was heard."""
        return f"{self.text}{CUT}" if self.was_cut and self.text else self.text

    def begin(self, text: str) -> None:
        """The next sentence; its sound follows."""
        self._sentences.append(Sentence(text))

    def add(self, audio: int) -> None:
        """So many further bytes of the latest sentence."""
        self._sentences[-1].audio += audio

    def end(self) -> None:
        """The latest sentence has all its sound."""
        self._sentences[-1].whole = True

    def finish(self) -> None:
        """No sentence follows."""
        self._whole = True

    def cut(self, heard_ms: int) -> None:
        """The caller cut in; the first time counts. A turn that was heard to its end is not cut."""
        if self.was_cut or (self._whole and heard_ms >= self.ms):
            return
        self._heard_ms = max(0, heard_ms)


def _heard(sentences: list[Sentence], heard_ms: int) -> str:
    heard, left = [], heard_ms
    for sentence in sentences:
        ms = sentence.ms
        if left < ms or not sentence.whole:
            heard.append(_beginning(sentence.text, min(left, sentence.audio // BYTES_A_MS) / max(1, ms)))
            break
        heard.append(sentence.text)
        left -= ms
    return " ".join(filter(None, heard))


def _beginning(text: str, part: float) -> str:
    """So much of a text, in whole words."""
    end = int(len(text) * part)
    begun = text[:end]
    if end >= len(text) or text[end].isspace() or any(letter >= WIDE for letter in text):
        return begun.rstrip()
    return begun[: max(begun.rfind(" "), 0)].rstrip()
