import pytest

from streams.audio import mulaw
from streams.phone.formats import Format, format_of

EVERY = bytes(range(256))


@pytest.mark.parametrize("rate", [8000, 16000, 24000])
@pytest.mark.parametrize("order", ["little", "big"])
def test_l16_goes_there_and_back(rate, order):
    l16 = Format("audio/x-l16", rate, order)
    there = l16.from_mulaw(EVERY)
    assert len(there) == 256 * 2 * rate // 8000
    assert list(mulaw.decode(l16.to_mulaw(there))) == list(mulaw.decode(EVERY))


def test_the_byte_order_is_a_switch():
    assert Format("audio/x-l16", 8000, "big").from_mulaw(b"\x00") == Format("audio/x-l16").from_mulaw(b"\x00")[::-1]


def test_an_odd_byte_is_left_out():
    assert Format("audio/x-l16").to_mulaw(b"\x00\x00\x01") == b"\xff"


def test_content_types_are_read_as_the_carrier_spells_them():
    assert format_of("audio/x-mulaw;rate=8000") == Format()
    assert format_of("audio/x-l16; rate=16000", "big") == Format("audio/x-l16", 16000, "big")
    for unknown in ("audio/x-mulaw", "audio/x-mulaw;rate=16000", "audio/x-l16;rate=44100", "", "raw"):
        assert format_of(unknown) is None
