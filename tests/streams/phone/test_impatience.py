from streams.phone.impatience import Impatience
from streams.phone.line import Tick
from streams.phone.record import Timings


def watch(*frames):
    """Each frame: (line speaks, key, caller speaks, checkpoint)."""
    timings = Timings()
    impatience = Impatience(timings, began=10.0, answered_at=9.5)
    for at, (line, key, speaking, mark) in enumerate(frames):
        tick = Tick(10.0 + at * 0.02, b"", b"\x01" * 160 if line else b"", key, (mark,) if mark else ())
        impatience.tick(tick, speaking=speaking)
    return timings


QUIET, LINE = (False, "", False, ""), (True, "", False, "")
KEY, TALK, END = (False, "1", False, ""), (False, "", True, ""), (True, "", False, "end")


def test_the_wait_for_the_first_sound_counts():
    timings = watch(*[QUIET] * 50, LINE)
    assert round(timings.longest_wait, 2) == 1.0
    assert round(timings.first_sound, 2) == 1.5


def test_so_does_the_wait_after_a_key_and_after_speech_but_not_silence_that_is_the_caller_s():
    assert round(watch(LINE, END, *[QUIET] * 200, KEY, *[QUIET] * 9, LINE).longest_wait, 2) == 0.2
    assert round(watch(LINE, END, *[TALK] * 200, *[QUIET] * 10, LINE).longest_wait, 2) == 0.2


def test_silence_in_the_middle_of_what_is_said_is_a_gap_but_after_a_checkpoint_it_is_not():
    assert round(watch(LINE, *[QUIET] * 5, LINE).longest_gap, 2) == 0.1
    assert watch(LINE, END, *[QUIET] * 5, LINE).longest_gap == 0
