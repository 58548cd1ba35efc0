import io
import wave

import numpy as np

from streams.audio import mulaw
from streams.phone import sound


def test_the_caller_is_left_and_the_line_is_right():
    left, right = sound.tone(0.5, 400), sound.silence(1.0)
    with wave.open(io.BytesIO(sound.stereo_wav(left, right))) as opened:
        assert (opened.getnchannels(), opened.getframerate(), opened.getnframes()) == (2, 8000, 8000)
        samples = np.frombuffer(opened.readframes(8000), dtype="<i2").reshape(-1, 2)
    assert abs(samples[:4000, 0]).max() > 2000
    assert not samples[4000:, 0].any()
    assert not samples[:, 1].any()


def test_ringing_lasts_as_long_as_asked():
    for seconds in (0.0, 1.0, 7.5):
        assert mulaw.seconds(sound.ringing(seconds)) == seconds


def test_what_is_no_wav_is_none():
    assert sound.from_wav(b"ID3....") is None
    assert sound.from_wav(b"") is None
