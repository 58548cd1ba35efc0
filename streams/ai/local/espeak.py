"""eSpeak NG through ctypes. Imported only inside the speech process: it is GPL-3+, and has one global voice."""

import ctypes
from typing import Any

import espeakng_loader
import numpy as np

from streams.audio.mulaw import Samples

_RETRIEVAL, _UTF8 = 1, 1  # audio handed to a callback, in one go; text is UTF-8
_RATE, _PITCH, _RANGE = 1, 3, 4  # parameters of `espeak_SetParameter`
_SEPARATED = ord("_") << 8  # phonemes parted by an underscore
_STRESS = "',%=|;"  # marks before a phoneme
_BREATH = 1  # what its noises begin with; eSpeak itself takes the time of day, and a word sounds new every second
_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

# The sounds of American English in eSpeak's letters, as the recogniser's dictionary writes them.
_ARPABET = {
    "a": "AE", "aa": "AE", "a#": "AH", "A:": "AA", "A@": "AA R", "A~": "AA N", "O~": "AO N", "aI": "AY", "aI@": "AY ER",
    "aI3": "AY ER", "aU": "AW", "aU@": "AW ER", "e": "EH", "E": "EH", "e@": "EH R", "eI": "EY", "I": "IH", "I2": "IH",
    "i": "IY", "i:": "IY", "i@": "IY AH", "i@3": "IH R", "I#": "IH", "0": "AA", "0#": "AA", "O": "AO", "O2": "AO",
    "O:": "AO", "O@": "AO R", "o@": "AO R", "OI": "OY", "oU": "OW", "U": "UH", "U@": "UH R", "u:": "UW", "u": "UW",
    "V": "AH", "@": "AH", "@2": "AH", "@5": "AH", "@L": "AH L", "3": "ER", "3:": "ER", "VR": "AH R",
    "@-": "AH", "?": "T",
    "b": "B", "d": "D", "f": "F", "g": "G", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P",
    "r": "R", "s": "S", "t": "T", "v": "V", "w": "W", "z": "Z", "D": "DH", "T": "TH", "S": "SH", "Z": "ZH", "N": "NG",
    "tS": "CH", "dZ": "JH", "x": "K", "t2": "T", "t#": "T", "n-": "AH N", "m-": "AH M", "l#": "L", "w#": "W", "r-": "R",
}  # fmt: skip


class EspeakError(Exception):
    """eSpeak refused a voice or a text."""


class Espeak:
    """The one synthesizer of this process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.rate: int = self._library.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
        if self.rate <= 0:
            raise EspeakError("eSpeak NG did not start; its voices are missing.")
        self._heard: list[bytes] = []
        self._callback = _Callback(self._take)  # kept: the library holds only its address
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, voice: str, words_a_minute: int, pitch: int, liveliness: int) -> Samples:
        """The text as samples at `rate`. `pitch` and `liveliness` (how far it rises and falls) are 0 to 100."""
        self._choose(voice)
        for parameter, wanted in ((_RATE, words_a_minute), (_PITCH, pitch), (_RANGE, liveliness)):
            self._library.espeak_SetParameter(parameter, wanted, 0)
        self._library.espeak_ng_SetRandSeed(ctypes.c_long(_BREATH))
        self._heard.clear()
        raw = _plain(text).encode() + b"\0"
        if self._library.espeak_Synth(raw, len(raw), 0, 0, 0, _UTF8, None, None):
            raise EspeakError("eSpeak NG could not speak this text.")
        return np.frombuffer(b"".join(self._heard), dtype=np.int16)

    def pronounce(self, word: str) -> str:
        """How a word sounds, in the recogniser's letters; "" when that cannot be said."""
        self._choose("en-us")
        raw = ctypes.c_char_p(word.encode())
        place = ctypes.c_void_p(ctypes.cast(raw, ctypes.c_void_p).value)
        found = self._library.espeak_TextToPhonemes(ctypes.byref(place), _UTF8, _SEPARATED) or b""
        sounds = (_ARPABET.get(sound.lstrip(_STRESS), "") for sound in found.decode().split("_"))
        return " ".join(sound for sound in sounds if sound)

    def _choose(self, voice: str) -> None:
        if self._library.espeak_SetVoiceByName(voice.encode()):
            raise EspeakError(f"eSpeak NG has no voice called {voice}.")

    def _take(self, samples: Any, count: int, _events: Any) -> int:
        if samples and count > 0:
            self._heard.append(ctypes.string_at(samples, count * 2))
        return 0


def _plain(text: str) -> str:
    """Without control characters: some are commands to eSpeak, and a zero ends the text."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
