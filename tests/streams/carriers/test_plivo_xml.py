"""The call documents, as the carrier reads them."""

import pytest

from streams.carriers import plivo_xml
from tests.streams.carriers.plivo_side import Document


def test_a_stream_is_two_way_and_followed_by_what_comes_next():
    text = plivo_xml.stream(
        "wss://h/stream/abc/", status_url="https://h/s/", then_url="https://h/c/#ct=1&rt=2", max_seconds=3300
    )
    document = Document(text)
    assert document.verbs == ["Stream", "Redirect"]
    stream = document["Stream"]
    assert stream.text == "wss://h/stream/abc/"
    assert dict(stream.attrib) == {
        "bidirectional": "true",
        "keepCallAlive": "true",
        "audioTrack": "inbound",
        "contentType": "audio/x-mulaw;rate=8000",
        "streamTimeout": "3300",
        "statusCallbackUrl": "https://h/s/",
        "statusCallbackMethod": "POST",
    }
    assert document["Redirect"].text == "https://h/c/#ct=1&rt=2"
    assert "&amp;" in text


def test_a_dial_tells_how_it_went():
    dial = Document(plivo_xml.dial("+14155550123", then_url="https://h/c/", told_url="https://h/d/", ring_seconds=25))[
        "Dial"
    ]
    assert (dial.get("action"), dial.get("method"), dial.get("timeout")) == ("https://h/c/", "POST", "25")
    assert [number.text for number in dial.findall("Number")] == ["+14155550123"]


@pytest.mark.parametrize(("key", "sent"), [("#", "#"), ("*", "*"), ("", "none")])
def test_a_recording_ends_by_time_or_key(key, sent):
    text = plivo_xml.record(then_url="https://h/c/", ready_url="https://h/r/", max_seconds=120, finish_key=key)
    record = Document(text)["Record"]
    assert (record.get("maxLength"), record.get("finishOnKey"), record.get("playBeep")) == ("120", sent, "true")
    assert (record.get("action"), record.get("callbackUrl")) == ("https://h/c/", "https://h/r/")
    assert Document(text).verbs == ["Record", "Redirect"]


def test_an_apology_ends_with_the_operator_or_a_goodbye():
    assert Document(plivo_xml.apology()).verbs == ["Speak", "Hangup"]
    with_operator = Document(plivo_xml.apology(operator="+14155550123"))
    assert with_operator.verbs == ["Speak", "Dial", "Hangup"]
    assert with_operator["Dial"].find("Number").text == "+14155550123"
    assert with_operator["Dial"].get("action") is None
    assert Document(plivo_xml.hang_up()).verbs == ["Hangup"]
