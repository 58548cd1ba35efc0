from streams.audio import mulaw
from streams.phone.line import Tick
from streams.phone.record import Timings
from streams.phone.silence import Silence

SPEECH, COMFORT_NOISE = b"\x20\xa0" * 80, b"\x7c\xfc" * 80
SECOND = 50  # frames


class Ear:
    def __init__(self):
        self.timings, self.thinks, self.frames = Timings(), False, 0
        self.silence = Silence(self.timings, lambda: self.thinks)

    def hears(self, seconds, line=b"", caller=COMFORT_NOISE, key=""):
        for _ in range(round(seconds * SECOND)):
            self.frames += 1
            self.silence.tick(Tick(self.frames / SECOND, caller, line, key, ()))
        return self

    @property
    def longest(self):
        return round(self.timings.longest_silence, 2)


def test_nothing_sent_digital_silence_and_comfort_noise_are_all_silence():
    ear = Ear().hears(1, SPEECH).hears(1).hears(1, mulaw.SILENCE * 160).hears(1, COMFORT_NOISE).hears(1, SPEECH)
    assert ear.longest == 3
    assert round(ear.timings.silence_ended_at, 2) == 4


def test_it_is_no_less_a_silence_because_the_line_said_one_moment_before():
    assert Ear().hears(2).hears(1, SPEECH).hears(4).longest == 4


def test_it_begins_when_the_caller_stops_or_presses_a_key():
    assert Ear().hears(1).hears(5, caller=SPEECH).hears(2).longest == 2
    assert Ear().hears(2).hears(0.02, key="1").hears(1).longest == 2


def test_a_caller_who_thinks_waits_for_nobody():
    ear = Ear()
    ear.thinks = True
    ear.hears(20)
    ear.thinks = False
    assert ear.hears(1).longest == 1


def test_what_the_network_sounds_like_is_not_the_lines():
    ear = Ear()
    with ear.silence.excused():
        ear.hears(20)
    assert ear.hears(1).longest == 1
