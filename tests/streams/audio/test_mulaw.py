import warnings

import numpy as np
import pytest

from streams.audio import mulaw

ALL_CODES = bytes(range(256))
ALL_SAMPLES = np.arange(65536, dtype=np.uint16).view(np.int16)


def test_known_values_of_the_standard():
    codes = b"\xff\x7f\x80\x00\xf0\x8f"
    assert mulaw.decode(codes).tolist() == [0, 0, 32124, -32124, 120, 16764]
    assert mulaw.encode(np.array([0, 32767, -32768, 8, -8, 1000], dtype=np.int16)) == b"\xff\x80\x00\xfe\x7e\xce"


def test_every_code_comes_back_the_same():
    again = mulaw.encode(mulaw.decode(ALL_CODES))
    assert [(code, found) for code, found in zip(ALL_CODES, again, strict=True) if code != found] == [(0x7F, 0xFF)]


def test_a_sample_changes_by_no_more_than_half_its_step():
    error = np.abs(mulaw.decode(mulaw.encode(ALL_SAMPLES)).astype(int) - ALL_SAMPLES.astype(int))
    loud = np.abs(ALL_SAMPLES.astype(int))
    inside = loud <= 32635
    assert (error[inside] <= np.maximum(8, (loud[inside] + 132) / 32 + 4)).all()


def test_it_is_exactly_the_reference_encoder():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        audioop = pytest.importorskip("audioop", reason="Python 3.13 has no audioop to compare with")
    assert mulaw.decode(ALL_CODES).tobytes() == audioop.ulaw2lin(ALL_CODES, 2)
    assert mulaw.encode(ALL_SAMPLES) == audioop.lin2ulaw(ALL_SAMPLES.tobytes(), 2)


def test_loudness_is_the_mean_magnitude_and_silence_has_none():
    square = np.tile(np.array([3200, -3200], dtype=np.int16), 80)
    assert abs(mulaw.loudness(mulaw.encode(square)) - 3200) < 100
    assert mulaw.loudness(mulaw.silence(20)) == mulaw.loudness(b"") == 0
    assert mulaw.loudness(b"\x00" * 160) == 8160


def test_lengths():
    assert len(mulaw.silence(20)) == mulaw.FRAME
    assert mulaw.seconds(mulaw.silence(1500)) == 1.5
    assert len(mulaw.decode(b"")) == 0
    assert mulaw.encode(mulaw.decode(b"")) == b""
