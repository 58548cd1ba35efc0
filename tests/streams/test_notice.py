from dataclasses import replace

import pytest

from flows.engine.languages import Language
from flows.engine.recording import NOT_RECORDED, NOTICE, OBJECTING, Recording
from streams.audio import mulaw
from streams.notice import HEARD, REFUSED, UNPROVEN
from tests.streams.recorded import Carrier, laid, recording_flow, sound

LONG_ENOUGH = 8.0  # seconds for the notice and its pause


def test_the_notice_comes_before_the_first_step_and_the_log_tells_when_it_was_heard():
    call = Carrier().start()
    assert "entered" not in call.kinds()
    call.runs(LONG_ENOUGH)
    kinds = call.kinds()
    assert call.of("prompt_started")[0]["texts"] == [NOTICE, OBJECTING]
    assert kinds.index("prompt_heard") < kinds.index(HEARD) < kinds.index("answered") < kinds.index("entered")


def test_nothing_is_recorded_before_the_carrier_said_that_the_notice_was_played():
    call = Carrier().start()
    call.talks += sound(99, 20.0)
    while HEARD not in call.kinds():
        assert call.session.notice.recorder is None
        call.runs(0.02)
    heard_at = call.clock.time() - call.answered
    call.runs(3.0)
    call.drop()
    assert abs(min(piece.place for piece in call.pieces) / mulaw.RATE - heard_at) < 0.03
    assert heard_at > 2.0


def test_a_notice_that_the_carrier_never_confirms_leaves_no_byte():
    call = Carrier(deaf=True).start()
    call.talks += sound(1, 30)
    call.runs(25.0)
    call.drop()
    assert (call.pieces, call.of(UNPROVEN)) == (
        [], [{"why": "the carrier did not confirm that it was played"}]
    )  # fmt: skip
    assert "entered" in call.kinds()  # the call goes on all the same


def test_a_notice_that_is_cut_by_hanging_up_leaves_no_byte():
    call = Carrier().start()
    call.runs(1.0)
    call.drop()
    assert call.pieces == []
    assert not {HEARD, REFUSED, UNPROVEN} & set(call.kinds())


def test_a_confirmation_that_comes_too_late_records_nothing():
    call = Carrier(deaf=True).start()
    call.runs(25.0)
    call.deaf = False
    call.session.speaker.mark_reached("said-1")
    call.runs(5.0)
    call.drop()
    assert call.pieces == []


def test_a_caller_who_objects_goes_on_unrecorded_and_hears_so():
    call = Carrier().start()
    call.talks += sound(1, 30)
    call.runs(1.0)
    call.press("9")
    call.runs(10.0)
    call.drop()
    assert (call.pieces, call.of(REFUSED)) == ([], [{"by": "key"}])
    assert call.of("house_said")[0]["text"] == NOT_RECORDED
    assert "key" not in call.kinds()  # it was no key for the flow
    assert "entered" in call.kinds()


def test_the_key_does_nothing_where_callers_may_not_object():
    call = Carrier(replace(recording_flow(), recording=Recording(may_object=False))).start()
    assert call.of("prompt_started")[0]["texts"] == [NOTICE]
    call.runs(0.5)
    call.press("9")
    call.runs(LONG_ENOUGH)
    assert call.of(REFUSED) == []
    assert HEARD in call.kinds()


def test_other_keys_during_the_notice_wait_for_the_flow():
    call = Carrier().start()
    call.runs(1.0)
    call.press("1")
    call.runs(LONG_ENOUGH)
    assert {"outcome": "1", "goes_to": "bye"} in call.of("left")


@pytest.mark.parametrize("came", [REFUSED, UNPROVEN])
def test_what_came_of_the_notice_holds_for_every_further_stream(came):
    call = Carrier().start(notice=came)
    call.runs(10.0)
    call.drop()
    assert call.pieces == []
    assert call.of("prompt_started")[0]["texts"] == ["Welcome."]


def test_a_stream_that_broke_off_in_the_notice_says_it_again():
    call = Carrier().start()
    call.runs(1.0)
    call.drop()
    call.start()
    assert [row["texts"][0] for row in call.of("prompt_started")] == [NOTICE, NOTICE]


def test_a_notice_without_sound_lets_the_call_go_on_unrecorded():
    call = Carrier()
    del call.prompts[NOTICE]
    call.start().runs(5.0)
    call.drop()
    assert (call.pieces, call.of(UNPROVEN)) == ([], [{"why": "it could not be said"}])


def test_the_notice_is_said_in_every_language_of_the_line():
    call = Carrier(replace(recording_flow(), languages=(Language(code="es-US"),)))
    call.prompts |= {
        "Esta llamada se graba.": sound(7, 1), "Si no lo desea, oprima ahora el 9.": sound(8, 1)
    }  # fmt: skip
    call.start()
    assert call.of("prompt_started")[0]["texts"] == [
        NOTICE, OBJECTING, "Esta llamada se graba.", "Si no lo desea, oprima ahora el 9.",
    ]  # fmt: skip


SECRET = {
    "start": "pin",
    "pin": ("collect_digits", {"prompt": "Your PIN?", "answer": "pin", "fewest": 4, "most": 4, "do_not_keep": True}),
}


def secret_call():
    from flows.engine import Exit

    walked = recording_flow(**SECRET)
    exits = dict(walked.exits)
    for outcome in [each.name for each in walked.steps["pin"].outcomes()]:
        exits["pin", outcome] = Exit(step="pin", outcome=outcome, goes_to="main")
    return Carrier(replace(walked, exits=exits))


def test_both_sides_are_silent_where_digits_must_not_be_kept():
    call = secret_call().start()
    call.talks += sound(5, 60)
    call.runs(LONG_ENOUGH)
    assert call.session.is_secret()
    entered = call.clock.time() - call.answered
    call.runs(4.0)
    for digit in "1234":
        call.press(digit)
    left = call.clock.time() - call.answered
    assert not call.session.is_secret()
    call.runs(6.0)
    call.drop()
    for side in ("caller", "line"):
        inside = laid(call.pieces, side)[round(entered * mulaw.RATE) : round(left * mulaw.RATE)]
        assert set(inside) == {0xFF}, side
    after = laid(call.pieces, "caller")[round((left + 0.6) * mulaw.RATE) :]
    assert after.count(0xFF) < len(after) / 100


def test_the_tone_of_a_key_that_the_log_hides_is_not_in_the_recording_either():
    call = Carrier(recording_flow(greeting=("say", {"text": "Welcome to all of you."}))).start()
    call.talks += sound(5, 60)
    call.runs(2.0)
    while HEARD not in call.kinds():
        call.runs(0.1)
    call.runs(0.5)
    call.press("4")  # a key typed ahead, while the greeting plays
    assert call.of("key")[-1] == {"digit": "•"}
    at = call.clock.time() - call.answered
    call.runs(5.0)
    call.drop()
    around = laid(call.pieces, "caller")[round((at - 0.35) * mulaw.RATE) : round((at + 0.35) * mulaw.RATE)]
    assert set(around) == {0xFF}
