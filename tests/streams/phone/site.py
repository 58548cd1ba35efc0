"""A small site on loopback: answers the carrier's requests from a table, and lets a test play its side of streams."""

import asyncio
import base64
import json
from contextlib import asynccontextmanager
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from streams.audio import mulaw
from streams.carriers.plivo_api import sign_v3
from streams.phone.callbacks import Account

TOKEN = "plivo_test_token_0123456789"


ACCOUNT = Account("MA" + "X" * 18, TOKEN, sign_v3)


class Request:
    def __init__(self, method, target, headers, body):
        self.method, self.target, self.headers = method, target, headers
        parts = urlsplit(target)
        self.path = parts.path
        source = parts.query if method == "GET" else body
        self.form = {name: values[0] for name, values in parse_qs(source, keep_blank_values=True).items()}


class SiteStream:
    """The site's end of one stream, for tests to play."""

    def __init__(self, socket):
        self.socket, self.frames, self.start = socket, [], {}

    async def receive(self, *events):
        """The next frame of one of these kinds; the frames before it are kept in `frames`."""
        async for message in self.socket:
            frame = json.loads(message)
            self.frames.append(frame)
            if frame["event"] == "start":
                self.start = frame["start"]
            if frame["event"] in events:
                return frame
        return None

    async def rest(self):
        """Read until the carrier closes."""
        await self.receive("never")

    async def send(self, **command):
        await self.socket.send(json.dumps(command))

    async def play(self, audio, **media):
        payload = base64.b64encode(audio).decode()
        media = {"contentType": "audio/x-mulaw", "sampleRate": 8000, "payload": payload} | media
        await self.send(event="playAudio", media=media)

    async def mark(self, name):
        await self.send(event="checkpoint", streamId=self.start["streamId"], name=name)

    async def clear(self):
        await self.send(event="clearAudio", streamId=self.start["streamId"])

    async def say(self, audio, name="said"):
        """Play, and wait until it was heard."""
        await self.play(audio)
        await self.mark(name)
        return await self.receive("playedStream")


async def greet(stream):
    """Say something, then let the caller do what they like."""
    await stream.say(prompt(0.3, 11))
    await stream.rest()


class Site:
    """What a test says the site is. `answers`: path -> document, (status, body), or seconds to wait first."""

    def __init__(self):
        self.answers, self.requests, self.streams, self.upgrades = {}, [], [], []
        self.on_stream = SiteStream.rest
        self.refuse_upgrades = self.over = 0
        self.left = asyncio.Event()
        self.url = self.stream_url = ""

    def stream_document(self, *after, **attributes):
        given = {
            "bidirectional": "true",
            "keepCallAlive": "true",
            "contentType": "audio/x-mulaw;rate=8000",
        } | attributes
        spelled = " ".join(f'{name}="{value}"' for name, value in given.items() if value is not None)
        return f"<Response><Stream {spelled}>{self.stream_url}</Stream>{''.join(after)}</Response>"

    def posts(self, path):
        return [request.form for request in self.requests if request.path == path]

    def events(self):
        """The path and Event of everything that was posted."""
        return [(request.path, request.form.get("Event")) for request in self.requests]

    async def handle(self, reader, writer):
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            first, *lines = head.strip().split("\r\n")
            headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
            body = (await reader.readexactly(int(headers.get("content-length", 0)))).decode()
            method, target, _ = first.split(" ")
            request = Request(method, target, headers, body)
            self.requests.append(request)
            status, text = await self.answer(request)
            data = text if isinstance(text, bytes) else text.encode()
            writer.write(
                f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode() + data
            )
            await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def answer(self, request):
        answer = self.answers.get(request.path, "")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            answer = ""
        return answer if isinstance(answer, tuple) else (200, answer)

    async def accept(self, socket):
        stream = SiteStream(socket)
        self.streams.append(stream)
        try:
            await stream.receive("start")
            await self.on_stream(stream)
        except ConnectionClosed:
            pass
        finally:
            self.over += 1
            self.left.set()

    async def closed(self):
        """Wait until no stream is open any more."""
        while self.over < len(self.streams):
            await asyncio.wait_for(self.left.wait(), 5)
            self.left.clear()

    def upgrade(self, connection, request):
        self.upgrades.append((request.path, dict(request.headers.raw_items())))
        if self.refuse_upgrades:
            self.refuse_upgrades -= 1
            return connection.respond(403, "no")
        return None


@asynccontextmanager
async def open_site():
    site = Site()
    http = await asyncio.start_server(site.handle, "127.0.0.1", 0)
    sockets = await serve(site.accept, "127.0.0.1", 0, process_request=site.upgrade, compression=None, max_size=None)
    site.url = f"http://127.0.0.1:{http.sockets[0].getsockname()[1]}"
    site.stream_url = f"ws://127.0.0.1:{sockets.sockets[0].getsockname()[1]}/stream/abc/"
    try:
        yield site
    finally:
        http.close()
        sockets.close()
        await sockets.wait_closed()


def prompt(seconds, seed=1):
    """Some mu-law that is neither silent nor like that of another seed."""
    size = int(seconds * mulaw.RATE)
    return bytes((n * (seed * 2 + 1) + n // 251 * seed) % 120 + 1 for n in range(size))
