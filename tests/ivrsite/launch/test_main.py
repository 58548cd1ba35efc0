"""The launcher as a whole, with tiny processes in place of the site's."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ivrsite.launch import __main__ as launch
from ivrsite.launch import ports

# Plays manage.py: writes what it was asked to `asked`, and fails at the command named in FAILS.
MANAGE = """
import os, sys
open(os.environ["ASKED"], "a").write(" ".join(sys.argv[1:]) + "\\n")
print("output of", sys.argv[1], flush=True)
raise SystemExit(sys.argv[1] == os.environ.get("FAILS"))
"""

# Plays the web server, or a worker when it gets no port.
RESIDENT = """
import http.server, os, sys, time
open(os.environ["ASKED"] + ".pids", "a").write(f"{os.getpid()}\\n")
if sys.argv[1] != "web": time.sleep(60)
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'{"checks": {}}')
    def log_message(self, *args): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Ready).serve_forever()
"""

LAUNCHER = f"""
import sys
from ivrsite.launch import __main__ as launch
from ivrsite.launch.processes import Child
python = [sys.executable, "-S", "-c"]
launch.MANAGE = [*python, {MANAGE!r}]
launch.residents = lambda log: [Child(name, [*python, {RESIDENT!r}, name], log / name) for name in ("web", "worker")]
sys.exit(launch.main(sys.argv[1:]))
"""


@pytest.fixture
def launched(tmp_path):
    processes = []

    def start(command, through=(sys.executable, "-c"), **environment):
        home = {"CALLWRIGHT_ENV": os.devnull, "CALLWRIGHT_VAR": f"{tmp_path}/var", "ASKED": f"{tmp_path}/asked"}
        given = {**os.environ, **home, "PORT": str(ports.any_free()), **environment}
        whole, pipe = [*through, LAUNCHER, command], subprocess.PIPE
        process = subprocess.Popen(whole, env=given, stdout=pipe, stderr=pipe, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.wait()


def asked(tmp_path):
    return [line.split()[0] for line in (tmp_path / "asked").read_text().splitlines()]


def wait_for(process, words):
    said = ""
    for line in process.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said + process.stderr.read())


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_stops_every_process_and_is_content(launched, tmp_path, sign):
    site = launched("run")
    wait_for(site, "output of demo_calls")
    pids = [int(pid) for pid in Path(f"{tmp_path}/asked.pids").read_text().split()]
    assert len(pids) == 2
    site.send_signal(sign)
    said, complaints = site.communicate(timeout=30)
    assert (site.returncode, complaints) == (0, "")
    assert said.endswith("Stopping.\n")
    assert all(map(gone, pids))
    assert asked(tmp_path) == ["prepare", "call", "show_call", "where_to_go", "call", "demo_calls"]


def test_a_killed_make_takes_its_launcher_along(launched, tmp_path):
    # the launcher's parent is a shell in place of make, so that it can be killed
    shell = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
    make = launched("run", through=(sys.executable, "-S", "-c", shell), MAKELEVEL="1")
    wait_for(make, "output of where_to_go")
    make.kill()
    assert make.stdout.read().endswith("Stopping.\n")


def test_the_demo_passes_with_a_good_call_and_a_whole_record(launched, tmp_path):
    said, complaints = (demo := launched("demo")).communicate(timeout=30)
    assert (demo.returncode, complaints) == (0, "")
    assert said.endswith("The demo passed: the call went as scripted and its record is complete.\n")
    assert asked(tmp_path) == ["prepare", "call", "show_call", "demo_record"]


class Rehearsal:
    """Plays the processes: remembers the commands, fails those in `failing`, and is ready at once."""

    environment = {"PORT": "8000"}

    def __init__(self, *failing):
        self.failing, self.asked, self.asked_to_stop = failing, [], threading.Event()

    def run(self, command, log=None):
        self.asked.append(command[len(launch.MANAGE)])
        if log:
            log.write_text(f"output of {self.asked[-1]}\n")
        return int(self.asked[-1] in self.failing)

    def start(self, child):
        pass

    def look(self):
        pass


@pytest.fixture
def ready(monkeypatch):
    monkeypatch.setattr(launch, "wait_until_ready", lambda house, port: True)


@pytest.mark.parametrize("failing", ["call", "show_call", "demo_record"])
def test_the_demo_fails_when_anything_of_it_fails(ready, tmp_path, failing):
    with pytest.raises(SystemExit) as failed:
        launch.demo(Rehearsal(failing), tmp_path)
    assert failed.value.code == (
        f"The demo failed: the lines above say where. The processes' logs are in {tmp_path}/log."
    )


def test_a_site_that_cannot_be_prepared_says_why(ready, tmp_path):
    with pytest.raises(SystemExit) as failed:
        launch.run(Rehearsal("prepare"), tmp_path)
    log = tmp_path / "log/prepare.log"
    assert failed.value.code == f"The site could not be prepared. The end of {log}:\n  | output of prepare\n"


def test_a_call_that_fails_does_not_close_the_house(ready, tmp_path, capsys):
    house = Rehearsal("call")
    house.look = house.asked_to_stop.set  # the first look of the long wait ends it
    assert launch.run(house, tmp_path) == 0
    assert house.asked == ["prepare", "call", "show_call", "where_to_go", "call", "demo_calls"]
    told = capsys.readouterr().out
    assert "That call did not go as planned; the lines above say where. The site stays up." in told
    assert "The sales call did not go as planned; the lines above say where. The site stays up." in told


def test_a_demo_that_is_stopped_has_not_passed(launched, tmp_path):
    demo = launched("demo")
    wait_for(demo, "Preparing")
    demo.send_signal(signal.SIGINT)
    _, complaints = demo.communicate(timeout=30)
    assert (demo.returncode, complaints) == (1, "Stopped before the demo was over.\n")


def test_a_second_run_and_a_demo_beside_the_first(launched, tmp_path):
    first = launched("run")
    wait_for(first, "where_to_go")
    _, complaints = (second := launched("run")).communicate(timeout=30)
    assert second.returncode == 1
    assert f"`make run` is already running in this folder (process {first.pid})." in complaints
    (demo := launched("demo")).communicate(timeout=30)
    assert demo.returncode == 0


def test_a_demo_begins_in_a_clean_room_on_an_address_of_its_own(tmp_path, monkeypatch):
    (tmp_path / "log").mkdir()
    for left in ("callwright.sqlite3", "log/web.log", "launcher.pid"):
        (tmp_path / left).touch()
    monkeypatch.setenv("PUBLIC_URL", "https://voice.example.com")
    monkeypatch.delenv("PORT", raising=False)
    given = launch.demo_environment(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["launcher.pid"]
    assert given["PUBLIC_URL"] == f"http://127.0.0.1:{given['PORT']}"


def test_a_wish_it_does_not_know_is_answered_with_those_it_does():
    with pytest.raises(SystemExit, match=r"Usage: python -m ivrsite\.launch run|demo"):
        launch.main(["dance"])


def test_one_worker_one_clock_one_web_server(tmp_path):
    # two workers on the embedded broker's folder would race for its files
    titles = [child.title for child in launch.residents(tmp_path)]
    assert titles == ["The web server", "The worker", "The clock (beat)"]
