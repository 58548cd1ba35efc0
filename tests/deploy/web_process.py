"""A web process as nginx sees one: it answers what it was asked, or does something else when it is told to."""

import base64
import hashlib
import json
import socketserver
import threading
from typing import Any

MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455
HELLO = b"hello"  # no frame, for nginx does not look into them
QUIET = 30.0  # seconds; whoever waits so long was not let go


class WebProcess(socketserver.ThreadingTCPServer):
    """`manner` is how it behaves from now on: "answers", "dies" over a request that it read, or is "quiet" until
    `speaks` is set. WebSockets are taken, and say hello once they heard something."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.port: int = self.server_address[1]
        self.manner = "answers"
        self.speaks = threading.Event()
        self.asked: list[dict[str, Any]] = []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def leave(self) -> None:
        """Close the port."""
        self.speaks.set()
        self.shutdown()
        self.server_close()


class _Connection(socketserver.StreamRequestHandler):
    server: WebProcess

    def handle(self) -> None:
        method, path, _ = self.rfile.readline().decode().split(" ")
        lines = iter(lambda: self.rfile.readline().decode().strip(), "")
        headers = {name.lower(): said for name, said in (line.split(": ", 1) for line in lines)}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.server.asked.append({"method": method, "path": path, "headers": headers, "bytes": len(body)})
        if self.server.manner == "dies":
            return
        if "sec-websocket-key" in headers:
            self._talk(headers["sec-websocket-key"])
            return
        if self.server.manner == "quiet":
            self.server.speaks.wait(QUIET)
        said = json.dumps({"port": self.server.port}).encode()
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b" % (len(said), said))

    def _talk(self, key: str) -> None:
        accept = base64.b64encode(hashlib.sha1((key + MAGIC).encode(), usedforsecurity=False).digest())
        self.wfile.write(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n")
        self.wfile.write(b"Sec-WebSocket-Accept: %b\r\n\r\n" % accept)
        while self.request.recv(4096):
            if self.server.manner == "quiet":
                self.server.speaks.wait(QUIET)
            self.wfile.write(HELLO)
