"""What may be asked, and what is done with an answer that is out to do harm. No test leaves this machine."""

import asyncio
import gzip
import json
import shutil
import ssl
import subprocess
import time
from contextlib import asynccontextmanager

import httpx2
import pytest

from flows import web_addresses
from streams import egress
from streams.egress import MOST_BYTES, EgressError, Request, fetch, post

PUBLIC = "93.184.215.14"
HERE = "https://orders.example.com/status"


def leads_to(*answers):
    """A resolver that gives these answers, one after the other; it counts how often it is asked."""
    asked = []

    async def resolve(host, port):
        asked.append((host, port))
        return list(answers[min(len(asked), len(answers)) - 1])

    resolve.asked = asked
    return resolve


def answers(body=b"{}", status=200, **headers):
    """A network that answers so, and keeps what was asked of it."""
    asked = []

    async def pieces():
        yield body

    async def answer(request):
        asked.append(request)
        return httpx2.Response(status, content=pieces(), headers={"content-type": "application/json", **headers})

    transport = httpx2.MockTransport(answer)
    transport.asked = asked
    return transport


async def refused(address=HERE, *, resolve=None, this_machine=False, **request):
    network = answers()
    with pytest.raises(EgressError) as caught:
        await fetch(
            Request(address=address, **request),
            resolve=resolve or leads_to([PUBLIC]),
            transport=network,
            this_machine=this_machine,
        )
    assert network.asked == []
    assert caught.value.denied
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://orders.example.com/",
        "https://orders.example.com:8443/",
        "https://user:secret@orders.example.com/",
        "https://orders.example.com@169.254.169.254/",
        "https://169.254.169.254/latest/meta-data/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://localhost/",
        "https://db.internal/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
        "file:///etc/passwd",
        "gopher://orders.example.com/",
        "//orders.example.com/",
        "https:///status",
        "https://orders.example.com\\@evil.example/",
        "https://orders.example.com/\r\nX-Evil: 1",
        "https://órders.example.com/",
        "https://orders.example.com:99999/",
        "",
    ],
)
async def test_an_address_that_may_not_be_asked_is_refused_before_anything_is_sent(address):
    assert (await refused(address)).endswith(".")
    assert web_addresses.why_not(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "ff02::1",
        "nonsense",
    ],
)
@pytest.mark.parametrize("place", [0, 1])
async def test_a_name_of_which_any_address_is_private_is_not_asked(address, place):
    found = [PUBLIC]
    found.insert(place, address)
    assert "private network" in await refused(resolve=leads_to(found))


async def test_a_name_that_changes_its_mind_is_resolved_once_and_asked_at_the_address_that_was_checked():
    rebinding, network = leads_to([PUBLIC], ["127.0.0.1"]), answers(b'{"a": 1}')
    assert await fetch(Request(address=HERE), resolve=rebinding, transport=network) == {"a": 1}
    (asked,) = network.asked
    assert rebinding.asked == [("orders.example.com", 443)]
    assert (asked.url.host, asked.url.port or 443) == (PUBLIC, 443)
    assert asked.headers["host"] == "orders.example.com"
    assert asked.extensions["sni_hostname"] == "orders.example.com"


async def test_loopback_is_asked_only_where_this_machine_is_allowed():
    await refused("http://127.0.0.1:9/")
    assert "private network" in await refused("http://localhost:9/", this_machine=True, resolve=leads_to([PUBLIC]))


async def test_what_is_sent_stands_in_the_address_or_in_the_body():
    network = answers()
    fields = {"order": "47&11", "who": "Ann"}
    request = Request(address=f"{HERE}?shop=7", fields=fields, secret=("X-Api-Key", "s3cret"))
    await fetch(request, resolve=leads_to([PUBLIC]), transport=network)
    await fetch(Request(address=HERE, method="POST", fields=fields), resolve=leads_to([PUBLIC]), transport=network)
    by_address, by_body = network.asked
    assert by_address.url.query == b"shop=7&order=47%2611&who=Ann"
    assert by_address.headers["x-api-key"] == "s3cret"
    assert json.loads(by_body.content) == fields
    assert "cookie" not in by_address.headers


async def test_nothing_of_the_environment_is_used(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with serving(json_of({"a": 1})) as address:
        assert await fetch(Request(address=address), this_machine=True) == {"a": 1}


@pytest.mark.parametrize(
    ("network", "sentence"),
    [
        (answers(status=302, location="https://127.0.0.1/"), "another address"),
        (answers(status=500), "HTTP 500"),
        (answers(status=404), "nothing for this"),
        (answers(b"<html>", **{"content-type": "text/html"}), "not JSON"),
        (answers(b"not json"), "not JSON"),
        (answers(b"[" * 100_000), "not JSON"),
        (answers(b"1" * 10_000), "not JSON"),
        (answers(b"\xff\xfe\x00"), "not JSON"),
        (answers(b"[" + b"1," * MOST_BYTES + b"1]"), "too long"),
    ],
)
async def test_an_answer_that_is_none_is_a_sentence(network, sentence):
    with pytest.raises(EgressError, match=sentence):
        await fetch(Request(address=HERE), resolve=leads_to([PUBLIC]), transport=network)
    assert len(network.asked) == 1  # a redirect is not followed, a failure not tried again


async def test_a_secret_that_cannot_be_sent_is_a_sentence_without_it():
    async with serving(json_of({})) as address:
        with pytest.raises(EgressError) as caught:
            await fetch(Request(address=address, secret=("X-Api-Key", "s3cret\r\nHost: evil")), this_machine=True)
    assert "s3cret" not in str(caught.value)


# --- servers that are out to do harm, on loopback ---------------------------------------------------------------------


@asynccontextmanager
async def serving(respond):
    """A server on loopback, whose `respond(writer)` writes whatever it likes."""

    async def serve(reader, writer):
        try:
            await reader.readuntil(b"\r\n\r\n")
            await respond(writer)
        except (ConnectionError, asyncio.CancelledError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    finally:
        server.close()


def head(**headers):
    lines = [f"{name.replace('_', '-')}: {text}\r\n" for name, text in headers.items()]
    return ("HTTP/1.1 200 OK\r\nConnection: close\r\n" + "".join(lines) + "\r\n").encode()


def json_of(found):
    async def respond(writer):
        writer.write(head(Content_Type="application/json") + json.dumps(found).encode())
        await writer.drain()

    return respond


async def a_gigabyte(writer):
    writer.write(head(Content_Type="application/json", Content_Length=1 << 30))
    while True:
        writer.write(b" " * 65_536)
        writer.sent = getattr(writer, "sent", 0) + 65_536
        await writer.drain()


async def a_bomb(writer):
    bomb = gzip.compress(b" " * (50 << 20))
    writer.write(head(Content_Type="application/json", Content_Encoding="gzip", Content_Length=len(bomb)) + bomb)
    await writer.drain()


async def a_page(writer):
    writer.write(head(Content_Type="text/html") + b"<html>" * 1000)
    await writer.drain()


async def headers_without_end(writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        writer.write(b"X-More: " + b"y" * 1000 + b"\r\n")
        await writer.drain()


async def a_drip(writer):
    writer.write(head(Content_Type="application/json"))
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def nothing(writer):
    await asyncio.sleep(60)


@pytest.mark.parametrize("respond", [a_gigabyte, a_bomb, a_page, headers_without_end, a_drip, nothing])
async def test_a_server_that_means_harm_is_left_in_time_and_with_little_read(respond, monkeypatch):
    monkeypatch.setattr(egress, "SECONDS", 0.4)
    async with serving(respond) as address:
        began = time.monotonic()
        with pytest.raises(EgressError):
            await fetch(Request(address=address), this_machine=True)
        assert time.monotonic() - began < 2.0


@pytest.fixture
def certificate(tmp_path):
    """A certificate for the name, by nobody, and its key."""
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, made = str(tmp_path / "key.pem"), str(tmp_path / "certificate.pem")
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=orders.example.com"]
    subprocess.run([*make, "-keyout", key, "-out", made], check=True, capture_output=True)
    return made, key


async def test_a_pinned_address_is_held_to_its_name(certificate):
    """TLS asks for the name, not for the address, and a certificate that nobody vouches for is refused."""
    names = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda socket, name, _: names.append(name)
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0, ssl=context)
    led = Led()
    led.port = server.sockets[0].getsockname()[1]
    with pytest.raises(EgressError, match="could not be reached"):
        await fetch(Request(address=HERE), resolve=leads_to([PUBLIC]), transport=led)
    server.close()
    assert names == ["orders.example.com"]


class Led(httpx2.AsyncHTTPTransport):
    """The true transport, led to a port of this machine."""

    async def handle_async_request(self, request):
        request.url = request.url.copy_with(host="127.0.0.1", port=self.port)
        return await super().handle_async_request(request)


@pytest.mark.parametrize("inside", ["10.0.0.8", "127.0.0.1", "169.254.169.254", "::1"])
async def test_nothing_is_told_to_a_name_that_leads_inside(inside):
    network = answers()
    with pytest.raises(EgressError, match="private network"):
        await post(HERE, b"{}", {}, resolve=leads_to([PUBLIC, inside]), transport=network)
    assert network.asked == []


async def test_what_is_told_goes_to_the_address_that_was_checked_as_it_is():
    network = answers(b"not JSON at all", 204)
    assert (
        await post(HERE, b"bytes", {"X-Mark": "1"}, resolve=leads_to([PUBLIC], ["10.0.0.8"]), transport=network) == 204
    )
    (asked,) = network.asked
    assert (asked.url.host, asked.headers["Host"], asked.headers["X-Mark"]) == (PUBLIC, "orders.example.com", "1")
    assert asked.content == b"bytes"


@pytest.mark.parametrize("status", [301, 400, 500])
async def test_only_an_answer_that_takes_it_counts(status):
    with pytest.raises(EgressError):
        await post(
            HERE, b"{}", {}, resolve=leads_to([PUBLIC]), transport=answers(b"", status, location="https://x.example/")
        )
