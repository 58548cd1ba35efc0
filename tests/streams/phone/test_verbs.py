"""The verbs of a document besides <Stream>."""

import io
import wave

import pytest

from streams.phone.far_end import FarEnd

ANSWER, ACTION, BACK = "/plivo/answer/", "/action/", "/back/"


def document(*verbs):
    return f"<Response>{''.join(verbs)}</Response>"


def dial(site, *numbers, **attributes):
    spelled = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    inside = "".join(f"<Number>{number}</Number>" for number in numbers)
    return f'<Dial action="{site.url}{ACTION}" {spelled}>{inside}</Dial>'


def record_verb(site, **attributes):
    spelled = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return f'<Record action="{site.url}{ACTION}" callbackUrl="{site.url}{BACK}" {spelled}/>'


async def test_a_dial_that_is_answered_posts_completed_and_goes_on_with_the_reply(site, call):
    site.answers = {ANSWER: document(dial(site, "+1")), ACTION: document("<Speak>Back.</Speak>", "<Hangup/>")}
    record = await call('dial +1 answers after 2s, talks 4s\nhears "back"\nends "transferred"')
    assert record.failure == ""
    form = site.posts(ACTION)[0]
    assert (form["DialStatus"], form["DialHangupCause"], form["DialRingStatus"]) == (
        "completed",
        "NORMAL_CLEARING",
        "true",
    )
    assert form["DialALegUUID"] == record.call_uuid
    assert record.seconds >= 6


@pytest.mark.parametrize(("does", "status"), [("busy", "busy"), ("no answer", "no-answer")])
async def test_a_dial_that_fails_says_why(site, call, does, status):
    site.answers = {ANSWER: document(dial(site, "+1", timeout=5)), ACTION: document("<Hangup/>")}
    record = await call(f"dial +1 {does}\nends")
    assert site.posts(ACTION)[0]["DialStatus"] == status
    assert record.ending == "the line hung up"


async def test_a_far_end_that_answers_too_late_is_no_answer_and_the_first_of_several_wins(site, call):
    site.answers = {ANSWER: document(dial(site, "+1", "+2", timeout=3), "<Hangup/>"), ACTION: document("<Hangup/>")}
    slow, quick = FarEnd(after=9.0), FarEnd(after=1.0, talks=1.0)
    await call(far_ends={"+1": slow, "+2": slow})
    record = await call(far_ends={"+1": slow, "+2": quick})
    assert [form["DialStatus"] for form in site.posts(ACTION)] == ["no-answer", "completed"]
    assert any(moment.text == "+2 answers, and they talk" for moment in record.moments)


async def test_a_dial_without_redirect_only_tells_and_one_without_action_goes_on(site, call):
    told = dial(site, "+1", redirect="false")
    site.answers = {ANSWER: document(told, "<Dial><Number>+1</Number></Dial>", "<Speak>Bye.</Speak>"), ACTION: "junk"}
    record = await call('dial +1 busy\nhears "bye"\nends')
    assert (record.failure, record.hangup_code, len(site.posts(ACTION))) == ("", 4010, 1)


async def test_a_broken_action_ends_the_call_with_its_own_code(site, call):
    site.answers = {ANSWER: document(dial(site, "+1")), ACTION: (500, "")}
    assert (await call("dial +1 busy\nends")).hangup_code == 7012
    site.answers[ACTION] = "junk"
    assert (await call("dial +1 busy\nends")).hangup_code == 8012


async def test_a_caller_who_leaves_while_it_rings_cancels_the_dial(site, call, witness):
    site.answers = {ANSWER: document(dial(site, "+1"))}

    async def leave(handset):
        await witness.saw("far_end", "rings")
        handset.hang_up()

    await call(leave, far_ends={"+1": FarEnd(after=60)}, on_event=witness)
    assert site.posts(ACTION)[0]["DialStatus"] == "cancel"


async def test_star_ends_a_talk_when_the_site_allows_it_and_the_time_limit_does_too(site, call, witness):
    long = {"+1": FarEnd(after=0.5, talks=600.0)}

    async def press_star(handset):
        await witness.saw("far_end", "answers")
        await handset.press("*")
        await handset.until(lambda: False)

    site.answers = {ANSWER: document(dial(site, "+1", hangupOnStar="true")), ACTION: document()}
    assert (await call(press_star, far_ends=long, on_event=witness)).seconds < 600
    site.answers[ANSWER] = document(dial(site, "+1", timeLimit=3))
    assert (await call(far_ends=long)).seconds < 600


async def test_dial_callbacks_tell_the_answer_and_the_hangup(site, call):
    site.answers = {
        ANSWER: document(dial(site, "+1", callbackUrl=f"{site.url}{BACK}", callerId="+9")),
        ACTION: document(),
    }
    await call("dial +1 answers after 1s, talks 3s\nends")
    answered, hung_up = site.posts(BACK)
    assert (answered["DialAction"], hung_up["DialAction"], hung_up["DialBLegTo"]) == ("answer", "hangup", "+1")
    assert hung_up["DialBLegDuration"] in ("3", "4")


async def test_a_message_is_recorded_until_the_key(site, call):
    site.answers = {ANSWER: document(record_verb(site, maxLength=60)), ACTION: document("<Hangup/>")}
    record = await call('hears "beep"\nwaits 3s\npresses #\nends "a message was left"')
    assert record.failure == ""
    form = site.posts(ACTION)[0]
    assert 2500 < int(form["RecordingDurationMs"]) < 5000
    assert (form["Digits"], form["RecordingDuration"]) == ("#", str(round(int(form["RecordingDurationMs"]) / 1000)))
    assert form["RecordUrl"].endswith(f"/{form['RecordingID']}.mp3")
    assert site.posts(BACK)[0]["RecordingID"] == form["RecordingID"]


async def test_a_message_ends_at_its_longest_and_in_silence(site, call):
    site.answers = {ANSWER: document(record_verb(site, maxLength=2, playBeep="false")), ACTION: document()}
    await call()
    site.answers[ANSWER] = document(record_verb(site, timeout=1, finishOnKey="none"))
    await call("presses #\nends")
    assert [form["RecordingDuration"] for form in site.posts(ACTION)][0] == "2"
    assert int(site.posts(ACTION)[1]["RecordingDurationMs"]) in range(1000, 1100)


async def test_a_caller_who_leaves_has_left_a_message_all_the_same(site, call):
    site.answers = {ANSWER: document(record_verb(site))}
    await call('hears "beep"\nwaits 2s\nhangs up')
    assert int(site.posts(ACTION)[0]["RecordingDuration"]) >= 1
    assert len(site.posts(BACK)) == 1


async def test_recording_the_session_goes_on_beside_and_is_ready_at_the_end(site, call):
    site.answers = {
        ANSWER: document(record_verb(site, recordSession="true", redirect="false"), '<Wait length="2"/>', "<Hangup/>")
    }
    await call()
    assert site.posts(ACTION)[0]["RecordingDuration"] == "-1"
    assert site.posts(BACK)[0]["RecordingDuration"] == "2"


async def test_play_takes_a_wav_and_skips_what_cannot_be_had(site, call):
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 16000, 0, "NONE", ""))
        sound.writeframes(b"\x10\x20" * 16000)
    site.answers = {
        ANSWER: document(f"<Play>{site.url}/a.wav</Play>", f"<Play>{site.url}/gone.mp3</Play>", "<Hangup/>"),
        "/a.wav": (200, file.getvalue()),
        "/gone.mp3": (404, ""),
    }
    record = await call()
    assert [moment.text for moment in record.moments if moment.kind == "hears"] == [f"(plays {site.url}/a.wav)"]
    assert 1 <= record.seconds < 4


async def test_speak_may_be_repeated_and_a_scheduled_hangup_ends_the_call(site, call):
    site.answers = {ANSWER: document('<Hangup schedule="5"/>', '<Speak loop="2">Hello.</Speak>', '<Wait length="60"/>')}
    record = await call()
    assert record.heard == ["Hello.", "Hello."]
    assert record.hangup_code == 6000


async def test_other_verbs_are_passed_over(site, call):
    site.answers = {ANSWER: document("<DTMF>1</DTMF>", "<Speak>Done.</Speak>")}
    record = await call()
    assert record.heard == ["Done."]
    assert any("<DTMF> is passed over" in moment.text for moment in record.moments)


async def test_a_redirect_needs_a_url_and_a_method_that_the_carrier_knows(site, call):
    for verb, code in (
        ("<Redirect>/relative/</Redirect>", 7024),
        (f'<Redirect method="PUT">{site.url}/x/</Redirect>', 7034),
        (f"<Redirect>{site.url}/empty/</Redirect>", 7014),
        (f"<Redirect>{site.url}{ACTION}</Redirect>", 8014),
    ):
        site.answers = {ANSWER: document(verb), ACTION: "junk"}
        assert (await call()).hangup_code == code
