from streams.phone.playback import PlaybackQueue


def queue(seconds=40.0):
    return PlaybackQueue(buffer_seconds=seconds)


def test_checkpoints_are_reached_when_the_audio_before_them_was_taken():
    playing = queue()
    playing.put(b"a" * 200)
    playing.mark("one")
    playing.put(b"b" * 100)
    playing.mark("two")
    assert playing.take(160) == (b"a" * 160, [])
    assert playing.take(160) == (b"a" * 40 + b"b" * 100, ["one", "two"])
    assert playing.take(160) == (b"", [])


def test_a_checkpoint_with_nothing_before_it_is_reached_at_once():
    playing = queue()
    playing.mark("now")
    assert playing.take(160) == (b"", ["now"])


def test_a_checkpoint_right_behind_a_frame_is_reached_with_it():
    playing = queue()
    playing.put(b"a" * 160)
    playing.mark("here")
    playing.put(b"b")
    assert playing.take(160) == (b"a" * 160, ["here"])


def test_clearing_drops_audio_and_checkpoints():
    playing = queue()
    playing.put(b"a" * 1600)
    playing.mark("never")
    assert playing.clear() == ["never"]
    assert (playing.seconds, playing.take(160)) == (0, (b"", []))


def test_filling_up_is_reported_at_thirty_sixty_and_ninety_percent_and_what_is_too_much_is_not_taken():
    playing = queue(10.0)
    assert playing.put(b"a" * 8000 * 2) == []
    assert playing.put(b"a" * 8000 * 5) == [30, 60]
    assert playing.put(b"a" * 8000 * 2) == [90]
    assert playing.put(b"a" * 8000 * 2) is None
    assert playing.seconds == 9
    playing.take(8000 * 8)
    assert playing.put(b"a" * 8000 * 3) == [30]
