from streams.phone.record import Track


def test_frames_stay_together_wherever_they_begin():
    for answered in range(200):
        track = Track()
        for frame in range(200):
            at = (answered + frame) * 0.02 - answered * 0.02
            track.put(at, b"" if frame < 100 else b"\x01" * 160)
        assert bytes(track.audio) == b"\xff" * 16000 + b"\x01" * 16000
