"""Bytes from a thread of their own."""

import threading

import pytest

from streams.exports.sending import by_way_of_a_file, in_a_thread


async def test_pieces_come_in_order_and_are_made_off_the_loop():
    threads = set()

    def begin():
        for n in range(3):
            threads.add(threading.current_thread().name)
            yield str(n).encode()

    assert [piece async for piece in in_a_thread(begin)] == [b"0", b"1", b"2"]
    assert threading.current_thread().name not in threads
    assert len(threads) == 1


async def test_when_the_reader_goes_away_the_rest_is_not_made():
    closed, made = threading.Event(), []

    def begin():
        try:
            for n in range(1000):
                made.append(n)
                yield b"x"
        finally:
            closed.set()

    pieces = in_a_thread(begin)
    await anext(pieces)
    await pieces.aclose()
    assert closed.wait(5)
    assert len(made) == 1


async def test_what_fails_in_the_thread_is_told_here():
    def begin():
        yield b"x"
        raise ValueError("no")

    with pytest.raises(ValueError):
        [piece async for piece in in_a_thread(begin)]


def test_a_file_on_the_way_is_gone_afterwards(tmp_path):
    seen = []

    def write(path):
        seen.append(path)
        path.write_bytes(b"abc")

    assert b"".join(by_way_of_a_file(write, "x")) == b"abc"
    assert not seen[0].exists()
