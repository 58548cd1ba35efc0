"""Who is let in: signed requests, signed handshakes, and the developer's own tools on this machine."""

import pytest

from streams.carriers.plivo_api import request_ok, sign_as_the_sdk, unsigned_ok, upgrade_ok
from tests.streams.carriers.plivo_side import PUBLIC, SETTINGS, TOKEN

PATH = "/stream/abc123/"
NONCE = "98765432109876543210"


@pytest.fixture(autouse=True)
def site(settings):
    for name, value in SETTINGS.items():
        setattr(settings, name, value)


def headers(url, *, token=TOKEN, name="x-plivo-signature-v3"):
    # The SDK's own check raises on wss://; its signing functions do not.
    return {name: sign_as_the_sdk("GET", url, {}, NONCE, token), "x-plivo-signature-v3-nonce": NONCE}


@pytest.mark.parametrize("scheme", ["http", "https", "wss"])
@pytest.mark.parametrize("name", ["x-plivo-signature-v3", "x-plivo-signature-ma-v3"])
def test_a_handshake_may_be_signed_over_three_forms_of_the_public_address(scheme, name):
    assert upgrade_ok(PATH, headers(f"{scheme}://ivr.example.com{PATH}", name=name))


@pytest.mark.parametrize(
    "url",
    [
        f"https://another.example.com{PATH}",
        "https://ivr.example.com/stream/abc124/",
        f"http://127.0.0.1:8000{PATH}",
        f"https://ivr.example.com:8443{PATH}",
        f"ftp://ivr.example.com{PATH}",
        f"https://ivr.example.com{PATH}websocket",
    ],
)
def test_a_handshake_for_elsewhere_is_refused(url):
    assert not upgrade_ok(PATH, headers(url))


def test_a_handshake_without_or_with_a_broken_signature_is_refused():
    assert not upgrade_ok(PATH, {})
    assert not upgrade_ok(PATH, {"x-plivo-signature-v3": "é", "x-plivo-signature-v3-nonce": "\ud800"})
    assert not upgrade_ok(PATH, headers(f"http://ivr.example.com{PATH}", token="another"))
    assert not upgrade_ok("/stream/\ud800/", headers(f"http://ivr.example.com{PATH}"))


def test_the_port_of_the_public_address_counts(settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    assert upgrade_ok(PATH, headers(f"http://127.0.0.1:8000{PATH}"))
    assert not upgrade_ok(PATH, headers(f"http://127.0.0.1{PATH}"))


def test_an_older_token_is_good_while_it_is_rotated(settings):
    url = f"http://ivr.example.com{PATH}"
    assert not upgrade_ok(PATH, headers(url, token="last-year"))
    settings.PLIVO_OLD_AUTH_TOKENS = ["last-year"]
    assert upgrade_ok(PATH, headers(url, token="last-year"))


def test_without_any_token_nobody_is_let_in(settings):
    settings.PLIVO_AUTH_TOKEN = ""
    assert not request_ok("GET", PATH, {}, headers(PUBLIC + PATH, token=""))


def test_unsigned_tools_are_let_in_on_this_very_machine_only(settings):
    assert not unsigned_ok("127.0.0.1", {})
    settings.ACCEPT_UNSIGNED_FROM_LOOPBACK = True
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert unsigned_ok(address, {"user-agent": "plivo-cli"})
    for address in ("10.0.0.1", "203.0.113.7", "", "localhost", "not an address", "::ffff:10.0.0.1"):
        assert not unsigned_ok(address, {})
    assert not unsigned_ok("127.0.0.1", {"x-forwarded-for": "203.0.113.7"})
    assert not unsigned_ok("127.0.0.1", {"x-plivo-signature-v3": ""})
    assert not unsigned_ok("127.0.0.1", {"x-plivo-signature-v2": "x"})
