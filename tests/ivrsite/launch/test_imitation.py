import os
import re
import sys

import pytest

from ivrsite.launch import __main__ as launch
from ivrsite.launch import imitation
from ivrsite.launch.processes import Household
from streams.phone.script import parse

# Plays the imitations: writes its arguments, and listens.
LISTENER = """
import socket, sys
print(sys.argv[1:], flush=True)
with socket.create_server(("127.0.0.1", int(sys.argv[2]))) as server: server.accept(); sys.stdin.read(); server.accept()
"""


@pytest.fixture
def house(monkeypatch):
    monkeypatch.setattr(imitation, "PROGRAM", [sys.executable, "-S", "-c", LISTENER])
    house = Household(dict(os.environ, AI="standin", OPENAI_API_KEY="sk-real", OPENAI_TEXT_URL="https://elsewhere/v1"))
    yield house
    house.stop()


def test_the_site_is_led_to_the_imitation_before_anything_else_starts(house, tmp_path, capsys):
    assert imitation.begin(house, tmp_path)
    address = house.environment["OPENAI_BASE_URL"]
    assert address.startswith("http://127.0.0.1:")
    assert address.endswith("/v1")
    assert [child.title for child in house.children] == [imitation.TITLE]
    assert capsys.readouterr().out.count("\n") == 1


def test_no_real_account_is_reached_by_mistake(house, tmp_path):
    imitation.begin(house, tmp_path)
    assert house.environment["OPENAI_API_KEY"] == "standin"
    assert not [
        name
        for name, told in house.environment.items()
        if name.startswith(("OPENAI_", "DEEPGRAM_", "ELEVENLABS_")) and ("sk-real" in told or "elsewhere" in told)
    ]


def test_every_setting_of_an_account_is_overridden():
    settings = (launch.ROOT / "ivrsite/speech.py").read_text()
    accounts = set(re.findall(r"\b(?:OPENAI|DEEPGRAM|ELEVENLABS)_\w*(?:API_KEY|URL)\b", settings))
    assert accounts == set(imitation.ENVIRONMENT)


def test_an_imitation_that_does_not_start_says_why(house, tmp_path, monkeypatch):
    monkeypatch.setattr(imitation, "PROGRAM", [sys.executable, "-S", "-c", "print('no aiohttp'); raise SystemExit(1)"])
    with pytest.raises(SystemExit, match="no aiohttp"):
        imitation.begin(house, tmp_path)


def test_nothing_is_imitated_unless_it_is_asked_for():
    assert not imitation.wanted({})
    assert not imitation.wanted({"AI": ""})
    assert imitation.wanted({"AI": "standin"})


def test_another_ai_is_not_on_offer():
    with pytest.raises(SystemExit, match="AI is “real”; it may be left out, or be: make run AI=standin"):
        imitation.wanted({"AI": "real"})


def test_its_call_is_one_that_the_phone_can_place():
    script = parse((launch.ROOT / imitation.SCRIPT).read_text())
    assert script.number == launch.DEMO_NUMBER
