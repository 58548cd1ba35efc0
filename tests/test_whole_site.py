"""The site as real processes: a server, a phone that rings it, and a server that is killed in mid-call."""

import json
import signal
import urllib.request

import pytest

from tests.own_site import SET_UP, Site, end, read_until

CALLER_PRESSES = """
call +14155550199 from +14155550142
hears "Thank you for calling Hart Tools"
presses 1
hears "Please type your six digit account number"
waits 60s
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


@pytest.fixture
def site(tmp_path, new_database):
    (tmp_path / "callwright.sqlite3").write_bytes(new_database)
    made = Site(tmp_path)
    made.manage("shell", "-v0", "-c", SET_UP)
    return made


def test_a_server_killed_in_mid_call_loses_neither_the_calls_log_nor_its_charge(site, tmp_path):
    script = tmp_path / "presses.txt"
    script.write_text(CALLER_PRESSES)
    server = site.serve()
    phone = site.start("manage.py", "call", "--speed", "2", "--script", str(script))
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
