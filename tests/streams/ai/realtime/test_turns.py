"""A conversation over OpenAI Realtime, event by event."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.engine.commands import AFTER_A_MOMENT, NEVER, KnownAnswer
from streams.ai.briefing import GOODBYE_FIRST
from streams.ai.provider import (
    AgentAudio,
    AgentBrief,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Fault,
    HeardPause,
    HeardSpeech,
    ProviderError,
    ProviderTimedOut,
    Spoke,
    ToolCalled,
    Used,
)
from streams.ai.realtime import frames
from streams.ai.realtime.calls import CUT_IN
from streams.ai.realtime.events import MEANINGS, OF_NO_INTEREST, receive
from streams.ai.realtime.floor import GOODBYE, SPEAKS_WITHIN
from streams.ai.realtime.frames import RealtimeOptions
from streams.ai.realtime.owed import ASK_AGAIN, GO_ON
from streams.ai.realtime.sayings import WORDS_WITHIN
from streams.ai.realtime.session import OPENS_WITHIN
from streams.ai.realtime.turns import ENDS_WITHIN, SessionOver
from tests.streams.ai.realtime.server import BRIEF, WHAT, Wire

END = "end_conversation"
PERSON = '{"outcome": "person"}'


@pytest.fixture
def wire():
    """A conversation whose greeting was said."""
    wire = Wire()
    wire.begin()
    wire.speaks("r0")
    wire.said()
    return wire


def kinds(events):
    return [event["type"] for event in events]


def creates(events):
    return [event for event in events if event["type"] == "response.create"]


# --- how it begins ----------------------------------------------------------------------------------------------------


def test_nothing_is_created_before_the_session_is_as_we_want_it():
    wire = Wire()
    wire.turns.open(wire.now)
    assert wire.sent() == []
    wire.gets("session.created", session={})
    assert kinds(wire.sent()) == ["session.update"]
    assert not wire.turns.ready
    wire.gets("session.updated", session={})
    assert wire.turns.ready
    [create] = wire.sent()
    assert create["type"] == "response.create"
    assert '"Good day."' in create["response"]["instructions"]
    assert create["response"]["tool_choice"] == "none"


def test_a_session_that_is_not_set_up_in_time_is_given_up():
    wire = Wire()
    wire.turns.open(wire.now)
    wire.later(OPENS_WITHIN - 0.1)
    with pytest.raises(ProviderTimedOut):
        wire.later(0.2)


def test_a_refused_setting_is_told_with_its_code():
    wire = Wire()
    wire.turns.open(wire.now)
    wire.gets("session.created", session={})
    [update] = wire.sent()
    with pytest.raises(ProviderError, match="unknown_parameter") as caught:
        wire.error("unknown_parameter", update["event_id"])
    assert caught.value.fault is Fault.REFUSED


@pytest.mark.parametrize(("last", "answers"), [("caller", True), ("agent", False)])
def test_with_a_history_it_answers_the_caller_or_waits(last, answers):
    history = (Spoke(who="agent", text="Hello."), Spoke(who=last, text="More."))
    sent = Wire(AgentBrief(greeting="Not this.", history=history)).begin()
    assert [event["item"]["content"][0]["text"] for event in sent if "item" in event] == ["Hello.", "More."]
    assert sent[0]["item"]["content"][0]["type"] == "output_text"
    assert len(creates(sent)) == answers
    assert "Not this." not in json.dumps(sent)


def test_an_own_greeting_is_left_to_the_model_with_all_it_knows():
    brief = AgentBrief(knowledge=(KnownAnswer(question="hours", answer="Nine to five."),))
    [create] = Wire(brief).begin()
    assert "Nine to five." in create["response"]["instructions"]
    assert "Greet the caller" in create["response"]["instructions"]


# --- a turn -----------------------------------------------------------------------------------------------------------


def test_a_turn_is_sound_then_use_then_words(wire):
    wire.created()
    wire.sounds(100, words="We are ")
    wire.sounds(100, words="open.")
    wire.done(usage={"output_token_details": {"audio_tokens": 4}})
    given = list(wire.turns.sayings)
    assert [type(saying) for saying in given] == [AgentAudio, AgentAudio, Used, AgentSaid]
    assert given[0].audio == b"\x55" * 800
    assert given[-1].text == "We are open."


def test_several_pieces_of_speech_are_one_turn_and_may_end_late(wire):
    wire.created()
    wire.sounds(100, item="a", words="One moment.")
    wire.sounds(100, item="b", words="We are open.")
    wire.gets("response.output_audio_transcript.done", response_id="r1", item_id="a", transcript="One moment!")
    wire.done()
    assert wire.said() == [AgentSaid(text="One moment! We are open.")]


def test_the_callers_words_come_before_the_answer_to_them(wire):
    wire.caller("u1")
    wire.speaks("r1", "We are open.")
    assert wire.said() == [HeardSpeech(), HeardPause(pause_ms=500)]
    wire.written("u1", " Are you open? ")
    assert wire.said() == [CallerSaid(text="Are you open?"), AgentSaid(text="We are open.")]


def test_but_they_are_not_waited_for_long(wire):
    wire.caller("u1")
    wire.speaks("r1", "We are open.")
    wire.later(WORDS_WITHIN + 0.01)
    assert wire.said()[-1] == AgentSaid(text="We are open.")
    wire.written("u1", "Are you open?")
    assert wire.said() == [CallerSaid(text="Are you open?")]


def test_and_never_by_sound(wire):
    wire.caller("u1")
    wire.speaks("r1", "We are open.")
    wire.created("r2")
    wire.sounds(20, "r2", "i2")
    assert [type(saying) for saying in wire.turns.sayings][-2:] == [AgentSaid, AgentAudio]


def test_words_are_matched_by_item_and_counted_once(wire):
    wire.caller("u1")
    wire.caller("u2", "Second.")
    wire.written("u1", "First.", usage={"type": "duration", "seconds": 2})
    wire.written("u1", "First.", usage={"type": "duration", "seconds": 2})
    said = [saying for saying in wire.said() if isinstance(saying, CallerSaid | Used)]
    seconds = Used(engine="openai_realtime", model="gpt-transcribe-x", unit="seconds", quantity=2)
    # what it cost comes first: a caller who hung up is listened to only until their words are there
    assert said == [CallerSaid(text="Second."), seconds, CallerSaid(text="First.")]


def test_what_cannot_be_written_down_was_not_understood(wire):
    wire.caller("u1")
    kind = "conversation.item.input_audio_transcription.failed"
    wire.gets(kind, item_id="u1", content_index=0, error={"code": "audio_unintelligible"})
    assert wire.said()[-1] == CallerSaid(text="")


def test_use_is_counted_once_and_for_cancelled_turns_too(wire):
    usage = {"output_token_details": {"audio_tokens": 3}}
    wire.created()
    wire.done(status="cancelled", usage=usage)
    wire.done(status="cancelled", usage=usage)
    assert [saying.quantity for saying in wire.said() if isinstance(saying, Used)] == [3]


# --- cutting in -------------------------------------------------------------------------------------------------------


def test_cutting_in_leaves_what_was_heard_and_tells_the_server(wire):
    wire.created()
    wire.sounds(1000, words="one two three four five six seven eight nine ten")
    wire.said()
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.interrupt(500)
    assert wire.said() == [HeardSpeech(), AgentSaid(text="one two three four five")]
    [truncate] = wire.sent()
    assert (truncate["type"], truncate["item_id"]) == ("conversation.item.truncate", "i1")
    assert (truncate["content_index"], truncate["audio_end_ms"]) == (0, 500)
    wire.sounds(200, words=" eleven")
    wire.done(status="cancelled")
    assert list(wire.turns.sayings) == []


@pytest.mark.parametrize(
    ("heard_ms", "told"),
    [
        (0, [("delete", "a", None), ("delete", "b", None)]),
        (-5, [("delete", "a", None), ("delete", "b", None)]),
        (200, [("truncate", "a", 200), ("delete", "b", None)]),
        (400, [("delete", "b", None)]),
        (700, [("truncate", "b", 300)]),
        (1000, []),
        (10**9, []),
    ],
)
def test_milliseconds_are_counted_over_all_pieces_and_never_beyond(wire, heard_ms, told):
    wire.created()
    wire.sounds(400, item="a", words="One moment.")
    wire.sounds(600, item="b", words="We are open.")
    wire.done()
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.interrupt(heard_ms)
    found = [(event["type"].split(".")[-1], event["item_id"], event.get("audio_end_ms")) for event in wire.sent()]
    assert found == told


def test_a_turn_that_was_made_whole_keeps_its_one_said(wire):
    wire.speaks("r1", "We are open all day.", ms=1000)
    assert wire.said() == [AgentSaid(text="We are open all day.")]
    wire.interrupt(400)
    assert wire.said() == []
    wire.speaks("r2", "Yes?")
    assert wire.said() == [AgentSaid(text="Yes?")]


def test_words_that_are_not_given_out_yet_are_only_those_that_were_heard(wire):
    wire.caller("u1")
    wire.speaks("r1", "We are open all day", ms=1000)
    wire.interrupt(400)
    wire.written("u1", "Open?")
    assert wire.said()[-2:] == [CallerSaid(text="Open?"), AgentSaid(text="We are")]


def test_cutting_in_twice_or_before_anything_was_said_is_nothing():
    wire = Wire()
    wire.interrupt(100)
    wire.begin()
    wire.interrupt(100)
    assert wire.sent() == []
    wire.speaks("r1", ms=1000)
    wire.interrupt(100)
    wire.sent()
    wire.interrupt(50)
    assert wire.sent() == []


def test_we_cancel_only_what_the_server_does_not_cancel_by_itself(wire):
    wire.created()
    wire.sounds(1000)
    wire.interrupt(100)  # a key was pressed
    assert kinds(wire.sent()) == ["response.cancel", "conversation.item.truncate"]
    wire.error("response_cancel_not_active")
    wire.done(status="cancelled")
    wire.created("r2")
    wire.sounds(1000, "r2", "i2")
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.interrupt(100)
    assert kinds(wire.sent()) == ["conversation.item.truncate"]


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        ((300, 0), [("truncate", "a", 300), ("delete", "b", None)]),
        ((0, 0), [("delete", "a", None), ("delete", "b", None)]),
        ((700,), [("truncate", "b", 700)]),  # the first was heard whole
        ((50, 300, 0), [("truncate", "item-r0", 50), ("truncate", "a", 300), ("delete", "b", None)]),
        ((9, 400, 400, 0), [("delete", "b", None)]),  # the earliest is a greeting of the line's own
    ],
)
def test_of_two_turns_that_wait_to_be_heard_the_server_learns_what_was_not_heard_of_each(wire, heard, told):
    wire.speaks("r1", "Let me look that up.", ms=400, item="a")
    wire.speaks("r2", "one two three four five six seven eight nine ten", ms=1000, item="b")
    wire.interrupt(*heard)
    found = [(event["type"].split(".")[-1], event["item_id"], event.get("audio_end_ms")) for event in wire.sent()]
    assert found == told


def test_a_later_session_is_told_only_what_was_heard_of_each_turn(wire):
    wire.speaks("r1", "one two three four", ms=400, item="a")
    wire.speaks("r2", "and more of it", ms=1000, item="b")
    wire.interrupt(200, 0)
    wire.turns.lost(wire.now)
    told = [part["text"] for event in wire.begin() for part in event.get("item", {}).get("content", ())]
    assert told == ["Good day.", "one two"]


def test_pcm_has_six_times_the_bytes_a_millisecond():
    wire = Wire(options=RealtimeOptions(model="x", audio="pcm"))
    wire.begin()
    wire.created()
    wire.sounds(600)  # of mu-law: 100 ms of PCM
    wire.interrupt(60)
    assert wire.sent()[-1]["audio_end_ms"] == 60


# --- one response at a time -------------------------------------------------------------------------------------------


def test_a_result_is_given_at_once_and_answered_when_nothing_runs(wire):
    wire.created()
    wire.sounds(100, words="I will look.")
    wire.calls("look_up", WHAT)
    wire.done()
    tool = ToolCalled(call_id="c1", name="look_up", arguments={"what": "opening hours"})
    assert wire.said() == [AgentSaid(text="I will look."), tool]
    wire.created("r2")
    wire.answer("c1", "From nine to five.")
    [result] = wire.sent()
    assert result["item"] == {"type": "function_call_output", "call_id": "c1", "output": "From nine to five."}
    wire.sounds(20, "r2", "i2")
    wire.done("r2")
    assert kinds(wire.sent()) == ["response.create"]


def test_several_results_get_one_response(wire):
    wire.created()
    wire.calls("look_up", WHAT, "c1")
    wire.calls("look_up", WHAT, "c2")
    wire.done()
    wire.answer("c2", "Two.")
    assert creates(wire.sent()) == []
    wire.answer("c1", "One.")
    wire.answer("c1", "Again.")
    wire.answer("never", "asked")
    assert len(creates(wire.sent())) == 1


def test_calls_are_read_from_the_end_of_a_response_when_nothing_else_told_them(wire):
    wire.created()
    wire.done(output=[{"type": "function_call", "call_id": "c1", "name": "look_up", "arguments": WHAT}])
    assert isinstance(wire.said()[-1], ToolCalled)


def test_a_response_that_ran_already_is_waited_for(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    wire.answer("c1", "Nine.")
    create = wire.sent()[-1]
    wire.created("r2")  # the server's own, which began before the result was there
    wire.gets("conversation.item.added", item={"type": "function_call_output", "call_id": "c1"})
    wire.error("conversation_already_has_active_response", create["event_id"])
    assert wire.sent() == []
    wire.sounds(20, "r2", "i2")
    wire.done("r2")
    assert kinds(wire.sent()) == ["response.create"]


def test_but_not_answered_twice_when_it_knew_the_result(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    wire.answer("c1", "Nine.")
    create = wire.sent()[-1]
    wire.gets("conversation.item.added", item={"type": "function_call_output", "call_id": "c1"})
    wire.created("r2")
    wire.error("conversation_already_has_active_response", create["event_id"])
    wire.sounds(20, "r2", "i2")
    wire.done("r2")
    assert wire.sent() == []


def test_nothing_is_asked_for_while_the_caller_speaks_or_the_server_answers(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.answer("c1", "Nine.")
    wire.gets("conversation.item.added", item={"type": "function_call_output", "call_id": "c1"})
    wire.gets("input_audio_buffer.speech_stopped", item_id="u1")
    assert creates(wire.sent()) == []
    wire.speaks("r2")
    assert wire.sent() == []  # the server's own answer knew the result


def test_an_error_without_a_known_response_blocks_until_one_is_done(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    wire.answer("c1", "Nine.")
    wire.error("conversation_already_has_active_response", wire.sent()[-1]["event_id"])
    assert wire.sent() == []
    wire.done("unknown")
    assert kinds(wire.sent()) == ["response.create"]


# --- how it ends ------------------------------------------------------------------------------------------------------


def test_an_end_after_words_ends_when_the_response_is_done(wire):
    wire.created()
    wire.sounds(100, words="Goodbye.")
    wire.calls(END, PERSON)
    assert wire.said() == []
    wire.done()
    assert wire.said() == [AgentSaid(text="Goodbye."), AgentEnded(outcome="person")]
    assert wire.turns.ended
    assert wire.sent() == []


def test_an_end_without_words_says_goodbye_first(wire):
    wire.created()
    wire.calls(END, PERSON)
    wire.done()
    result, create = wire.sent()
    assert result["item"]["output"] == GOODBYE_FIRST
    assert create["response"] == GOODBYE
    assert wire.said() == []
    wire.speaks("r2", "Goodbye.")
    assert wire.said() == [AgentSaid(text="Goodbye."), AgentEnded(outcome="person")]


@pytest.mark.parametrize(
    "happens",
    [
        lambda wire: wire.later(ENDS_WITHIN + 1),
        lambda wire: wire.error("insufficient_quota"),
        lambda wire: (wire.created("r2"), wire.done("r2", status="failed")),
        lambda wire: (wire.created("r2"), wire.done("r2", status="cancelled")),
        lambda wire: wire.error("server_error", wire.sent()[-1]["event_id"]),
        lambda wire: wire.turns.lost(wire.now),
    ],
)
def test_whatever_becomes_of_the_goodbye_the_end_comes(wire, happens):
    wire.created()
    wire.calls(END, PERSON)
    wire.done()
    happens(wire)
    assert wire.said() == [AgentEnded(outcome="person")]


def test_a_goodbye_that_takes_too_long_ends_with_what_was_said(wire):
    wire.created()
    wire.calls(END, PERSON)
    wire.done()
    for _ in range(5):
        wire.later(2)
        wire.sounds(100, "r2", "i2", words="Bye ")
    assert wire.said() == [AgentSaid(text="Bye Bye Bye"), AgentEnded(outcome="person")]


def test_an_end_that_the_caller_cut_off_is_none(wire):
    wire.created()
    wire.sounds(1000, words="Goodbye then.")
    wire.calls(END, PERSON)
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.interrupt(300)
    wire.done()
    assert not wire.turns.is_ending
    assert wire.sent()[-1]["item"]["output"] == CUT_IN


def test_an_end_waits_for_the_callers_last_words(wire):
    wire.caller("u1")
    wire.created()
    wire.sounds(100, words="Goodbye.")
    wire.calls(END, PERSON)
    wire.done()
    wire.said()
    wire.written("u1", "Thanks, bye.")
    assert wire.said() == [CallerSaid(text="Thanks, bye."), AgentSaid(text="Goodbye."), AgentEnded(outcome="person")]


def test_waiting_is_answered_and_nothing_follows(wire):
    wire.created()
    wire.calls("wait_for_caller", "{}")
    wire.done()
    assert kinds(wire.sent()) == ["conversation.item.create"]
    assert wire.said() == [AgentSaid(text="")]
    wire.later(60)


def test_a_wrong_call_is_told_why_and_may_be_tried_again_twice(wire):
    for turn in ("r1", "r2"):
        wire.created(turn)
        wire.calls(END, '{"outcome": "lottery"}', call_id=f"c-{turn}", response=turn)
        wire.done(turn)
        result, create = wire.sent()
        assert "Choose one of: person, could-not-help" in result["item"]["output"]
        assert create["type"] == "response.create"
    wire.created("r3")
    wire.calls("win", "{}", call_id="c3", response="r3")
    with pytest.raises(ProviderError):
        wire.done("r3")


# --- what goes wrong --------------------------------------------------------------------------------------------------


def test_a_failed_response_is_asked_for_once_more_as_it_was():
    wire = Wire()
    [first] = wire.begin()
    wire.created()
    wire.done(status="failed", status_details={"error": {"code": "server_error"}})
    [again] = wire.sent()
    assert again["response"] == first["response"]
    assert wire.said() == []
    wire.created("r2")
    with pytest.raises(ProviderError) as caught:
        wire.done("r2", status="failed", status_details={"error": {"code": "server_error"}})
    assert caught.value.retryable


def test_after_a_good_turn_another_failure_may_be_mended(wire):
    for turn in ("r1", "r3"):
        wire.created(turn)
        wire.done(turn, status="failed")
        wire.speaks(f"{turn}-again")
    assert len(creates(wire.sent())) == 2


def test_a_response_that_ends_without_a_sound_counts_as_failed(wire):
    wire.created()
    wire.done()
    assert len(creates(wire.sent())) == 1


def test_a_response_that_failed_in_mid_sentence_is_begun_anew(wire):
    wire.created()
    wire.sounds(300, words="We are")
    wire.done(status="failed")
    assert wire.said() == [AgentSaid(text="We are")]
    [create] = wire.sent()
    assert GO_ON in create["response"]["instructions"]


def test_a_failure_that_cannot_be_mended_is_told_at_once(wire):
    wire.created()
    with pytest.raises(ProviderError) as caught:
        wire.done(status="failed", status_details={"error": {"code": "insufficient_quota"}})
    assert caught.value.fault is Fault.QUOTA


def test_an_incomplete_turn_ends_with_what_was_said(wire):
    wire.created()
    wire.sounds(300, words="We are")
    wire.done(status="incomplete", status_details={"reason": "max_output_tokens"})
    assert wire.said() == [AgentSaid(text="We are")]
    assert wire.sent() == []


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("invalid_api_key", Fault.KEY),
        ("model_not_found", Fault.MODEL),
        ("insufficient_quota", Fault.QUOTA),
        ("rate_limit_exceeded", Fault.BUSY),
        ("beta_api_shape_disabled", Fault.REFUSED),
    ],
)
def test_fatal_errors_are_told_with_their_fault(wire, code, fault):
    with pytest.raises(ProviderError) as caught:
        wire.error(code)
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    "code",
    [
        "response_cancel_not_active",
        "input_audio_buffer_commit_empty",
        "invalid_value",
        "unsupported_content_type",
        "item_truncate_invalid_item_id",
        "item_delete_invalid_item_id",
        "invalid_tool_call_id",
        "nobody_knows",
        None,
    ],
)
def test_other_errors_are_counted_and_the_conversation_goes_on(wire, code):
    wire.error(code, "correction-9")
    assert sum(wire.turns.oddities.values()) == 1
    wire.caller("u1", "Hello?")
    wire.speaks("r1", "Yes.")
    assert wire.said()[-1] == AgentSaid(text="Yes.")


def test_oddities_are_logged_once_of_each_kind_and_never_with_what_they_hold(wire, caplog):
    caplog.set_level("INFO")
    for _ in range(3):
        wire.gets("session.weather", secret="my card is 4111")
        receive(wire.turns, frames.read(b"{broken my card is 4111"), wire.now)
    assert wire.turns.oddities["event session.weather"] == 3
    assert len(caplog.records) == 2
    assert "4111" not in caplog.text


def test_no_sound_of_a_due_answer_means_the_line_is_dead(wire):
    wire.caller("u1", "Hello?")
    wire.created()
    wire.later(SPEAKS_WITHIN - 0.1)
    with pytest.raises(ProviderTimedOut):
        wire.later(0.2)


def test_no_greeting_means_it_too():
    wire = Wire()
    wire.begin()
    with pytest.raises(ProviderTimedOut):
        wire.later(SPEAKS_WITHIN + 0.1)


def test_a_caller_who_goes_on_speaking_is_not_answered_yet(wire):
    wire.caller("u1", "Hello, I")
    wire.gets("input_audio_buffer.speech_started", item_id="u2")
    wire.later(60)


def test_silence_after_a_cut_means_that_the_session_is_dead_not_the_engine(wire):
    wire.speaks("r1", ms=1000)
    wire.gets("input_audio_buffer.speech_started", item_id="u1")
    wire.interrupt(500)
    wire.gets("input_audio_buffer.speech_stopped", item_id="u1")
    with pytest.raises(SessionOver):
        wire.later(SPEAKS_WITHIN + 0.1)


# --- one session after another ----------------------------------------------------------------------------------------


def texts(events):
    return [event["item"]["content"][0]["text"] for event in events if event.get("item", {}).get("type") == "message"]


def again(wire):
    wire.turns.lost(wire.now)
    return wire.begin()


def test_a_new_session_is_told_what_was_said_as_it_was_heard(wire):
    wire.caller("u1", "Are you open?")
    wire.speaks("r1", "We are open all day", ms=1000)
    wire.interrupt(400)
    sent = again(wire)
    assert texts(sent) == ["Good day.", "Are you open?", "We are"]
    assert creates(sent) == []


def test_an_unanswered_caller_is_answered_in_the_new_session(wire):
    wire.caller("u1", "Are you open?")
    [create] = creates(again(wire))
    assert "response" not in create


def test_a_caller_whose_words_were_lost_is_asked_again(wire):
    wire.caller("u1")
    wire.said()
    [create] = creates(again(wire))
    assert ASK_AGAIN in create["response"]["instructions"]
    assert wire.said() == [CallerSaid(text="")]


def test_a_greeting_that_nobody_heard_is_made_again():
    wire = Wire()
    [first] = wire.begin()
    [second] = again(wire)
    assert second["response"] == first["response"]
    wire.created()
    [third] = again(wire)
    assert third["response"] == first["response"]


def test_a_turn_that_broke_off_ends_with_what_came_and_is_repeated(wire):
    wire.created()
    wire.sounds(300, words="We are")
    sent = again(wire)
    said = wire.said()
    assert all(used.estimated for used in said[:-1])
    assert said[-1] == AgentSaid(text="We are")
    assert GO_ON in creates(sent)[0]["response"]["instructions"]


def test_a_result_that_comes_between_two_sessions_is_told_to_the_second(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    wire.turns.lost(wire.now)
    wire.answer("c1", "Nine to five.")
    sent = wire.begin()
    items = [event["item"] for event in sent if "item" in event]
    assert [item["type"] for item in items[-2:]] == ["function_call", "function_call_output"]
    assert len(creates(sent)) == 1


def test_a_result_that_comes_in_the_second_session_is_answered_there(wire):
    wire.created()
    wire.calls("look_up", WHAT)
    wire.done()
    assert creates(again(wire)) == []
    wire.answer("c1", "Nine to five.")
    assert kinds(wire.sent()) == ["conversation.item.create", "response.create"]


def test_what_an_old_session_said_is_cut_without_a_word_to_the_new_one(wire):
    wire.speaks("r1", "We are open all day", ms=1000)
    again(wire)
    wire.interrupt(400)
    assert wire.sent() == []
    assert texts(again(wire)) == ["Good day.", "We are"]


def test_an_expired_session_is_over_and_the_conversation_is_not(wire):
    with pytest.raises(SessionOver):
        wire.error("session_expired")


def test_an_old_session_is_replaced_in_a_quiet_moment(wire):
    wire.caller("u1", "Hello?")
    wire.created()
    for _ in range(1600):
        wire.later(2)
        wire.sounds(20)
    wire.done()
    with pytest.raises(SessionOver) as over:
        wire.later(0)
    assert over.value.planned


# --- hostile servers --------------------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["id", "item", "type", "call_id", "usage", "output", "error", "code", "status", "input_token_details", "x"]
    ), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip
FIELDS = st.dictionaries(
    st.sampled_from(["response", "response_id", "item", "item_id", "delta", "transcript", "usage", "error", "call_id"]),
    JSON | st.sampled_from(["r1", "i1"]),
)


@given(st.lists(st.tuples(st.sampled_from([*MEANINGS, *OF_NO_INTEREST, "x"]), FIELDS), max_size=12))
def test_whatever_a_server_sends_nothing_but_our_own_errors_is_raised(events):
    wire = Wire()
    wire.begin()
    for kind, fields in events:
        try:
            receive(wire.turns, frames.read(json.dumps({**fields, "type": kind})), wire.now)
            wire.turns.interrupt(10)
        except (ProviderError, SessionOver):
            wire.turns.lost(wire.now)
            wire.begin()


@given(st.binary(max_size=40) | st.text(max_size=40))
def test_whatever_a_frame_holds_it_is_read_or_it_is_none(frame):
    read = frames.read(frame)
    assert read is None or isinstance(read["type"], str)


# --- a server that does not stop when the caller speaks ---------------------------------------------------------------


@pytest.fixture(params=[AFTER_A_MOMENT, NEVER])
def guarded(request):
    """A conversation in which the line says when the agent is cut short; the greeting was said."""
    wire = Wire(replace(BRIEF, interruption=request.param))
    wire.begin()
    wire.speaks("r0")
    wire.said()
    return wire


def test_words_during_a_response_that_went_on_are_answered_after_it(guarded):
    guarded.caller("u1", "when")
    guarded.created("r1")
    guarded.sounds(400, "r1", "i1", "At nine.")
    guarded.caller("u2", "and on sundays")
    assert guarded.sent() == []
    guarded.error("conversation_already_has_active_response")  # the server's own attempt, of which we know nothing
    assert guarded.sent() == []
    guarded.sounds(400, "r1", "i1", " Or later.")
    guarded.done("r1")
    assert AgentSaid(text="At nine. Or later.") in guarded.said()
    assert [create.get("response") for create in creates(guarded.sent())] == [None]
    guarded.speaks("r2", "Never on Sundays.")
    assert AgentSaid(text="Never on Sundays.") in guarded.said()
    guarded.later(60)


def test_a_server_that_answers_those_words_by_itself_is_not_asked_again(guarded):
    guarded.caller("u1", "when")
    guarded.created("r1")
    guarded.caller("u2", "and on sundays")
    guarded.sounds(400)
    guarded.gets("input_audio_buffer.speech_started", audio_start_ms=0, item_id="u3")
    guarded.done("r1")
    guarded.gets("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id="u3")
    guarded.speaks("r2", "Never on Sundays.")
    assert creates(guarded.sent()) == []
    guarded.later(60)


def test_a_response_that_runs_when_the_line_is_silenced_is_stopped_from_our_side(guarded):
    guarded.caller("u1", "when")
    guarded.created("r1")
    guarded.sounds(3000, "r1", "i1", "one two three four five six")
    guarded.gets("input_audio_buffer.speech_started", audio_start_ms=0, item_id="u2")
    guarded.interrupt(2000)
    assert kinds(guarded.sent()) == ["response.cancel", "conversation.item.truncate"]
    guarded.done("r1", "cancelled")
    guarded.gets("input_audio_buffer.speech_stopped", audio_end_ms=0, item_id="u2")
    guarded.speaks("r2", "Never on Sundays.")
    assert creates(guarded.sent()) == []


def test_an_answer_to_words_after_which_nothing_runs_is_left_to_the_server(guarded):
    guarded.caller("u1", "when")
    assert guarded.sent() == []
    guarded.speaks("r1", "At nine.")
    assert guarded.sent() == []
