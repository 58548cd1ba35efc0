"""The drain, tried on a real process with a tiny application: sockets that echo, and tell when they were let go."""

import asyncio
import signal
import socket
import subprocess
import sys
import time

import pytest
import websockets
from websockets.exceptions import ConnectionClosed

from ivrsite.launch.ports import any_free

APPLICATION = """
import sys
from ivrsite.server import serve

async def application(scope, receive, send):
    if scope["type"] == "http":
        from ivrsite.process import THIS
        body = f"draining={THIS.draining} streams={THIS.open_streams()}".encode()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})
        return
    await receive()
    if scope["path"] == "/undecided": await __import__("asyncio").sleep(60)
    await send({"type": "websocket.accept"})
    try:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                print("let go with", message["code"], flush=True)
                return
            await send({"type": "websocket.send", "text": message["text"]})
    finally:
        print("cleaned up", flush=True)

port, notice, grace = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
complaint = serve(application, bind="127.0.0.1", port=port, notice=notice, grace=grace)
print(complaint or "left in peace", flush=True)
"""


class Site:
    def __init__(self, notice, grace):
        self.port = any_free()
        command = [sys.executable, "-c", APPLICATION, str(self.port), str(notice), str(grace)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        deadline = time.monotonic() + 30
        while not self.listens():
            assert time.monotonic() < deadline, "it never listened"
            time.sleep(0.02)

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    async def ring(self, path="/stream"):
        line = await websockets.connect(f"ws://127.0.0.1:{self.port}{path}", ping_interval=None, proxy=None)
        await line.send("hello")
        assert await line.recv() == "hello"
        return line

    def get(self):
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as line:
            line.sendall(b"GET / HTTP/1.0\r\nHost: x\r\n\r\n")
            return line.makefile().read()

    def ended(self):
        return self.process.communicate(timeout=30)[0], self.process.returncode


async def until(claim):
    async with asyncio.timeout(20):
        while not claim():  # noqa: ASYNC110 (another process has no event to wait for)
            await asyncio.sleep(0.02)


@pytest.fixture
def start():
    sites = []

    def started(*, notice=0.0, grace=0.0):
        sites.append(Site(notice, grace))
        return sites[-1]

    yield started
    for site in sites:
        site.process.kill()
        site.process.wait()
        site.process.stdout.close()


async def test_told_to_stop_it_lets_each_call_go_with_a_reason(start):
    site = start()
    calls = [await site.ring() for _ in range(3)]
    site.process.send_signal(signal.SIGTERM)
    for call in calls:
        with pytest.raises(ConnectionClosed) as closed:
            await call.recv()
        assert closed.value.rcvd.code == 4012
    said, status = await asyncio.to_thread(site.ended)
    assert said.count("let go with 4012") == 3
    assert said.count("cleaned up") == 3
    assert said.endswith("left in peace\n")
    assert status == 0


async def test_a_page_that_looks_on_is_let_go_while_calls_and_who_hears_them_go_on(start):
    site = start(grace=30)
    call, page, ear = await site.ring(), await site.ring("/desk/"), await site.ring("/desk/listen/1/")
    site.process.send_signal(signal.SIGTERM)
    with pytest.raises(ConnectionClosed) as closed:
        await page.recv()
    assert closed.value.rcvd.code == 4012
    await call.send("still here")
    assert await call.recv() == "still here"
    await ear.send("still there")
    assert await ear.recv() == "still there"
    await ear.close()
    await call.close()
    assert (await asyncio.to_thread(site.ended))[1] == 0


async def test_calls_go_on_in_the_time_of_grace_while_new_ones_are_not_taken(start):
    site = start(grace=30)
    call = await site.ring()
    site.process.send_signal(signal.SIGTERM)
    await until(lambda: not site.listens())
    await call.send("still here")
    assert await call.recv() == "still here"
    await call.close()  # the last call ends by itself, and with it the process
    said, status = await asyncio.to_thread(site.ended)
    assert "let go with 1000" in said
    assert status == 0


async def test_the_notice_is_given_before_the_port_closes(start):
    site = start(notice=30)
    call = await site.ring()
    assert "draining=False streams=1" in site.get()
    site.process.send_signal(signal.SIGTERM)
    await until(lambda: "draining=True" in site.get())
    site.process.send_signal(signal.SIGTERM)  # a second one waits for nothing more
    with pytest.raises(ConnectionClosed):
        await call.recv()
    assert (await asyncio.to_thread(site.ended))[1] == 0


async def test_a_socket_in_the_middle_of_its_handshake_does_not_hold_it_up(start):
    site = start()
    undecided = asyncio.ensure_future(site.ring("/undecided"))
    await until(lambda: "streams=1" in site.get())
    site.process.send_signal(signal.SIGINT)
    with pytest.raises(websockets.InvalidHandshake):
        await undecided


def test_a_port_that_is_taken_is_said_and_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-c", APPLICATION, str(port), "0", "0"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=30).stdout
    assert "Address already in use" in said
