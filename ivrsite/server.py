"""The web process: Daphne, made to leave politely. `python -m ivrsite.server [--port N] [--bind ADDRESS]`

Stock Daphne, told to stop, drops every socket at once and never calls `disconnect`. This one, on SIGTERM or SIGINT:

1. `/readyz` answers 503, and for `notice` seconds the port stays open, so that a balancer can see it;
2. the port closes, pages that look on are let go; live calls, and who listens to one, go on for up to `grace` seconds;
3. calls that are left are closed with code 4012; their carrier fetches the continue URL and goes on elsewhere;
4. consumers get `CLOSE_WAIT` seconds to finish their clean-up. A second signal skips to step 3.
"""

# The reactor must be installed before anything else touches Twisted.
from daphne.server import Server, reactor  # isort: skip

import argparse
import asyncio
import gc
import logging
import os
import signal
import sys
import time
from typing import Any

from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer
from twisted.python.failure import Failure

from ivrsite.process import THIS
from streams.limits import Close

logger = logging.getLogger(__name__)

CLOSE_WAIT = 20.0  # seconds for consumers to finish after their socket closed: final words may come for 15
SWITCH_SECONDS = 0.0005  # Python's own 5 ms: so long the thread that stores logs could keep every call's audio waiting
# Daphne drops the connection without a word beyond this; from 64 KiB on, the consumer closes it and says why.
LARGEST_FRAME = 256 * 1024
PAGE = b"/desk/"  # the socket of a page that looks on: no grace is for it, it finds another process by itself


class DrainServer(Server):
    """Daphne with a drain. `notice` and `grace` are seconds; see the module for the order of things."""

    def __init__(self, *args: Any, notice: float = 0.0, grace: float = 0.0, **kwargs: Any) -> None:
        super().__init__(*args, signal_handlers=False, ready_callable=self.on_ready, **kwargs)
        self.notice, self.grace = notice, grace
        self.ports: list[Any] = []
        self.began: float | None = None
        self.asked: set[WebSocketProtocol] = set()
        self.complaint = ""

    def on_ready(self) -> None:
        """Take over the signals, publish what `/readyz` asks, and stop the collector from walking the program."""
        for sign in (signal.SIGTERM, signal.SIGINT):
            reactor._asyncioEventloop.add_signal_handler(sign, self.begin_drain)
        THIS.open_streams = lambda: len(self.sockets())
        gc.collect()
        gc.freeze()  # a full collection would stop all calls for some 50 ms
        sys.setswitchinterval(SWITCH_SECONDS)

    def listen_success(self, port: Any) -> None:
        """Remember the port, to close it before the calls end."""
        super().listen_success(port)
        self.ports.append(port)

    def listen_error(self, failure: Failure) -> None:
        """Keep the reason for whoever started us."""
        self.complaint = failure.getErrorMessage()
        self.stop()

    def busy(self) -> list[Any]:
        """Connections whose application still runs: requests being answered, and sockets."""
        running = {link: details.get("application_instance") for link, details in self.connections.items()}
        return [link for link, task in running.items() if task is not None and not task.done()]

    def sockets(self) -> list[WebSocketProtocol]:
        """The WebSockets among them."""
        return [link for link in self.busy() if isinstance(link, WebSocketProtocol)]

    def begin_drain(self) -> None:
        """First signal: stop taking calls. Second signal: stop waiting for them."""
        if self.began is not None:
            self.notice = self.grace = 0.0
            return
        THIS.draining = True
        self.began = time.monotonic()
        logger.info("Draining: %d streams are open.", len(self.sockets()))
        self.tick()

    def tick(self) -> None:
        """Ten times a second while draining."""
        waited = time.monotonic() - (self.began or 0.0)
        if waited >= self.notice:
            while self.ports:
                self.ports.pop().stopListening()
            self.ask_to_leave(only=PAGE)
            if waited >= self.notice + self.grace:
                self.ask_to_leave()
            if not self.busy() or waited >= self.notice + self.grace + CLOSE_WAIT:
                logger.info("Drained; %d connections are left.", len(self.busy()))
                reactor.stop()
                return
        reactor.callLater(0.1, self.tick)

    def ask_to_leave(self, only: bytes = b"") -> None:
        """Close each socket (of this path) once; one that is still shaking hands is refused."""
        for socket in self.sockets():
            if socket in self.asked or (only and getattr(socket, "path", b"") != only):
                continue
            self.asked.add(socket)
            if socket.state == WebSocketProtocol.STATE_CONNECTING and hasattr(socket, "handshake_deferred"):
                socket.serverReject()
            else:
                socket.serverClose(code=Close.DRAINING)

    def kill_all_applications(self) -> defer.Deferred | None:
        """Cancel what still runs. Stock Daphne raises KeyError on a connection that has no application yet."""
        tasks = [self.connections[link]["application_instance"] for link in self.busy()]
        for task in tasks:
            task.cancel()
        return defer.Deferred.fromFuture(asyncio.gather(*tasks, return_exceptions=True)) if tasks else None


def serve(application: Any, *, bind: str, port: int, notice: float, grace: float) -> str:
    """Serve until told to leave. Returns "" after a clean end, or why it could not listen."""
    # No access log: paths of streams and continue URLs hold tokens.
    server = DrainServer(
        application,
        endpoints=[f"tcp:port={port}:interface={bind}"],
        notice=notice,
        grace=grace,
        application_close_timeout=CLOSE_WAIT,
        websocket_connect_timeout=5,
        websocket_max_message_size=LARGEST_FRAME,
        websocket_max_frame_size=LARGEST_FRAME,
        server_name="callwright",
    )
    server.run()
    return server.complaint


def main(arguments: list[str] | None = None) -> int:
    """Check the settings, then serve the site. Refuses to start on an error that `manage.py check` would show."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ivrsite.settings")
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    from ivrsite.asgi import application  # loads the apps, so it comes before the settings are used
    from streams import engines, tape
    from streams.alerts import lookout
    from streams.event_log import writer

    options = argparse.ArgumentParser(prog="python -m ivrsite.server", description="Serve the site.")
    options.add_argument("--port", type=int, default=settings.PORT)
    options.add_argument("--bind", default="127.0.0.1", help="the address to listen on (usual: 127.0.0.1)")
    chosen = options.parse_args(arguments)
    errors = [found for found in run_checks() if found.level >= ERROR]
    for found in errors:
        logger.critical("%s: %s %s", found.id, found.msg, found.hint or "")
    if errors:
        return 1
    engines.warm()  # the first caller need not wait for the voice and the ears to load
    lookout.begin()
    notice, grace = settings.DRAIN_NOTICE_SECONDS, settings.DRAIN_GRACE_SECONDS
    complaint = serve(application, bind=chosen.bind, port=chosen.port, notice=notice, grace=grace)
    if not tape.writer.flush():
        logger.critical("The last seconds of some recordings could not be stored.")
    if not writer.flush():
        logger.critical("The last lines of some calls' logs could not be stored.")
    if complaint:
        logger.critical("Cannot listen on %s:%d: %s", chosen.bind, chosen.port, complaint)
    return 1 if complaint else 0


if __name__ == "__main__":
    sys.exit(main())
