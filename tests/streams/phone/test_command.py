"""`manage.py call`, as people use it."""

import asyncio
import io
import wave
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from flows import demo, demo_sales
from flows.engine.stored_settings import build
from streams.management.commands import call as command
from streams.phone import own_site, script
from streams.phone.callers import plain
from streams.phone.hearing import Knowledge
from streams.phone.record import Moment
from streams.phone.voice import Voice
from tests.streams.phone.site import ACCOUNT

ANSWER = "/plivo/answer/"


@pytest.fixture
def terminal(site, monkeypatch, tmp_path):
    """Run the command against the small site; gives what it printed."""
    monkeypatch.setattr(own_site, "account", lambda: ACCOUNT)
    monkeypatch.setattr(own_site, "voice", Voice)
    monkeypatch.setattr(own_site, "knowledge_of", lambda number, is_own_site: Knowledge())

    async def run(*arguments, script=None, typed=""):
        out = io.StringIO()
        monkeypatch.setattr(command.sys, "stdin", io.StringIO(typed))
        if script is not None:
            (tmp_path / "script.txt").write_text(script)
            arguments = (*arguments, "--script", str(tmp_path / "script.txt"))
        await asyncio.to_thread(call_command, "call", "--url", site.url, "--speed", "50", *arguments, stdout=out)
        return out.getvalue()

    return run


async def test_a_script_that_comes_true_shows_the_conversation_and_saves_it(site, terminal, tmp_path):
    site.answers = {ANSWER: "<Response><Speak>Hello there.</Speak><Wait length='1'/><Hangup/></Response>"}
    wav = tmp_path / "call.wav"
    printed = await terminal("--wav", str(wav), script='call +14155550199\nhears "hello there"\npresses 12\nends')
    lines = [line.split("  ", 1)[1].strip() for line in printed.splitlines() if line[0].isdigit()]
    assert lines[0] == "dials       +14155550199 from +14155550142"
    assert "hears       “Hello there.”" in lines
    assert "presses     12" in lines
    assert lines[-1] == "ends        the line hung up"
    with wave.open(str(wav)) as saved:
        assert saved.getnchannels() == 2
        assert saved.getnframes() > 8000


async def test_a_script_that_does_not_come_true_fails_with_the_line(site, terminal):
    site.answers = {ANSWER: "<Response><Speak>Hello.</Speak></Response>"}
    with pytest.raises(CommandError, match=r"Line 1, .*“good evening” was expected.*Heard last: “Hello.”"):
        await terminal("+14155550199", script='hears "good evening"')


async def test_by_hand_what_is_typed_is_pressed(site, terminal):
    site.answers = {ANSWER: '<Response><Wait length="60"/></Response>'}
    printed = await terminal("+14155550199", typed="12\n")
    assert "Ctrl-D hangs up" in printed
    assert "presses     12" in printed
    assert "the caller hung up" in printed


async def test_a_public_address_that_is_named_is_called_as_the_carrier_calls_it(site, terminal, settings):
    settings.PUBLIC_URL, settings.DEVELOPMENT, settings.PORT = site.url, False, 9
    site.answers = {ANSWER: "<Response><Speak>Hello.</Speak></Response>"}
    assert "hears       “Hello.”" in await terminal("+14155550199", script='hears "hello"\nends')


PUT_THROUGH = "<Response><Dial><Number>+1</Number></Dial><Hangup/></Response>"


async def test_who_answers_may_be_chosen_beside_the_caller_s_script(site, terminal, tmp_path):
    site.answers = {ANSWER: PUT_THROUGH}
    person = tmp_path / "person.txt"
    person.write_text("person waits 1s\nperson hangs up")
    said = await terminal("+1", "--person", str(person), "--speed", "500", script="dial +1 busy\nends")
    assert "+1 answers, and they talk" in said
    assert "hangs up" in said
    said = await terminal("+1", "--destination", "no-answer", "--speed", "500", script="dial +1 answers after 1s\nends")
    assert "does not answer" in said


async def test_a_site_that_is_down_says_how_to_start_it(terminal):
    with pytest.raises(CommandError, match="Start the site with: make run"):
        await terminal("+14155550199", "--url", "http://127.0.0.1:9", script="ends")


async def test_a_site_that_answers_nonsense_is_told_what_is_wrong(site, terminal):
    site.answers = dict.fromkeys((ANSWER, "/plivo/fallback/"), "<Response><Say>hi</Say></Response>")
    with pytest.raises(CommandError, match="<Say> is none of the carrier's verbs"):
        await terminal("+14155550199", script="ends")


async def test_a_site_that_refuses_is_told_by_its_status(site, terminal):
    site.answers = {ANSWER: (403, "no"), "/plivo/fallback/": (403, "no")}
    with pytest.raises(CommandError, match="/plivo/answer/ answered with status 403"):
        await terminal("+14155550199", script="ends")


@pytest.mark.parametrize(
    ("arguments", "script", "sentence"),
    [
        ((), None, "Say which number to call"),
        (("+1", "--speed", "0"), "ends", "above 0"),
        (("+1", "--script", "/nowhere.txt"), None, "cannot be read"),
        (("+1", "--overheard"), "ends", "Leave out --overheard or --url"),
        (("+1",), "sings", "Line 1, “sings”, is nothing that a caller does"),
    ],
)
async def test_what_is_missing_or_wrong_is_said_in_a_sentence(terminal, arguments, script, sentence):
    with pytest.raises(CommandError, match=sentence):
        await terminal(*arguments, script=script)


SCRIPTS = sorted(Path(script.__file__).parent.joinpath("scripts").glob("*.txt"))


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.stem)
def test_the_scripts_of_the_repository_expect_what_the_demo_line_says(path):
    steps = [*demo.STEPS.values(), *demo_sales.STEPS.values()]
    prompts = [text for kind, _, settings in steps for text in build(kind, settings).prompts()]
    answers = [answer for _, answer in demo.KNOWLEDGE]
    read = script.parse(path.read_text())
    talk = [line.act.words for end in read.far_ends.values() for line in end.lines if isinstance(line.act, script.Says)]
    said = f"{plain(' | '.join([*prompts, *answers, *talk, 'beep']))} i have four two four two four two"
    assert read.number in (demo.NUMBER, demo_sales.NUMBER)
    assert {number for _, number in demo.DESTINATIONS.values()} >= set(read.far_ends)
    for line in read.lines:
        if isinstance(line.act, script.Hears):
            assert plain(line.act.words) in said, f"{path.name}, line {line.number}"


def test_the_sales_talk_is_what_the_sales_line_expects():
    read = script.parse(Path(script.__file__).parent.joinpath("scripts/sales.txt").read_text())
    (person,) = read.far_ends.values()
    said = [line.act.words for line in (*person.lines, *read.lines) if isinstance(line.act, script.Says)]
    assert sorted(said) == sorted(demo_sales.EXPECTED.splitlines())


def test_a_moment_is_one_line_with_its_time():
    assert command.line_of(Moment(63.24, "hears", "(speech)", {"seconds": 2.3})) == "1:03.2  hears       (speech) 2.3 s"
    assert command.line_of(Moment(0.0, "verb", "Stream", {"url": "x"})) == "0:00.0  xml         <Stream>"
    assert command.line_of(Moment(1.0, "hears_part", "Welc", {"seconds": 0.4})) == "0:01.0  hears part  “Welc” 0.4 s"


async def test_the_end_of_a_call_is_lost_where_that_is_wanted(site, terminal):
    site.answers = {ANSWER: "<Response><Wait length='60'/></Response>"}
    printed = await terminal("+14155550199", "--loses-end", script="waits 1s\nhangs up")
    assert "note        What the carrier tells of the end is lost." in printed
    assert site.events() == [(ANSWER, "StartApp")]
