"""PocketSphinx: understands one utterance out of a list of phrases. Imported only inside the speech process.

A grammar accepts nearly any sound as one of its phrases. Three questions turn strangers away: was a whole phrase heard,
do its words cover all that was loud, and do they fit hardly worse than a free loop over all the sounds of the language?
The figures come from `benchmarks/speech.py`.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
import pocketsphinx

from streams.ai.words import spoken_words
from streams.audio import mulaw
from streams.audio.resample import resample

RATE = 16_000  # the acoustic model knows no other
STEP = 160  # samples of the 10 ms that the decoder counts in
NOISE_FLOOR = 30.0  # standard deviation of 16-bit samples; on digital silence the model hears far worse
LOUD = 0.2  # of the loudest moment: vowels and most consonants, but no breath and no hum
COVERED = 0.95  # of the loud moments that must lie in a word of the phrase
DOUBTFUL = -0.0010  # score difference per 10 ms to the free loop, below which a stranger's words are likelier
LANGUAGE_WEIGHT = 2.0  # of the free loop: low, so that it follows the sound and not what is usual in English
MAX_GRAMMARS = 64
# A word may sound like the beginning of a longer phrase whose end was not said, and hide the phrase that was. So those
# that begin like it are left out, and it is asked again.
TRIES = 3
_FREE = "free loop"
# What people say into a phone whatever they are asked. In the grammar, so that it is not taken for a phrase like it.
ASIDES = ("hello", "thank you")

Words = tuple[str, ...]
Heard = tuple[str, float]
NOT_UNDERSTOOD: Heard = ("", 0.0)


class Recogniser:
    """One decoder, with a grammar for every list of phrases it was asked about lately."""

    def __init__(self, pronounce: Callable[[str], str]) -> None:
        """`pronounce` gives the sounds of a word that is not in the dictionary, "" when it cannot."""
        self._pronounce = pronounce
        self._decoder = pocketsphinx.Decoder(lm=None, lw=LANGUAGE_WEIGHT, loglevel="FATAL")
        self._decoder.add_allphone_file(_FREE, pocketsphinx.get_model_path("en-us/en-us-phone.lm.bin"))
        self._grammars: OrderedDict[tuple[str, ...], tuple[str, dict[Words, str]]] = OrderedDict()
        self._made = 0

    def understand(self, audio: bytes, phrases: tuple[str, ...]) -> Heard:
        """The phrase that was said, as it was given, and how sure that is from 0 to 1; ("", 0.0) for none of them.

        `audio` is mu-law.
        """
        if not audio:
            return NOT_UNDERSTOOD
        samples = _with_noise_floor(audio)
        for _ in range(TRIES):
            grammar, meant = self._grammar(phrases)
            if not meant:
                return NOT_UNDERSTOOD
            words, fit = self._decode(grammar, samples)
            if words in meant:
                return self._unless_doubtful(samples, fit, meant[words])
            begun = {phrase for phrase in phrases if spoken_words(phrase)[: len(words)] == words}
            if not begun or not words or " ".join(words) in ASIDES:
                return NOT_UNDERSTOOD
            phrases = tuple(phrase for phrase in phrases if phrase not in begun)
        return NOT_UNDERSTOOD

    def _unless_doubtful(self, samples: mulaw.Samples, fit: float, phrase: str) -> Heard:
        """This phrase, which fits so well, unless it was something else. Asked right after its decoding."""
        if self._covered(samples) < COVERED:
            return NOT_UNDERSTOOD
        _, free_fit = self._decode(_FREE, samples)
        doubt = (fit - free_fit) / max(1, len(samples) // STEP)
        return (phrase, _confidence(doubt)) if doubt >= DOUBTFUL else NOT_UNDERSTOOD

    def _decode(self, search: str, samples: mulaw.Samples) -> tuple[Words, float]:
        self._decoder.activate_search(search)
        self._decoder.start_utt()
        self._decoder.process_raw(samples.tobytes(), full_utt=True)
        self._decoder.end_utt()
        found = self._decoder.hyp()
        return (tuple(found.hypstr.split()), found.best_score) if found else ((), 0.0)

    def _covered(self, samples: mulaw.Samples) -> float:
        """The part of the loud moments that the words of the last decoding lie on."""
        loud = _loud_moments(samples)
        in_words = np.zeros(len(loud), dtype=bool)
        for segment in self._decoder.seg():
            if segment.word[0].isalpha():
                in_words[segment.start_frame : segment.end_frame + 1] = True
        return float(in_words[loud].mean()) if loud.any() else 0.0

    def _grammar(self, phrases: tuple[str, ...]) -> tuple[str, dict[Words, str]]:
        """The search for these phrases, made on first use, and the phrase that each row of words stands for."""
        if phrases in self._grammars:
            self._grammars.move_to_end(phrases)
            return self._grammars[phrases]
        meant: dict[Words, str] = {}
        for phrase in phrases:
            words = spoken_words(phrase)
            if words and all(self._knows(word) for word in words):
                meant.setdefault(words, phrase)
        self._made += 1
        name = f"grammar {self._made}"
        if meant:
            asides = (words for words in map(spoken_words, ASIDES) if words not in meant)
            self._decoder.add_jsgf_string(name, _jsgf([*meant, *asides]))
        self._grammars[phrases] = name, meant
        if len(self._grammars) > MAX_GRAMMARS:
            oldest, unused = self._grammars.popitem(last=False)[1]
            if unused:
                self._decoder.remove_search(oldest)
        return name, meant

    def _knows(self, word: str) -> bool:
        if self._decoder.lookup_word(word) is None:
            sounds = self._pronounce(word)
            if sounds:
                self._decoder.add_word(word, sounds, True)
            return bool(sounds)
        return True


def _jsgf(rows: Iterable[Words]) -> str:
    return f"#JSGF V1.0; grammar phrases; public <phrase> = {' | '.join(' '.join(words) for words in rows)};"


def _with_noise_floor(audio: bytes) -> mulaw.Samples:
    """Mu-law as the samples the decoder takes. The noise is always the same, so equal sounds are heard alike."""
    samples = resample(mulaw.decode(audio), mulaw.RATE, RATE)
    noise = np.random.default_rng(0).normal(0, NOISE_FLOOR, len(samples))
    return np.clip(samples + noise, -32768, 32767).astype("<i2")


def _loud_moments(samples: mulaw.Samples) -> npt.NDArray[np.bool_]:
    """For every 10 ms: is it loud, measured against the loudest?"""
    whole = len(samples) // STEP * STEP
    levels = np.abs(samples[:whole].astype(np.int32)).reshape(-1, STEP).mean(axis=1)
    smooth = np.convolve(levels, np.ones(3) / 3, mode="same")
    return np.greater(smooth, LOUD * smooth.max(initial=0))


def _confidence(doubt: float) -> float:
    """1 where the phrase fits as well as free sounds do, 0.5 at the limit."""
    return round(min(1.0, 1.0 - 0.5 * doubt / DOUBTFUL), 2)
