"""The audio stream as the carrier speaks it, against a site that the test plays."""

import asyncio
import base64
from dataclasses import replace

import pytest

from streams.audio import mulaw
from streams.phone.call import PhoneCall
from streams.phone.hearing import Knowledge
from streams.phone.profile import DEFAULT
from streams.phone.voice import Voice
from tests.streams.phone.models import check
from tests.streams.phone.site import greet, prompt

ANSWER, STATUS, NEXT = "/plivo/answer/", "/status/", "/next/"
WELCOME, MENU, STORY = prompt(1.0, 1), prompt(0.6, 2), prompt(20.0, 4)
LEAVES = "hears speech\nhangs up"
KNOWN = Knowledge({"A long story.": STORY, "Welcome to the shop.": WELCOME, "Press 1.": MENU})


@pytest.fixture
def stream(site, call):
    """Run one call whose stream the site plays as the given coroutine says, then close it; the record comes back."""

    async def run(play, caller="ends", *, attributes=None, **options):
        async def session(opened):
            await play(opened)
            await opened.socket.close()

        site.on_stream = session
        attributes = {"statusCallbackUrl": f"{site.url}{STATUS}"} | (attributes or {})
        site.answers = {
            ANSWER: site.stream_document(f"<Redirect>{site.url}{NEXT}</Redirect>", **attributes),
            NEXT: "<Response><Hangup/></Response>",
        }
        record = await call(caller, knowledge=KNOWN, **options)
        await site.closed()
        return record

    return run


def changed(**fields):
    return {"profile": replace(DEFAULT, **fields)}


async def test_every_frame_of_a_whole_call_is_what_the_official_models_take(stream):
    async def play(site):
        await site.say(WELCOME)
        await site.receive("dtmf")
        await site.play(MENU)
        await site.clear()
        await site.receive("clearedAudio")

    record = await stream(play, 'hears "welcome"\npresses 12\nends', attributes={"extraHeaders": "a=1,b=2"})
    assert record.failure == ""
    assert {frame["event"] for frame in record.sent} == {"start", "media", "dtmf", "playedStream", "clearedAudio"}
    for frame in record.sent:
        check(frame)
    assert [frame["sequenceNumber"] for frame in record.sent] == list(range(1, len(record.sent) + 1))
    start = record.sent[0]["start"]
    assert (start["callId"], start["mediaFormat"]) == (
        record.call_uuid,
        {"encoding": "audio/x-mulaw", "sampleRate": 8000},
    )


async def test_audio_flows_every_twenty_milliseconds_and_is_never_digital_silence(stream):
    async def play(site):
        for _ in range(100):
            await site.receive("media")

    record = await stream(play)
    media = record.events("media")
    assert {len(base64.b64decode(frame["media"]["payload"])) for frame in media} == {160}
    quiet = b"".join(base64.b64decode(frame["media"]["payload"]) for frame in media)
    assert 10 < abs(mulaw.decode(quiet).astype(float)).mean() < 60
    times = [int(frame["media"]["timestamp"]) for frame in media]
    assert [later - earlier for earlier, later in zip(times, times[1:], strict=False)] == [20] * (len(times) - 1)


async def test_checkpoints_come_back_when_what_was_before_them_was_played(stream):
    async def play(site):
        await site.play(WELCOME)
        await site.mark("one")
        await site.play(MENU)
        await site.mark("two")
        assert (await site.receive("playedStream"))["name"] == "one"
        assert sum(frame["event"] == "media" for frame in site.frames) >= 50
        assert (await site.receive("playedStream"))["name"] == "two"

    record = await stream(play, 'hears "welcome to the shop press 1"\nends')
    assert (record.failure, record.heard) == ("", ["Welcome to the shop.", "Press 1."])
    assert record.timings.longest_gap == 0


async def test_clearing_silences_at_once_and_forgets_checkpoints(stream):
    async def play(site):
        await site.say(MENU)
        for at in range(0, len(STORY), 8000):
            await site.play(STORY[at : at + 8000])
        await site.mark("never")
        await site.receive("dtmf")
        await site.clear()
        assert (await site.receive("clearedAudio", "playedStream"))["event"] == "clearedAudio"
        await site.say(MENU, "later")

    record = await stream(play, 'hears "press 1"\nwaits 0.1s\npresses 1\nhears "press 1"\nends')
    assert record.failure == ""
    assert [frame["name"] for frame in record.events("playedStream")] == ["said", "later"]
    assert record.heard == ["Press 1.", "Press 1."]
    part = next(moment for moment in record.moments if moment.kind == "hears_part")
    assert part.text == "A long story."


async def test_stale_acknowledgements_after_a_clear_are_a_switch(stream):
    async def play(site):
        await site.play(WELCOME)
        await site.mark("stale")
        await site.clear()
        await site.receive("playedStream")

    record = await stream(play, **changed(late_ack_after_clear=True))
    assert [frame["event"] for frame in record.sent if frame["event"] != "media"] == [
        "start",
        "clearedAudio",
        "playedStream",
    ]


async def test_too_much_audio_is_reported_dropped_and_told(site, stream):
    async def play(opened):
        for _ in range(60):
            await opened.play(prompt(1.0, 3))
        await opened.mark("end")
        await opened.clear()
        await opened.receive("clearedAudio")

    record = await stream(play, speed=2.0)
    assert {violation.kind for violation in record.violations} == {"buffer_overflow"}
    degraded = [form["StatusReason"] for form in site.posts(STATUS) if form["Event"] == "DegradedStream"]
    assert degraded == [f"the buffer is filled to {percent} %" for percent in (30, 60, 90)]


async def test_the_buffer_may_be_larger_and_an_overflow_may_end_the_stream(site, stream):
    async def play(opened):
        for _ in range(55):
            await opened.play(prompt(1.0, 3))
        await opened.clear()
        await opened.receive("clearedAudio")

    record = await stream(play, speed=2.0, **changed(on_overflow="close"))
    assert site.posts(STATUS)[-1]["Event"] == "DroppedStream"
    record = await stream(play, **changed(buffer_seconds=60.0))
    assert record.violations == []


@pytest.mark.parametrize("how", ["record", "error event", "playFailed", "close"])
async def test_bad_commands_are_recorded_and_answered_as_the_profile_says(site, stream, how):
    async def play(opened):
        await opened.play(b"\x01" * 160, contentType="audio/x-mulaw;rate=8000")
        await opened.send(event="dance")
        await opened.socket.send(b"\x00")
        await greet(opened)

    record = await stream(play, LEAVES if how != "close" else "ends", **changed(on_bad_command=how))
    kinds = [violation.kind for violation in record.violations]
    assert kinds[0] == "invalid_content_type"
    if how == "close":
        assert site.posts(STATUS)[-1]["Event"] == "DroppedStream"
        return
    assert kinds[1:] == ["incorrectPayload", "incorrectPayload"]
    answered = [frame for frame in record.sent if frame["event"] in ("error", "playFailed")]
    assert [frame["event"] for frame in answered] == {"record": []}.get(how, [how.split()[0]] * 3)


@pytest.mark.parametrize(("how", "code"), [("close", 1000), ("stop", 1000), ("abort", 1006)])
async def test_the_end_is_a_close_a_stop_or_a_broken_line(site, stream, how, code):
    opened = []

    async def play(stream):
        opened.append(stream)
        await greet(stream)

    await stream(play, LEAVES, **changed(stream_end=how))
    said = [frame["event"] for frame in opened[0].frames]
    assert said.count("stop") == (said[-1] == "stop") == (how == "stop")
    assert opened[0].socket.close_code == code


async def test_media_may_be_short_late_and_lost(stream):
    record = await stream(greet, LEAVES, **changed(short_last_frame=True))
    assert len(base64.b64decode(record.events("media")[-1]["media"]["payload"])) == 80
    record = await stream(greet, f"waits 2s\n{LEAVES}", **changed(gap_every=20))
    chunks = [frame["media"]["chunk"] for frame in record.events("media")]
    assert set(range(10, 20)) <= set(chunks)
    assert not set(range(20, 30)) & set(chunks)
    record = await stream(greet, LEAVES, **changed(jitter_seconds=0.1))
    assert len(record.events("media")) % 6 == 0


async def test_a_start_may_come_twice_or_never_and_acknowledgements_may_be_lost(site, call):
    site.answers, site.on_stream = {ANSWER: site.stream_document()}, greet
    assert len((await call(LEAVES, **changed(starts="twice"))).events("start")) == 2
    silent = await call("waits 20s\nhangs up", **changed(starts="never"))
    assert (len(silent.stream_ids), silent.events("start")) == (1, [])

    async def play(opened):
        await opened.play(MENU)
        await opened.mark("lost")
        await opened.rest()

    site.on_stream = play
    record = await call(
        'hears "press 1"\nwaits 0.2s\nhangs up', knowledge=KNOWN, **changed(loses_acknowledgements=True)
    )
    assert (record.failure, record.events("playedStream")) == ("", [])


async def test_a_carrier_that_stops_reading_hears_nothing(site, call, witness):
    site.answers = {ANSWER: site.stream_document("<Hangup/>")}

    async def play(opened):
        await opened.play(MENU)
        await opened.receive("dtmf")
        await opened.socket.close()

    async def press(handset):
        await witness.saw("stream", "opened")
        await handset.press("1")
        await handset.until(lambda: False)

    site.on_stream = play
    record = await call(press, on_event=witness, **changed(stops_reading=True))
    assert (record.failure, record.received) == ("", [])


async def test_an_l16_stream_is_l16_both_ways(stream):
    async def play(site):
        frame = await site.receive("media")
        assert len(base64.b64decode(frame["media"]["payload"])) == 640
        await site.play(b"\x00\x10" * 1600, contentType="audio/x-l16", sampleRate=16000)
        await site.mark("end")
        await site.receive("playedStream")

    record = await stream(play, attributes={"contentType": "audio/x-l16;rate=16000"})
    assert record.violations == []
    played = bytes(record.line_track.audio).strip(mulaw.SILENCE)
    assert played == mulaw.encode(mulaw.decode(played))
    assert len(played) == 800


async def test_a_stream_that_only_listens_hears_both_tracks_beside_the_document(site, call):
    site.answers = {
        ANSWER: site.stream_document(
            '<Wait length="1"/><Speak>Hello there.</Speak>',
            bidirectional="false",
            audioTrack="both",
            keepCallAlive=None,
        )
    }
    record = await call()
    start, *media = [frame for frame in record.sent if frame["event"] in ("start", "media")]
    assert start["start"]["tracks"] == ["inbound", "outbound"]
    assert {frame["media"]["track"] for frame in media} == {"inbound", "outbound"}
    assert record.heard == ["Hello there."]


def beside_a_dial(site, **more):
    given = {"bidirectional": "false", "audioTrack": "both", "keepCallAlive": None} | more
    dial = f'<Dial action="{site.url}{NEXT}"><Number>+1</Number></Dial>'
    site.answers = {
        ANSWER: site.stream_document(dial, statusCallbackUrl=f"{site.url}{STATUS}", **given),
        NEXT: "<Response><Hangup/></Response>",
    }


async def test_beside_a_dial_each_track_is_a_speaker_with_chunks_of_its_own(site, call):
    beside_a_dial(site)
    record = await call("dial +1 answers after 0.2s\nperson waits 1s\nperson hangs up\nends", voice=Voice())
    for track in ("inbound", "outbound"):
        media = [frame["media"] for frame in record.events("media") if frame["media"]["track"] == track]
        assert [int(frame["chunk"]) for frame in media] == list(range(1, len(media) + 1))
        assert len(media) > 50
    numbers = [int(frame["sequenceNumber"]) for frame in record.sent]
    assert numbers == list(range(1, len(numbers) + 1))
    assert [post["Event"] for post in site.posts(STATUS)] == ["StartStream", "StopStream"]
    (streamed,) = record.streamed
    assert (streamed.bidirectional, streamed.tracks) == (False, ("inbound", "outbound"))


async def test_a_refused_stream_beside_a_dial_is_dropped_and_the_two_talk(site, call):
    beside_a_dial(site)
    site.refuse_upgrades = 9
    record = await call("dial +1 answers after 0.2s, talks 1s\nends")
    assert [post["Event"] for post in site.posts(STATUS)] == ["DroppedStream"]
    assert len(record.upgrades) == DEFAULT.connect_attempts
    assert site.posts(NEXT)[0]["DialStatus"] == "completed"
    assert record.streamed == []


async def test_a_stream_that_only_listens_takes_no_audio(site, call):
    beside_a_dial(site)

    async def play(stream):
        await stream.receive("media")
        await stream.play(MENU)
        await stream.rest()

    site.on_stream = play
    record = await call("dial +1 answers after 0.2s, talks 1s\nends")
    assert [one.detail for one in record.violations] == ["playAudio on a stream that is not bidirectional"]
    assert record.ending == "transferred" or record.hangup_code


async def test_without_keep_call_alive_a_stream_alone_ends_with_its_document(site, call):
    site.answers = {ANSWER: site.stream_document(keepCallAlive=None)}
    record = await call()
    assert (record.hangup_code, record.ending) == (4010, "the line hung up")
    assert record.seconds < 5


async def test_the_stream_timeout_goes_on_with_the_document(site, call):
    site.answers = {
        ANSWER: site.stream_document("<Speak>Bye.</Speak>", streamTimeout=2, statusCallbackUrl=f"{site.url}{STATUS}")
    }
    record = await call()
    assert record.heard == ["Bye."]
    assert site.posts(STATUS)[-1]["StatusReason"] == "Stream timeout"


async def test_a_refused_upgrade_is_tried_three_times_and_then_dropped(site, call):
    site.answers = {ANSWER: site.stream_document("<Speak>Sorry.</Speak>", statusCallbackUrl=f"{site.url}{STATUS}")}
    site.refuse_upgrades = 3
    record = await call()
    assert (len(site.upgrades), record.heard, record.stream_ids) == (3, ["Sorry."], [])
    assert [form["Event"] for form in site.posts(STATUS)] == ["DroppedStream"]
    site.refuse_upgrades, site.on_stream = 2, lambda opened: opened.socket.close()
    assert len((await call()).stream_ids) == 1


async def test_the_carrier_may_reconnect_once_with_a_new_start(site, stream):
    async def play(opened):
        await opened.receive("media")

    record = await stream(play, **changed(on_server_close="reconnect"))
    starts = record.events("start")
    assert len(starts) == 2
    assert len({frame["start"]["streamId"] for frame in starts}) == 2
    assert {frame["start"]["callId"] for frame in starts} == {record.call_uuid}
    assert record.hangup_code == 4000


async def test_a_lost_connection_is_a_dropped_stream_and_the_document_goes_on(site, stream):
    async def play(opened):
        await opened.receive("media")
        opened.socket.transport.abort()

    record = await stream(play)
    assert [form["Event"] for form in site.posts(STATUS)] == ["StartStream", "DroppedStream"]
    assert record.hangup_code == 4000


@pytest.mark.parametrize(
    "attributes",
    [
        {"contentType": "audio/x-mulaw;rate=16000"},
        {"audioTrack": "both"},
        {"audioTrack": "sideways"},
        {"extraHeaders": "a=" + "b" * 600},
    ],
)
async def test_an_impossible_stream_is_not_opened(site, call, attributes):
    site.answers = {ANSWER: site.stream_document(**attributes)}
    record = await call()
    assert (len(site.upgrades), [violation.kind for violation in record.violations]) == (0, ["invalid <Stream>"])


async def test_speech_that_is_no_prompt_is_put_into_words_by_the_log_or_told_by_its_length(stream):
    async def play(site):
        await site.say(prompt(1.0, 8), "said-1")
        await site.say(prompt(1.0, 9), "said-2")

    asked = []

    async def words(call_uuid, checkpoint):
        asked.append(checkpoint)
        return "We open at nine." if asked.count(checkpoint) > 1 and checkpoint == "said-1" else None

    script = 'hears speech\nhears "we open at nine"\nhears speech\nends'
    record = await stream(play, script)
    assert [moment.text for moment in record.moments if moment.kind == "hears"] == ["(speech)", "(speech)"]
    assert "nine" in record.failure


@pytest.mark.parametrize("how", ["at close", "at once"])
async def test_a_transfer_by_rest_is_fetched_when_the_socket_closes_or_at_once(site, call, monkeypatch, how):
    calls = []
    ordinary = PhoneCall.run
    monkeypatch.setattr(PhoneCall, "run", lambda self, caller: calls.append(self) or ordinary(self, caller))
    site.answers = {ANSWER: site.stream_document("<Hangup/>"), "/moved/": "<Response><Speak>Moved.</Speak></Response>"}

    async def play(opened):
        await opened.receive("media")
        transfer = asyncio.create_task(calls[0].transfer(f"{site.url}/moved/"))
        if how == "at once":
            return await opened.rest()
        await transfer
        for _ in range(20):
            await opened.receive("media")
        assert site.posts("/moved/") == []
        return await opened.socket.close()

    site.on_stream = play
    record = await call(**changed(transfer=how))
    await site.closed()
    assert record.heard == ["Moved."]
