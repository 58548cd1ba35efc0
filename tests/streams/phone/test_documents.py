import pytest

from streams.phone.documents import NotADocument, parse


def test_verbs_come_in_order_with_their_attributes_and_children():
    document = parse(
        '<?xml version="1.0"?><Response><Dial timeout="20" redirect="false"><Number>+14155550123</Number></Dial>'
        "<Redirect>http://x/?a=1&amp;b=2</Redirect></Response>"
    )
    assert [element.name for element in document] == ["Dial", "Redirect"]
    assert document[0].number("timeout", 120) == 20
    assert document[0].says("redirect", True) is False
    assert document[0].says("hangupOnStar", False) is False
    assert document[0].children[0].text == "+14155550123"
    assert document[1].text == "http://x/?a=1&b=2"


def test_an_empty_response_is_a_document_and_a_bad_number_counts_as_none():
    assert parse("<Response/>") == ()
    assert parse('<Response><Wait length="soon"/></Response>')[0].number("length", 1) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "<html></html>",
        "<Response>",
        "<Response/><Response/>",
        "<Response><Reject/></Response>",
        "<Response><Say>hi</Say></Response>",
        "<Response><speak>hi</speak></Response>",
        '<Response><Speak language="tlh">hi</Speak></Response>',
        f"<Response><Speak>{'a' * 3001}</Speak></Response>",
        f"<Response><Wait/>{' ' * 110_000}</Response>",
        '<!DOCTYPE r [<!ENTITY a "b">]><Response>&a;</Response>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Response><Speak>&x;</Speak></Response>',
        f"<Response>{'<Dial>' * 50}{'</Dial>' * 50}</Response>",
        "<Response>\x00</Response>",
    ],
)
def test_what_the_carrier_would_not_take_is_refused_with_a_sentence(body):
    with pytest.raises(NotADocument, match=r"\."):
        parse(body)


def test_polly_voices_speak_every_language():
    assert parse('<Response><Speak voice="Polly.Naja" language="is-IS">hi</Speak></Response>')
