"""The site as real processes: a server, a phone that rings it, and a server that is killed in mid-call."""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CALLER_PRESSES = """
call +14155550199 from +14155550142
hears "Thank you for calling Hart Tools"
presses 1
hears "Please type your six digit account number"
waits 60s
"""
BEFORE = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("load_demo")
"""
AFTERWARDS = """
import json
from datetime import timedelta
from django.utils import timezone
from streams.models import Call, CallEvent, Charge
from streams.finalise import finalise
from streams.sweeper import sweep
later = timezone.now() + timedelta(minutes=10)
for _ in range(3):
    sweep(later)
    for call in Call.objects.all():
        finalise(call.pk, now=later)
call = Call.objects.get()
print(json.dumps({
    "status": call.status,
    "outcome": call.outcome,
    "kinds": list(CallEvent.objects.values_list("kind", flat=True)),
    "keys": [event.data["digit"] for event in CallEvent.objects.filter(kind="key")],
    "charges": [str(c.amount) for c in Charge.objects.current() if c.kind == "stream"],
    "streams": call.streams.count(),
    "summary": call.summary.text,
}))
"""


class Site:
    """One installation in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        foreign = ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "PLIVO_AUTH_TOKEN", "DJANGO_SETTINGS_MODULE")
        self.env = {name: content for name, content in os.environ.items() if name not in foreign}
        self.env |= {"CALLWRIGHT_VAR": str(folder), "CALLWRIGHT_ENV": os.devnull, "PORT": str(self.port)}
        self.env["PYTHONUNBUFFERED"] = "1"

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def serve(self) -> subprocess.Popen[str]:
        server = self.start("-m", "ivrsite.server")
        read_until(server, "Listening on TCP address")
        return server


def read_until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """The output up to the line with `wanted`; fails when the process ends without it."""
    seen = []
    for line in process.stdout:
        seen.append(line)
        if wanted in line:
            return "".join(seen)
    raise AssertionError(f"It ended without saying “{wanted}”:\n{''.join(seen)}")


def end(process: "subprocess.Popen[str]") -> None:
    if process.poll() is None:
        process.kill()
    process.stdout.close()
    process.wait()


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    made.manage("shell", "-v0", "-c", BEFORE)
    return made


def test_a_server_killed_in_mid_call_loses_neither_the_calls_log_nor_its_charge(site, tmp_path):
    script = tmp_path / "presses.txt"
    script.write_text(CALLER_PRESSES)
    server = site.serve()
    phone = site.start("manage.py", "call", "--script", str(script))
    try:
        read_until(phone, "Please type your six digit account number")
        with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/healthz", timeout=5) as answer:
            assert answer.status == 200
        server.send_signal(signal.SIGKILL)
        server.wait()
    finally:
        end(phone)
        end(server)
    record = json.loads(site.manage("shell", "-v0", "-c", AFTERWARDS).splitlines()[-1])
    assert record["status"] == "finished"
    assert record["outcome"]
    assert record["summary"]
    assert record["streams"] == 1
    assert record["charges"] == ["0.003000"]
    assert {"answered", "entered", "left", "prompt_started"} <= set(record["kinds"])
    assert record["keys"] == ["1"]
