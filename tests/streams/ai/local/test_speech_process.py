"""The process that speaks and listens: started when needed, replaced when it breaks, gone when its parent is."""

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.ai.local import speech_process
from streams.ai.local.speech_process import SpeechProcess
from streams.ai.provider import ProviderError, ProviderRefused, ProviderTimedOut, ProviderUnavailable

SAM = ("en-us", 160, 50, 55)
ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def own():
    process = SpeechProcess(1)
    yield process
    process.close()


def child_of(speech):
    return speech._idle.queue[0].child


def speak(speech, text="yes"):
    return speech.ask("speak", text, *SAM).result(10)


def test_nothing_starts_before_it_is_needed(own):
    own.close()
    assert not own._owner


def test_what_is_refused_and_what_fails_are_provider_errors(own):
    with pytest.raises(ProviderRefused, match="no voice called nope"):
        own.ask("speak", "yes", "nope", 160, 50, 50).result(10)
    with pytest.raises(ProviderError, match="KeyError"):
        own.ask("juggle").result(10)
    with pytest.raises(ProviderError, match="TypeError"):
        own.ask("speak", None, *SAM).result(10)
    assert speak(own), "it lives on"


def test_one_that_died_while_idle_is_replaced_unnoticed(own):
    first = speak(own)
    child_of(own).kill()
    child_of(own).wait()
    assert speak(own) == first


class CrashesAtWork:
    """The pipe to a process that dies as soon as it was asked something."""

    def __init__(self, process):
        self._line, self._child = process.line, process.child
        self._child.send_signal(signal.SIGSTOP)

    def send(self, request):
        self._line.send(request)
        self._child.kill()

    def __getattr__(self, name):
        return getattr(self._line, name)


def test_one_that_crashes_at_work_costs_only_that_request(own):
    speak(own)
    process = own._idle.queue[0]
    process.line = CrashesAtWork(process)
    asked, waiting = own.ask("speak", "yes", *SAM), own.ask("speak", "yes", *SAM)
    with pytest.raises(ProviderUnavailable):
        asked.result(10)
    assert waiting.result(10)


def test_one_that_hangs_is_ended(own, monkeypatch):
    speak(own)
    child = child_of(own)
    child.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(speech_process, "ANSWERS_WITHIN", 0.05)
    with pytest.raises(ProviderTimedOut):
        speak(own)
    monkeypatch.undo()
    assert child.poll() == -signal.SIGKILL
    assert speak(own)


def test_one_that_cannot_be_started_is_a_provider_error(own, monkeypatch):
    monkeypatch.setattr(speech_process.sys, "executable", "/nowhere/python")
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            speak(own)


def test_after_closing_it_begins_anew(own):
    speak(own)
    child = child_of(own)
    own.close()
    assert child.poll() is not None
    assert speak(own)


PLAIN_SCRIPT = """
import os, sys
from streams.ai.local.speech_process import SpeechProcess

speech = SpeechProcess(1)
here = speech.ask("speak", "yes", "en-us", 160, 50, 55).result(10)
if os.fork() == 0:
    there = speech.ask("speak", "yes", "en-us", 160, 50, 55).result(10)
    print("fork", here == there, flush=True)
    os._exit(0)
os.wait()
assert "django" not in sys.modules
print(speech._idle.queue[0].child.pid, flush=True)
sys.stdin.read()
"""


def test_it_serves_a_plain_script_and_its_forks_and_dies_with_them(tmp_path):
    script = tmp_path / "plain.py"
    script.write_text(PLAIN_SCRIPT)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen(
        [sys.executable, script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with parent:
        assert parent.stdout.readline() == "fork True\n"
        watched = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        gone, _, _ = select.select([watched], [], [], 5)
        os.close(watched)
    assert gone, "the speech process outlived its parent"
