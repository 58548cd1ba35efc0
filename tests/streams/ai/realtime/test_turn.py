"""One turn of the agent, and what is left of it when the caller cuts in."""

from hypothesis import given
from hypothesis import strategies as st

from streams.ai.realtime.turn import Asked, Turn

PIECES = st.lists(st.tuples(st.integers(0, 5000), st.lists(st.sampled_from(["a", "bb", "c"]), max_size=6)), max_size=4)


def turn(pieces, heard_ms=None):
    made = Turn("r")
    for place, (ms, words) in enumerate(pieces):
        made.piece(f"i{place}").words = " ".join(words)
        made.add_sound(f"i{place}", 0, ms * 8)
    made.heard_ms = heard_ms
    return made


@given(PIECES, st.integers(0, 30_000))
def test_what_is_told_to_the_server_is_just_what_was_not_heard(pieces, heard_ms):
    told = {event["item_id"]: event for event in turn(pieces, heard_ms).corrections(8)}
    before = 0
    for place, (ms, _) in enumerate(pieces):
        heard = max(0, min(ms, heard_ms - before))
        before += ms
        event = told.get(f"i{place}")
        if heard == ms:
            assert event is None
        elif heard:
            assert (event["type"], event["audio_end_ms"]) == ("conversation.item.truncate", heard)
        else:
            assert event["type"] == "conversation.item.delete"


@given(PIECES, st.integers(0, 30_000))
def test_the_words_that_were_heard_are_the_first_ones(pieces, heard_ms):
    whole, part = turn(pieces).words(8).split(), turn(pieces, heard_ms).words(8).split()
    if all(ms for ms, _ in pieces):
        assert part == whole[: len(part)]
    if heard_ms == 0:
        assert part == []
    if heard_ms >= sum(ms for ms, _ in pieces) and all(ms for ms, _ in pieces):
        assert part == whole


def test_a_call_is_put_together_from_what_each_event_tells():
    made = Turn("r")
    made.ask(Asked("c1", "look_up"))
    made.ask(Asked("c1", "", '{"x": 1}'))
    made.ask(Asked("c2", "wait_for_caller", "{}"))
    assert list(made.asked.values()) == [Asked("c1", "look_up", '{"x": 1}'), Asked("c2", "wait_for_caller", "{}")]
