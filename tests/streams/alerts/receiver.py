"""A receiver of alerts on this machine: a true server, which answers as it is told and keeps what it was sent."""

import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Receiver(ThreadingHTTPServer):
    """`answers` are statuses, one for each request, the last one for ever; `delay` is seconds before each."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Answer)
        self.answers, self.delay, self.location, self.got = [200], 0.0, "", []

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Answer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), body))
        time.sleep(self.server.delay)
        answers = self.server.answers
        status = answers.pop(0) if len(answers) > 1 else answers[0]
        try:
            self.send_response(status)
            if self.server.location:
                self.send_header("Location", self.server.location)
            self.end_headers()
        except OSError:  # the other side had enough
            pass

    def log_message(self, *_):
        pass


@contextmanager
def receiving():
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
