"""V3 signatures: the carrier's vectors, its SDK on random requests, and what must not pass."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plivo.utils import validate_v3_signature

from streams.carriers.plivo_api import sign_as_the_sdk
from streams.carriers.plivo_signature import is_signed, sign, string_to_sign
from tests.properties import examples

TOKEN = "plivo_test_token_0123456789"
CALL = "c5f2a1de-0b1c-4c7a-9a55-3f0d2b6f7a10"
P = {
    "CallUUID": CALL,
    "From": "+14155550100",
    "To": "+14155550199",
    "Direction": "inbound",
    "CallStatus": "ringing",
    "Event": "StartApp",
}
U = "https://plivobin.non-prod.plivops.com/api/v1/validate_signature03.xml"
OFFICIAL_TOKEN, OFFICIAL_NONCE = "Y2Q2ZDgxZmY5YWRiOTI5YmQ1Njg0MTAxZWIyOTc4", "31627761595286130198"
OFFICIAL_UUID = "3e82ae9d-2c78-4d85-b1a4-6eae7dbafb36"
SIP = "PlivoSignature382029104058171078704104"
OFFICIAL = {
    "Direction": "outbound",
    "From": "19792014278",
    "ALegUUID": OFFICIAL_UUID,
    "CallStatus": "in-progress",
    "BillRate": "0.002",
    "ParentAuthID": "MANWVLYTK4ZWU1YTY4QA",
    "To": f"sip:{SIP}@phone-qa.voice.plivodev.com",
    "ALegRequestUUID": OFFICIAL_UUID,
    "CallUUID": OFFICIAL_UUID,
    "RequestUUID": OFFICIAL_UUID,
    "SIP-H-To": f"<sip:{SIP}@52.9.11.55;transport=udp>;tag=1",
    "SessionStart": "2020-04-08 11:34:33.238707",
    "Event": "StartApp",
}
HOST = "ivr.example.com"
WS_NONCE = "98765432109876543210"
# method, URL, parameters, nonce, signature
VECTORS = [
    (
        "POST",
        f"https://{HOST}/plivo/answer/",
        P,
        "12345678901234567890",
        "KUvRJuwAcIFfZpjqcLtmCs9kxQn2u2SighhIJfPUvzw=",
    ),
    (
        "POST",
        f"https://{HOST}:8443/plivo/answer/?tenant=acme&flow=7",
        P,
        OFFICIAL_NONCE,
        "Z05xwer3svDfl6LarhZ/vH+tEQW55B4A1WeylXPKr8g=",
    ),
    (
        "GET",
        f"https://{HOST}/plivo/hangup/?tenant=acme&b=2&a=1",
        {},
        "55512345678901234567",
        "pgU4Qfq3vyL0Zk97RFkLauHjW77xE/Owia1IpqZpd6U=",
    ),
    ("GET", f"http://{HOST}/ws/plivo/abc123", {}, WS_NONCE, "f72AHTRUhMW2NpfAk9XsLZZ2SArZoy3ZV47yqoAXVS0="),
    ("GET", f"https://{HOST}/ws/plivo/abc123", {}, WS_NONCE, "YG8cEkB1tPafp7wgBOiC4CdlDLY5t9YJ+WYiJ1kC5RU="),
    (
        "GET",
        f"http://{HOST}:8443/ws/plivo/?call=abc%20123&x=1",
        {},
        WS_NONCE,
        "xyA6FsJNZT8RLtMZ46pdC0YZW9AgNLgbYfe9a+/+YEU=",
    ),
    ("POST", f"https://{HOST}/plivo/hangup/", {}, "777", "Uk5uKZEDShrRZZm0jTBLw8xgN71nmrxt2xDzbGtH2cQ="),
    (
        "POST",
        f"https://{HOST}/plivo/input/?q=a%20b",
        {"Digits": "12", "Speech": "héllo world", "BilledAmount": ""},
        "777",
        "TR5gED/zrP2oVkhFj5kxEoDn288Hcupn/ZG9Kz7E9Lw=",
    ),
    (
        "POST",
        f"https://{HOST}/plivo/input/",
        {"Digits": ["2", "1"], "CallUUID": "u"},
        "777",
        "2OYLC3P6qTuYb2OPxP8iZzaXA9V3sJBGkscbBPgYiDc=",
    ),
    ("GET", f"wss://{HOST}/ws/plivo/abc123", {}, WS_NONCE, "d1F1RH2JQDSItSy2R0Q4UMDPVYUFv/EnzAiFRS6i1zU="),
]
OFFICIAL_VECTORS = [
    ("POST", f"{U}/?a=b&c=d", "k7Pusd4OxCIjR5IfA9iedDNu/h/gbdYqdzG/MiYtd1c="),
    ("GET", f"{U}/?a=b&c=d", "UBq8jAtd32wR8EK9VgxbBn4n5rpI/l1H9iN4WfSEHFQ="),
    ("POST", U, "iAjE5QqI37mbkYe4w3jTMudqEzbDufdqi7sYwTu64e0="),
    ("GET", U, "i/MQsaQSAd6fiKhOh2qeeeLHZ9faldADSb3/7+Akfbc="),
]


def form(params):
    return {name: told if isinstance(told, list) else [told] for name, told in params.items()}


@pytest.mark.parametrize(("method", "url", "params", "nonce", "signature"), VECTORS)
def test_the_vectors_hold(method, url, params, nonce, signature):
    assert sign(method, url, form(params), nonce, TOKEN) == signature
    assert is_signed(method, url, form(params), nonce=nonce, signatures=[signature], tokens=[TOKEN])


@pytest.mark.parametrize(("method", "url", "signature"), OFFICIAL_VECTORS)
def test_the_sdks_own_vectors_hold(method, url, signature):
    assert sign(method, url, form(OFFICIAL), OFFICIAL_NONCE, OFFICIAL_TOKEN) == signature


def test_there_is_no_dot_before_the_fields_without_a_query():
    told = string_to_sign("POST", f"https://{HOST}/plivo/answer/", form({"b": "2", "a": "1"}), "9")
    assert told == f"https://{HOST}/plivo/answer/?a1b2.9"
    told = string_to_sign("POST", f"https://{HOST}/plivo/answer/?x=1", form({"b": "2", "a": "1"}), "9")
    assert told == f"https://{HOST}/plivo/answer/?x=1.a1b2.9"


def test_it_agrees_with_the_sdk_on_thousands_of_requests():
    chance = random.Random(7)
    letters = "abcXYZ019 +&=?#./:;%@-_éß漢<>\"'"

    def word(most):
        return "".join(chance.choice(letters) for _ in range(chance.randint(0, most)))

    def query_word():
        return "".join(chance.choice("abcXYZ019+-_.") for _ in range(chance.randint(1, 5)))

    for _ in range(3000):
        query = "&".join(f"{query_word()}={query_word()}" for _ in range(chance.randint(0, 3)))
        url = f"https://{HOST}/plivo/{query_word()}/" + (f"?{query}" if query else "")
        params = {word(6) or "a": word(8) for _ in range(chance.randint(0, 5))}
        nonce, method = str(chance.getrandbits(64)), chance.choice(["GET", "POST"])
        ours = sign(method, url, form(params), nonce, TOKEN)
        assert validate_v3_signature(method, url, nonce, TOKEN, ours, dict(params)), (method, url, params)
        theirs = sign_as_the_sdk(method, url, params, nonce, TOKEN)
        assert is_signed(method, url, form(params), nonce=nonce, signatures=[theirs], tokens=[TOKEN])


METHOD, URL, _, NONCE, GOOD = VECTORS[0]


def signed(**changed):
    return is_signed(METHOD, URL, form(changed.pop("params", P)), **{
        "nonce": NONCE, "signatures": [GOOD], "tokens": [TOKEN], **changed,
    })  # fmt: skip


def test_any_of_several_signatures_and_tokens_is_enough():
    assert signed(signatures=[f"AAAA, {GOOD} ,BBBB"])
    assert signed(signatures=["AAAA", GOOD])
    assert signed(tokens=["a-new-token", TOKEN])


@pytest.mark.parametrize(
    "changed",
    [
        {"signatures": []},
        {"signatures": [""]},
        {"signatures": [" , ,"]},
        {"signatures": ["not base64 at all"]},
        {"signatures": ["é" * 44]},
        {"signatures": ["\udcff"]},
        {"signatures": [GOOD.lower()]},
        {"signatures": [GOOD[:-1]]},
        {"signatures": ["," * 100_000 + GOOD]},
        {"nonce": ""},
        {"nonce": "1"},
        {"nonce": "\ud800"},
        {"tokens": []},
        {"tokens": [""]},
        {"tokens": ["another"]},
        {"params": {**P, "To": "+14155550198"}},
        {"params": {**P, "Extra": ""}},
        {"params": {**P, "Extra": "\udc80"}},
    ],
)
def test_anything_else_is_refused_and_raises_nothing(changed):
    assert not signed(**changed)


def test_an_empty_token_signs_nothing():
    assert not signed(signatures=[sign(METHOD, URL, form(P), NONCE, "")], tokens=[""])


def test_the_older_v2_signature_is_not_accepted():
    """It covers neither query nor fields."""
    v2 = "NiTGVwyLp/R3amMUrn3dfm+z9uqJNk3SFZ3nJbHYMho="
    assert not is_signed(
        "GET", f"https://{HOST}/plivo/answer/?tenant=acme", {}, nonce="12345", signatures=[v2], tokens=[TOKEN]
    )


broken = st.text(alphabet=st.characters(codec=None), max_size=20)


@examples(200)
@given(url=broken, name=broken, told=broken, nonce=broken, signature=broken)
def test_it_never_raises(url, name, told, nonce, signature):
    for method in ("GET", "POST"):
        assert not is_signed(
            method, f"https://{HOST}/{url}", {name: [told]}, nonce=nonce, signatures=[signature], tokens=[TOKEN]
        )
