"""Telephone sound as a file, read back by the standard library and by what reads uploads."""

import io
import struct

import pytest
import soundfile

from flows import sound


@pytest.mark.parametrize("audio", [b"", b"\x55", b"\x55\xd5" * 4000, b"\x00" * 8001])
def test_a_file_holds_the_very_bytes_that_callers_get(audio):
    whole = sound.wav(audio)
    assert struct.unpack("<I", whole[4:8])[0] == len(whole) - 8
    begin = whole.index(b"data") + 8
    assert whole[begin : begin + len(audio)] == audio
    with soundfile.SoundFile(io.BytesIO(whole)) as file:
        assert (file.samplerate, file.channels, file.subtype, file.frames) == (8000, 1, "ULAW", len(audio))


def test_lengths_are_said_in_seconds():
    assert sound.seconds_in_words(33_600) == "4.2 s"
