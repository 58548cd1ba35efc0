"""What comes after a transfer, a recording, or a stream: pure, with flows of every kind it can meet."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.events import CallAnswered, PromptFinished
from flows.engine.machine import advance
from flows.engine.step import State
from streams.continuation import MAX_IN_A_ROW, Dialable, Told, Walk, proceed
from tests.builders import flow_of

NUMBERS = {"desk": "+14155550123", "night": "+14155550124"}
BYE = ("hang_up", {"text": ""})


def transfer(key, **exits):
    settings = {"destination": key, "announcement": "", "ring_seconds": 20}
    return ("transfer", settings, {name.replace("_", "-"): to for name, to in exits.items()})


def walk_of(flow, pending, **changed):
    """A call that stands at the flow's first step, a minute after its answer."""
    state, _ = advance(flow, State(), CallAnswered(began=1.0))
    return Walk(flow=flow, state=state, pending=pending, at=60.0, continues=0, dialable=dialable, **changed)


def dialable(key):
    return Dialable(number=NUMBERS.get(key, ""))


def asked(key="desk"):
    return {"do": "transfer", "destination": key, "ring_seconds": 20}


def kinds(upcoming):
    return [entry.kind for entry in upcoming.entries]


DESK = flow_of(
    desk=transfer("desk", completed="bye", busy="night", no_answer="sorry", failed="mail"),
    night=transfer("night", busy="bye", no_answer="bye", failed="bye"),
    sorry=("say", "Nobody is there.", "bye"),
    mail=("voicemail", {"prompt": "After the tone."}, {"recorded": "bye", "nothing-recorded": "desk"}),
    bye=BYE,
)


def test_a_transfer_that_was_asked_for_is_dialled():
    upcoming = proceed(walk_of(DESK, asked()), Told())
    assert upcoming.page == {"page": "dial", "number": "+14155550123", "ring_seconds": 20}
    assert upcoming.pending == {**asked(), "given": True}
    assert upcoming.entries == ()


def test_from_a_busy_line_to_the_next_without_a_stream():
    walk = walk_of(DESK, {**asked(), "given": True})
    upcoming = proceed(walk, Told(dial_status="busy", dial_seconds=0))
    assert upcoming.page["number"] == "+14155550124"
    assert upcoming.state.step == "night"
    assert upcoming.pending == {**asked("night"), "given": True}
    assert kinds(upcoming) == ["transfer_finished", "left", "entered", "transfer"]
    assert [entry.step for entry in upcoming.entries] == ["desk", "desk", "night", "night"]
    assert {entry.at for entry in upcoming.entries} == {60.0}
    assert upcoming.entries[1].data == {"outcome": "busy", "goes_to": "night"}


@pytest.mark.parametrize(
    ("status", "result"),
    [("no-answer", "no-answer"), ("timeout", "no-answer"), ("cancel", "no-answer"), ("failed", "failed")]
    + [("", "failed"), ("something-new", "failed")],
)  # fmt: skip
def test_what_must_be_heard_gets_a_stream_and_leaves_the_state_alone(status, result):
    walk = walk_of(DESK, {**asked(), "given": True})
    upcoming = proceed(walk, Told(dial_status=status))
    assert upcoming.page == {"page": "stream"}
    assert upcoming.state is walk.state
    assert upcoming.pending == {"resume_with": {"event": "transfer", "result": result, "seconds": 0}}
    assert upcoming.entries == ()  # the session writes them, when the caller hears them


def by_desk(**more):
    return {**asked(), "by": "desk", **more}


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "nonsense"])
def test_who_was_sent_to_a_person_by_the_desk_in_vain_goes_on_where_they_were(status):
    upcoming = proceed(walk_of(DESK, by_desk(given=True)), Told(dial_status=status))
    assert upcoming.page == {"page": "stream"}
    assert upcoming.pending == {"resume_with": {"event": "resumed"}}
    assert upcoming.state.step == "desk"
    assert kinds(upcoming) == ["transfer_finished"]


def test_who_spoke_with_the_person_whom_the_desk_chose_is_thanked():
    walk = walk_of(DESK, by_desk(given=True))
    walk = replace(walk, state=replace(walk.state, language="es-MX"))
    upcoming = proceed(walk, Told(dial_status="completed", dial_seconds=30))
    assert upcoming.page == {"page": "farewell", "text": "Gracias por llamar. Adiós.", "language": "es"}
    assert kinds(upcoming) == ["transfer_finished", "hangup"]
    assert proceed(replace(walk, state=upcoming.state, pending=upcoming.pending), Told()).page == {"page": "hangup"}


def test_a_person_of_the_desks_who_cannot_be_dialled_leaves_the_caller_where_they_were():
    upcoming = proceed(walk_of(DESK, by_desk(destination="gone")), Told())
    assert (upcoming.page, upcoming.state.step) == ({"page": "stream"}, "desk")
    assert kinds(upcoming) == ["transfer_refused", "transfer_finished"]


def test_a_call_that_the_desk_ends_between_streams_is_told_so():
    upcoming = proceed(walk_of(DESK, {"do": "farewell", "reason": "why"}), Told())
    assert upcoming.page["text"].startswith("We have to end this call now.")
    assert (upcoming.pending, kinds(upcoming)) == ({"do": "hangup", "reason": "why"}, ["hangup"])


def test_a_conversation_that_ended_ends_the_call():
    upcoming = proceed(walk_of(DESK, {**asked(), "given": True}), Told(dial_status="completed", dial_seconds=90))
    assert upcoming.page == {"page": "hangup"}
    assert upcoming.entries[0].data == {"result": "completed", "seconds": 90}
    assert kinds(upcoming)[-1] == "hangup"


def test_a_destination_that_is_gone_has_failed():
    upcoming = proceed(walk_of(DESK, asked("gone")), Told())
    assert upcoming.pending["resume_with"]["result"] == "failed"
    assert [(line.kind, line.data) for line in upcoming.entries] == [
        ("transfer_refused", {"destination": "gone", "why": "It is gone."})
    ]


def test_each_destination_that_is_not_dialled_is_told_where_it_was_tried():
    walk = replace(walk_of(DESK, asked()), dialable=lambda key: Dialable(why_not=f"No {key}."))
    upcoming = proceed(replace(walk, pending={**asked(), "given": True}), Told(dial_status="busy"))
    refused = [line for line in upcoming.entries if line.kind == "transfer_refused"]
    assert [(line.step, line.data["why"]) for line in refused] == [("night", "No night.")]
    assert upcoming.page == {"page": "hangup"}


def test_destinations_that_are_all_gone_end_in_an_apology():
    circle = flow_of(
        one=transfer("gone", busy="one", no_answer="one", failed="two"),
        two=transfer("gone", busy="one", no_answer="one", failed="one"),
    )
    upcoming = proceed(walk_of(circle, asked("gone")), Told())
    assert upcoming.page == {"page": "apology"}
    assert kinds(upcoming).count("transfer_finished") <= MAX_IN_A_ROW


def test_a_message_is_recorded_within_limits():
    upcoming = proceed(walk_of(DESK, {"do": "record", "max_seconds": 99_999, "finish_key": "*"}), Told())
    assert upcoming.page == {"page": "record", "max_seconds": 3600, "finish_key": "*"}


@pytest.mark.parametrize(("seconds", "page"), [(12, "hangup"), (0, "dial")])
def test_after_a_recording_the_flow_goes_on(seconds, page):
    walk = walk_of(DESK, {"do": "record", "max_seconds": 60, "finish_key": "#", "given": True})
    at_mail, _ = advance(DESK, replace(walk.state, step="mail"), PromptFinished(turn=walk.state.turn))
    upcoming = proceed(replace(walk, state=at_mail), Told(recorded_seconds=seconds))
    assert upcoming.page["page"] == page
    assert upcoming.entries[0].kind == "recording_finished"
    assert upcoming.entries[0].data == {"seconds": seconds}


def test_a_hang_up_is_given_as_often_as_it_is_asked_for():
    for pending in ({"do": "hangup", "reason": "done"}, {"do": "hangup", "reason": "done", "given": True}):
        assert proceed(walk_of(DESK, pending), Told()).page == {"page": "hangup"}


def test_a_flow_that_ended_is_not_taken_up():
    walk = walk_of(DESK, {})
    upcoming = proceed(replace(walk, state=replace(walk.state, step=None)), Told())
    assert (upcoming.page, upcoming.dropped) == ({"page": "hangup"}, False)


def test_a_stream_that_dropped_is_taken_up_twice():
    for continues in (0, 1):
        upcoming = proceed(replace(walk_of(DESK, {}), continues=continues), Told())
        assert upcoming.page == {"page": "stream"}
        assert upcoming.dropped
        assert upcoming.pending == {"resume_with": {"event": "resumed"}}
        assert kinds(upcoming) == ["stream_dropped"]
    given_up = proceed(replace(walk_of(DESK, {}), continues=2), Told())
    assert given_up.page == {"page": "apology"}
    assert kinds(given_up) == ["stream_dropped", "apology"]


def test_a_stream_that_never_began_begins_with_the_same_event():
    pending = {"resume_with": {"event": "recording", "seconds": 12}}
    upcoming = proceed(walk_of(DESK, pending), Told())
    assert (upcoming.pending, upcoming.dropped) == (pending, True)


@pytest.mark.parametrize("pending", [{}, asked(), {"resume_with": {"event": "resumed"}}, {"do": "hangup"}])
def test_a_caller_who_is_gone_gets_nothing_more(pending):
    walk = walk_of(DESK, pending)
    upcoming = proceed(walk, Told(caller_gone=True))
    assert upcoming.page == {"page": "hangup"}
    assert (upcoming.state, upcoming.pending, upcoming.entries) == (walk.state, walk.pending, ())


def test_a_caller_who_hung_up_after_the_transfer_was_still_put_through():
    walk = walk_of(DESK, {**asked(), "given": True})
    upcoming = proceed(walk, Told(caller_gone=True, dial_status="completed", dial_seconds=30))
    assert kinds(upcoming) == ["transfer_finished", "left", "caller_hung_up"]
    assert upcoming.state.step is None
    assert upcoming.pending == {}


words = st.text(max_size=8) | st.sampled_from(["transfer", "record", "hangup", "desk", "busy", "completed", "resumed"])
odd = words | st.integers() | st.booleans() | st.none() | st.dictionaries(words, words, max_size=2)
names = st.sampled_from(
    ["do", "destination", "ring_seconds", "max_seconds", "finish_key", "given", "resume_with", "reason"]
)


@given(
    pending=st.dictionaries(names, odd, max_size=6),
    gone=st.booleans(),
    status=words,
    seconds=st.integers(min_value=0, max_value=10**6),
    continues=st.integers(min_value=0, max_value=5),
)
def test_there_is_always_a_page(pending, gone, status, seconds, continues):
    told = Told(caller_gone=gone, dial_status=status, dial_seconds=seconds, recorded_seconds=seconds)
    upcoming = proceed(replace(walk_of(DESK, pending), continues=continues), told)
    assert upcoming.page["page"] in {"stream", "dial", "record", "hangup", "apology"}


def test_a_transfer_that_listens_is_kept_as_one():
    busy = ("transfer", {"destination": "night", "announcement": "", "listens": True}, "bye")
    flow = flow_of(desk=transfer("desk", busy="night", no_answer="bye", failed="bye"), night=busy, bye=BYE)
    upcoming = proceed(walk_of(flow, {**asked(), "given": True}), Told(dial_status="busy"))
    assert upcoming.pending == {**asked("night"), "ring_seconds": 25, "listens": True, "given": True}
