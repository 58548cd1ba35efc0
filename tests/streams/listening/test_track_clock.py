import random

import pytest

from streams.listening import track_clock
from streams.listening.track_clock import TrackClock

FRAME = 0.02


def sent(track, began, *, frames, late=lambda frame: 0.0, missing=()):
    """Frames as a carrier sends them; gives when each was spoken, by its place in the audio."""
    spoken, place, now = [], 0.0, 0.0
    for frame in range(frames):
        if any(first <= frame < last for first, last in missing):
            continue
        at = began + frame * FRAME
        now = max(now, at + FRAME + late(frame))  # frames never overtake one another
        track.came(now, FRAME)
        spoken.append((place, at))
        place += FRAME
    return spoken


def worst(track, spoken):
    return max(abs(track.at(place) - at) for place, at in spoken)


def test_the_first_frame_began_when_it_came_less_its_own_length():
    track = TrackClock()
    sent(track, 7.0, frames=100)
    assert track.at(0.0) == pytest.approx(7.0)
    assert track.at(1.5) == pytest.approx(8.5)


def test_before_any_frame_a_place_is_all_there_is():
    assert TrackClock().at(1.5) == 1.5


def test_jitter_moves_nothing_for_the_earliest_frames_count():
    chance = random.Random(1)
    track = TrackClock()
    spoken = sent(track, 3.0, frames=3000, late=lambda frame: chance.random() * 0.06)
    assert worst(track, spoken) < 0.03


def test_a_stall_that_is_made_up_for_is_no_gap():
    track = TrackClock()
    spoken = sent(track, 0.0, frames=1000, late=lambda frame: max(0.0, 0.8 - (frame - 300) * FRAME) * (frame >= 300))
    assert worst(track, spoken) < 0.03


def test_frames_that_never_come_are_a_gap():
    track = TrackClock()
    spoken = sent(track, 0.0, frames=2000, missing=[(400, 460), (1200, 1201), (1500, 1700)])
    assert worst(track, spoken) < 0.05


def test_a_gap_counts_at_once_even_before_it_is_known_for_sure():
    track = TrackClock()
    spoken = sent(track, 0.0, frames=520, missing=[(400, 500)])
    assert worst(track, spoken) < 0.05


def test_the_times_of_two_tracks_with_gaps_and_jitter_stay_together():
    chance = random.Random(2)
    tracks, spoken = (TrackClock(), TrackClock()), []
    for number, track in enumerate(tracks):
        missing = sorted((first, first + chance.randint(5, 200)) for first in range(500 + 70 * number, 14_500, 900))
        spoken.append(sent(track, 0.4 * number, frames=15_000, late=lambda _: chance.random() * 0.05, missing=missing))
    at = [
        {round(spoken_at, 2): track.at(place) for place, spoken_at in found}
        for track, found in zip(tracks, spoken, strict=True)
    ]
    both = at[0].keys() & at[1].keys()
    assert len(both) > 10_000
    assert max(abs(at[0][moment] - at[1][moment]) for moment in both) < 0.1


def test_only_so_much_is_remembered(monkeypatch):
    monkeypatch.setattr(track_clock, "MOST_STRETCHES", 3)
    track = TrackClock()
    spoken = sent(track, 0.0, frames=2000, missing=[(first, first + 10) for first in range(100, 2000, 100)])
    assert worst(track, spoken[-100:]) < 0.05
    assert abs(track.at(0.0)) > 1.0
