from streams.desk import hearing


def test_an_ear_hears_its_call_alone_until_it_is_taken_away():
    heard = []
    detach = hearing.attach(7, lambda track, audio: heard.append((track, audio)))
    hearing.heard(7, hearing.INBOUND, b"a")
    hearing.heard(8, hearing.INBOUND, b"b")
    detach()
    detach()
    hearing.heard(7, hearing.OUTBOUND, b"c")
    assert heard == [("inbound", b"a")]
    assert hearing.EARS == {}


def test_an_ear_that_fails_is_let_go_and_the_others_go_on():
    heard = []

    def broken(track, audio):
        raise ValueError("no ear")

    first, second = hearing.attach(7, broken), hearing.attach(7, lambda *sound: heard.append(sound))
    hearing.heard(7, hearing.INBOUND, b"a")
    hearing.heard(7, hearing.INBOUND, b"b")
    assert len(heard) == 2
    first()
    second()
    assert hearing.EARS == {}
