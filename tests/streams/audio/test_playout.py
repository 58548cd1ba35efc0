from hypothesis import given
from hypothesis import strategies as st

from streams.audio.playout import BYTES_PER_SECOND, CHUNK_BYTES, LEAD_SECONDS, Playout


def test_what_is_due_at_once_is_the_lead_and_not_the_whole_prompt():
    playout = Playout()
    playout.push(b"a" * BYTES_PER_SECOND * 5)
    sent = playout.take(now=0.0)
    assert sum(map(len, sent)) <= (LEAD_SECONDS + 0.2) * BYTES_PER_SECOND
    assert all(len(piece) <= CHUNK_BYTES for piece in sent)


def test_a_checkpoint_follows_the_audio_before_it():
    playout = Playout()
    playout.push(b"a" * 800)
    playout.push_mark("one")
    playout.push(b"b" * 800)
    playout.push_mark("two")
    assert playout.take(now=0.0) == [b"a" * 800, "one", b"b" * 800, "two"]
    assert playout.next_in(now=0.0) is None


def test_nothing_is_left_after_clear():
    playout = Playout()
    playout.push(b"a" * 80_000)
    playout.take(now=0.0)
    playout.clear()
    assert playout.take(now=0.1) == []
    assert playout.ends_at(now=3.0) == 3.0


@given(
    st.lists(st.one_of(st.binary(min_size=1, max_size=20_000), st.text(min_size=1, max_size=3)), max_size=12),
    st.floats(min_value=0.005, max_value=0.5),
)
def test_all_audio_leaves_in_order_and_never_further_ahead_than_the_lead(things, pause):
    playout, now, sent, played_to = Playout(), 0.0, [], 0.0
    for thing in things:
        playout.push(thing) if isinstance(thing, bytes) else playout.push_mark(thing)
    while True:
        for piece in playout.take(now):
            sent.append(piece)
            if isinstance(piece, bytes):
                played_to = max(played_to, now) + len(piece) / BYTES_PER_SECOND
        assert played_to - now <= LEAD_SECONDS + CHUNK_BYTES / BYTES_PER_SECOND + 1e-6
        if playout.next_in(now) is None:
            break
        now += pause
    wanted_audio = b"".join(thing for thing in things if isinstance(thing, bytes))
    assert b"".join(piece for piece in sent if isinstance(piece, bytes)) == wanted_audio
    assert [p for p in sent if isinstance(p, str)] == [t for t in things if isinstance(t, str)]
