"""This site's own ASGI application on a port of loopback, in the test's own process: webhooks and sockets alike.

The built-in phone calls it as it would call a server, and a test can look into the consumers that carry the call.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed


class AsgiSite:
    """`sockets` are the paths of the WebSockets that were opened; `refuses` begins the paths that are not let in."""

    def __init__(self, application):
        self._application = application
        self.sockets, self.refuses, self.sent = [], None, []
        self.connections = []

    # --- one port for both ----------------------------------------------------------------------------------------

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[int]:
        sockets = await serve(
            self._socket, "127.0.0.1", 0, process_request=self._upgrade, compression=None, max_size=None
        )
        self._sockets_port = sockets.sockets[0].getsockname()[1]
        front = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        try:
            yield front.sockets[0].getsockname()[1]
        finally:
            front.close()
            sockets.close()
            await sockets.wait_closed()

    async def _connection(self, reader, writer):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if b"upgrade: websocket" in head.lower():
                await self._pipe(head, reader, writer)
            else:
                await self._request(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _pipe(self, head, reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", self._sockets_port)
        back.write(head)

        async def copy(source, into):
            with contextlib.suppress(ConnectionError):
                while data := await source.read(65536):
                    into.write(data)
                    await into.drain()
            into.close()

        await asyncio.gather(copy(reader, back), copy(there, writer))

    # --- HTTP -----------------------------------------------------------------------------------------------------

    async def _request(self, head, reader, writer):
        first, *lines = head.decode().strip().split("\r\n")
        method, target, _ = first.split(" ")
        pairs = [line.split(":", 1) for line in lines]
        headers = [(name.lower().encode(), said.strip().encode()) for name, said in pairs]
        length = int(dict(headers).get(b"content-length", b"0"))
        body, answer = await reader.readexactly(length), {"body": b""}
        given = asyncio.Queue()
        given.put_nowait({"type": "http.request", "body": body, "more_body": False})

        async def send(message):
            answer.update(status=message.get("status", answer.get("status")))
            answer["headers"] = message.get("headers", answer.get("headers"))
            answer["body"] += message.get("body", b"")

        await self._application(self._scope("http", target, headers) | {"method": method}, given.get, send)
        told = b"".join(name + b": " + said + b"\r\n" for name, said in answer["headers"])
        writer.write(
            f"HTTP/1.1 {answer['status']} X\r\nConnection: close\r\n".encode() + told + b"\r\n" + answer["body"]
        )
        await writer.drain()

    def _scope(self, kind, target, headers):
        parts = urlsplit(target)
        return {
            "type": kind,
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "scheme": "http" if kind == "http" else "ws",
            "path": parts.path,
            "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(),
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
            "subprotocols": [],
        }

    # --- WebSockets -----------------------------------------------------------------------------------------------

    async def _upgrade(self, connection, request):
        if self.refuses and request.path.startswith(self.refuses):
            return connection.respond(503, "not now")
        headers = [(name.lower().encode(), said.encode()) for name, said in request.headers.raw_items()]
        given, out = asyncio.Queue(), asyncio.Queue()
        given.put_nowait({"type": "websocket.connect"})
        scope = self._scope("websocket", request.path, headers)
        running = asyncio.create_task(self._application(scope, given.get, out.put))
        first = await out.get()
        if first["type"] != "websocket.accept":
            await running
            return connection.respond(403, "no")
        self.sockets.append(request.path)
        self.connections.append(connection)
        connection.run = given, out, running
        return None

    async def _socket(self, connection):
        given, out, running = connection.run
        sending = asyncio.create_task(self._send(connection, out))
        try:
            async for text in connection:
                given.put_nowait({"type": "websocket.receive", "text": text})
        except ConnectionClosed:
            pass
        given.put_nowait({"type": "websocket.disconnect", "code": 1000})
        sending.cancel()
        await running

    async def _send(self, connection, out):
        with contextlib.suppress(ConnectionClosed):
            while True:
                message = await out.get()
                if message["type"] == "websocket.close":
                    await connection.close(message["code"])
                    return
                self.sent.append((connection.request.path, message["text"]))
                await connection.send(message["text"])
