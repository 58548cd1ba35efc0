"""The carrier's REST door for streams of live calls, by HTTP and against a call that goes on."""

import asyncio

import httpx2
import pytest

from streams.phone.desk import Desk
from streams.phone.far_end import FarEnd
from streams.phone.live import LiveCalls
from streams.phone.record import Record
from tests.streams.phone.site import ACCOUNT

ANSWER, STATUS, ACTION, DIALLED, LED = "/plivo/answer/", "/status/", "/action/", "/dialled/", "/led/"
TALK = "<Response><Wait length='600'/></Response>"


class Door:
    """The REST interface, asked off the loop, as another program would."""

    def __init__(self, port):
        self._home = f"http://127.0.0.1:{port}/v1/Account/{ACCOUNT.auth_id}/Call/"

    async def ask(self, method, path, **json):
        auth = (ACCOUNT.auth_id, ACCOUNT.token)
        ask = httpx2.Client(auth=auth, trust_env=False)
        return await asyncio.to_thread(ask.request, method, self._home + path, json=json or None)


@pytest.fixture
async def on_a_call(site, call, witness):
    """Do something with the door while a call goes on; the call's record comes back."""

    async def run(act, *, uuid="call-1") -> Record:
        live = LiveCalls()
        site.answers[ANSWER] = TALK

        async def caller(handset):
            await witness.saw("answered")
            await act(door)

        with Desk(ACCOUNT, print, live=live).open(0) as port:
            door = Door(port)
            return await call(caller, live=live, call_uuid=uuid, on_event=witness)

    return run


def wanted(site, **more):
    return {
        "service_url": site.stream_url,
        "bidirectional": False,
        "audio_track": "both",
        "content_type": "audio/x-mulaw;rate=8000",
        "status_callback_url": f"{site.url}{STATUS}",
    } | more


async def test_a_stream_of_both_tracks_begins_is_listed_and_ends(site, on_a_call):
    async def act(door):
        begun = await door.ask("POST", "call-1/Stream/", **wanted(site))
        assert (begun.status_code, begun.json()["message"]) == (202, "audio streaming started")
        name = begun.json()["stream_id"]
        for _ in range(200):
            if site.streams and site.streams[0].start:
                break
            await asyncio.sleep(0.01)
        assert site.streams[0].start["tracks"] == ["inbound", "outbound"]
        [told] = (await door.ask("GET", "call-1/Stream/")).json()["objects"]
        assert (told["stream_id"], told["audio_track"], told["bidirectional"]) == (name, "both", False)
        assert (await door.ask("GET", f"call-1/Stream/{name}/")).json() == told
        again = await door.ask("POST", "call-1/Stream/", **wanted(site))
        assert (again.status_code, "active stream" in again.json()["error"]) == (400, True)
        assert (await door.ask("DELETE", f"call-1/Stream/{name}/")).status_code == 204
        await site.closed()
        assert (await door.ask("DELETE", f"call-1/Stream/{name}/")).status_code == 404
        assert (await door.ask("GET", "call-1/Stream/")).json()["objects"] == []

    record = await on_a_call(act)
    assert [(stream.bidirectional, stream.tracks) for stream in record.streamed] == [(False, ("inbound", "outbound"))]
    assert [form["Event"] for form in site.posts(STATUS)] == ["StartStream", "StopStream"]
    assert record.violations == []


async def test_a_call_stands_in_the_list_of_live_calls_for_as_long_as_it_goes_on(site, call, witness):
    site.answers[ANSWER] = TALK
    live = LiveCalls()

    async def caller(handset):
        await witness.saw("answered")
        assert (await door.ask("GET", "?status=live")).json() == {"calls": ["call-1"]}
        assert (await door.ask("GET", "?status=queued")).json() == {"calls": []}
        assert (await door.ask("GET", "call-1/?status=live")).json()["to"] == "14155550199"
        assert (await door.ask("GET", "call-1/")).status_code == 404  # a record comes when it is over

    with Desk(ACCOUNT, print, live=live).open(0) as port:
        door = Door(port)
        await call(caller, live=live, call_uuid="call-1", on_event=witness)
        assert (await door.ask("GET", "?status=live")).json() == {"calls": []}
        assert (await door.ask("GET", "call-1/?status=live")).status_code == 404


async def test_what_the_carrier_would_not_do_is_a_400_or_a_404(site, on_a_call):
    async def act(door):
        for odd in ({"service_url": "http://x"}, {"bidirectional": True}, {"content_type": "audio/mp3"}):
            assert (await door.ask("POST", "call-1/Stream/", **wanted(site, **odd))).status_code == 400
        assert (await door.ask("POST", "another/Stream/", **wanted(site))).status_code == 404
        assert (await door.ask("DELETE", "another/Stream/")).status_code == 404
        assert (await door.ask("GET", "call-1/Stream/none/")).status_code == 404

    assert (await on_a_call(act)).streamed == []


async def test_a_second_stream_in_a_document_is_a_violation(site, call):
    beside = site.stream_document("<Wait length='2'/>", bidirectional="false", keepCallAlive="false", audioTrack="both")
    element = beside.removeprefix("<Response>").partition("<Wait")[0]
    site.answers[ANSWER] = beside.replace("</Response>", f"{element}<Wait length='1'/></Response>")
    record = await call("ends")
    assert [violation.kind for violation in record.violations] == ["two streams"]


@pytest.mark.parametrize(
    ("answers_after", "legs"), [(0.2, ["answer", "hangup"]), (60.0, [])], ids=["while they talk", "while it rings"]
)
async def test_a_call_in_a_dial_is_led_on_to_another_document(site, call, witness, answers_after, legs):
    dial = f'<Dial action="{site.url}{ACTION}" callbackUrl="{site.url}{DIALLED}"><Number>+1</Number></Dial>'
    site.answers[ANSWER] = f"<Response>{dial}</Response>"
    site.answers[LED] = "<Response><Speak>We have to end this call now.</Speak><Hangup/></Response>"
    live = LiveCalls()

    async def caller(handset):
        await witness.saw("far_end", "they talk" if legs else "rings")
        door = Door(port)
        assert (await door.ask("POST", "another/", aleg_url=site.url + LED)).status_code == 404
        assert (await door.ask("POST", "call-1/", legs="bleg", bleg_url=site.url + LED)).status_code == 400
        led = await door.ask("POST", "call-1/", legs="aleg", aleg_url=site.url + LED)
        assert (led.status_code, led.json()["message"]) == (202, "call transfered")
        await handset.until(lambda: False)  # until the line hangs up

    with Desk(ACCOUNT, print, live=live).open(0) as port:
        far_ends = {"+1": FarEnd(after=answers_after, talks=600.0)}
        record = await call(caller, live=live, call_uuid="call-1", on_event=witness, far_ends=far_ends)
    assert record.ending == ("transferred" if legs else "the line hung up")
    assert "We have to end this call now." in record.heard
    assert [form["DialAction"] for form in site.posts(DIALLED)] == legs
    assert site.posts(ACTION) == []  # it was led away, so nobody asks what comes after the dial
    assert [leg.answered_at is not None for leg in record.legs[1:]] == [bool(legs)]
