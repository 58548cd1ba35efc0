"""A caller's words on a live line, and what an engine says they mean."""

import asyncio
import logging

import pytest

from streams import understanding
from streams.ai.provider import (
    Fault,
    HeardInterim,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    ProviderRefused,
    ProviderUnavailable,
    Understanding,
    Used,
)
from streams.log_lines import HIDDEN
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import SECOND, Line, flow

COMPLAINT = "you have charged me twice"
SURE = Understanding(
    answer="1", confidence=0.93, used=(Used(engine="scripted", model="small", unit="text_in", quantity=210),)
)


async def at_menu(means=None, **about):
    return await Line(engines=ScriptedEngines(means=means), **about).at_menu()


async def says(line, text=COMPLAINT):
    await line.hears(HeardSpeech(), HeardUtterance(text=text, confidence=0.9))


async def test_what_an_engine_understands_leads_on_and_is_on_record():
    line = await at_menu({COMPLAINT: SURE})
    await says(line)
    assert line.step == "bye"
    assert line.host.of("understood") == [
        {
            "said": COMPLAINT,
            "wants": "choice",
            "answer": "1",
            "meaning": "Billing",
            "confidence": 0.93,
            "taken": True,
            "engine": "scripted",
            "ms": 0,
        }
    ]
    assert line.host.of("used")[-1] == {"engine": "scripted", "model": "small", "unit": "text_in", "quantity": 210}


async def test_it_is_told_the_question_the_choices_and_the_language():
    line = await at_menu({})
    await says(line)
    (asked,) = line.engines.questions
    assert (asked.asked, asked.said, asked.language) == ("Billing is 1.", COMPLAINT, "en-US")
    assert [choice.name for choice in asked.choices] == ["1", "person"]


async def test_it_is_told_which_day_it_is():
    ask = ("ask", {"prompt": "When?", "wants": "date"})
    line = Line(flow(start="ask", ask=ask), engines=ScriptedEngines(means={})).begin()
    await line.settle(1.2)
    await says(line, "at Easter")
    assert (line.engines.questions[0].wants, line.engines.questions[0].today) == ("date", "1970-01-01")


@pytest.mark.parametrize("means", [None, {}])
async def test_without_an_engine_or_an_answer_the_menu_asks_again_at_once(means):
    line = await at_menu(means)
    await says(line)
    assert line.host.of("prompt_started")[-1]["texts"] == ["Sorry, I did not get that.", "Billing is 1."]
    assert line.host.of("engine_failed") == []


async def test_a_guess_is_on_record_as_one_that_was_not_taken():
    line = await at_menu({COMPLAINT: Understanding(answer="1", confidence=0.5)})
    await says(line)
    assert line.step == "main"
    assert line.host.of("understood")[0]["taken"] is False


@pytest.mark.parametrize(
    ("failure", "fault", "what"),
    [
        (ProviderUnavailable("The engine cannot be reached."), Fault.UNREACHABLE, "The engine cannot be reached."),
        (ProviderRefused("The key is wrong.", fault=Fault.KEY), Fault.KEY, "The key is wrong."),
        (KeyError(COMPLAINT), Fault.BROKE, "It broke."),
    ],
)
async def test_an_engine_that_fails_is_a_caller_who_was_not_understood(failure, fault, what, caplog):
    with caplog.at_level(logging.DEBUG):
        line = await at_menu({COMPLAINT: failure})
        await says(line)
    assert line.host.of("prompt_started")[-1]["texts"][0] == "Sorry, I did not get that."
    said = {"ability": "understand", "engine": "scripted", "fault": str(fault), "what": what}
    assert line.host.of("engine_failed") == [said]
    assert COMPLAINT not in caplog.text


async def test_an_engine_that_cannot_be_made_is_one_that_fails():
    engines = ScriptedEngines(means={})
    engines.understander = lambda name="": (_ for _ in ()).throw(ProviderRefused("No key.", fault=Fault.KEY))
    line = await Line(engines=engines).at_menu()
    await says(line)
    assert line.host.of("engine_failed") == [{"ability": "understand", "engine": "", "fault": "key", "what": "No key."}]
    assert line.host.of("prompt_started")[-1]["texts"][0] == "Sorry, I did not get that."


async def test_an_engine_that_is_slow_has_a_deadline(monkeypatch):
    monkeypatch.setattr(understanding, "ANSWER_WITHIN", 0.01)
    answer, given_up = asyncio.get_running_loop().create_future(), asyncio.Event()
    answer.add_done_callback(lambda _: given_up.set())
    line = await at_menu({COMPLAINT: answer})
    await says(line)
    await asyncio.wait_for(given_up.wait(), 20)
    await line.settle()
    assert line.host.of("engine_failed")[0]["fault"] == "slow"
    assert line.host.of("prompt_started")[-1]["texts"][0] == "Sorry, I did not get that."


async def test_a_caller_who_waits_two_seconds_is_asked_to_hold_and_then_led_on():
    answer = asyncio.get_running_loop().create_future()
    line = await at_menu({COMPLAINT: answer})
    await says(line)
    before = len(line.wire.audio())
    await line.settle(1.9)
    assert len(line.wire.audio()) == before
    await line.settle(0.2)
    assert len(line.wire.audio()) > before
    answer.set_result(SURE)
    await line.settle()
    assert line.step == "bye"


async def test_nobody_is_asked_to_hold_once_the_answer_came():
    line = await at_menu({COMPLAINT: SURE})
    await says(line)
    await line.settle(1.2)  # to the end of the goodbye
    said = len(line.wire.audio())
    await line.settle(5)
    assert len(line.wire.audio()) == said


async def test_nobody_is_asked_to_hold_while_more_digits_may_follow_the_answer():
    means = {COMPLAINT: Understanding(answer="4027", confidence=0.9)}
    number = ("collect_digits", {"prompt": "Your number?", "fewest": 4, "most": 6})
    line = Line(flow(start="number", number=number), engines=ScriptedEngines(means=means)).begin()
    await line.settle(1.2)
    await says(line)
    before = len(line.wire.audio())
    await line.settle(2.5)
    assert len(line.wire.audio()) == before
    assert line.step == "number"


async def test_nobody_is_asked_to_hold_after_a_wrong_key_asked_again():
    line = await at_menu({COMPLAINT: asyncio.get_running_loop().create_future()})
    await says(line)
    line.press("9")
    await line.settle(1.9)  # two texts of a second each are being said
    said = len(line.wire.audio())
    await line.settle(2)
    assert len(line.wire.audio()) - said < len(SECOND)


async def test_a_key_pressed_meanwhile_wins_and_nobody_is_asked_to_hold():
    answer = asyncio.get_running_loop().create_future()
    numbers = ("collect_digits", {"prompt": "Your number?", "fewest": 4, "most": 4})
    line = Line(flow(start="number", number=numbers), engines=ScriptedEngines(means={COMPLAINT: answer})).begin()
    await line.settle(1.2)
    await says(line)
    line.press("4")
    before = len(line.wire.audio())
    await line.settle(2.5)
    assert len(line.wire.audio()) == before
    assert answer.cancelled()
    line.press("027")
    assert {"answers": {"number": "4027"}} in line.host.of("answer")


async def test_new_words_replace_those_that_are_still_being_understood():
    first = asyncio.get_running_loop().create_future()
    whole = f"{COMPLAINT} for that drill"
    line = await at_menu({COMPLAINT: first, whole: SURE})
    await says(line)
    await says(line, "for that drill")
    assert first.cancelled()
    assert [question.said for question in line.engines.questions] == [COMPLAINT, whole]
    assert line.step == "bye"


async def test_a_step_that_hides_what_is_said_hides_what_it_means():
    line = await at_menu({COMPLAINT: SURE})
    line.session.is_secret = lambda: True
    await says(line)
    (kept,) = line.host.of("understood")
    assert (kept["said"], kept["answer"], kept["meaning"]) == (HIDDEN, HIDDEN, HIDDEN)


async def test_pauses_and_words_that_may_change_are_of_no_interest_at_a_menu():
    line = await at_menu({})
    await line.hears(HeardSpeech(), HeardInterim(text="bil"), HeardPause(pause_ms=300), HeardInterim(text="billing"))
    assert line.step == "main"
    await line.hears(HeardUtterance(text="billing"))
    assert line.step == "bye"


async def test_after_the_end_nothing_goes_on():
    before = asyncio.all_tasks()
    answer = asyncio.get_running_loop().create_future()
    line = await at_menu({COMPLAINT: answer})
    await says(line)
    line.session.close()
    await line.session.closed()
    assert asyncio.all_tasks() == before
    assert line.clock.waiting == 0
    assert answer.cancelled()


async def test_a_read_back_is_spoken_by_the_voice_of_the_moment():
    ask = ("ask", {"prompt": "When?", "wants": "date", "read_back": True})
    line = Line(flow(start="ask", ask=ask)).begin()
    await line.settle(1.2)
    await says(line, "the third of May 2027")
    assert line.engines.read == ["Monday, May 3rd, 2027."]
    await line.settle(4)
    await says(line, "yes")
    assert {"answers": {"answer": "2027-05-03"}} in line.host.of("answer")


async def test_two_misfits_lead_to_an_agent_that_knows_what_was_said():
    line = await at_menu({COMPLAINT: Understanding(answer="1", confidence=0.5)})
    await says(line)
    await says(line, "it is a drill")
    assert line.step == "helper"
    told = " ".join(line.engines.briefs[0].tried)
    assert COMPLAINT in told
    assert "it is a drill" in told


def owed(line):
    return [row for row in line.host.of("used") if row.get("estimated")]


@pytest.mark.parametrize("wanted", ["too late", "not any more", "by nobody"])
async def test_an_answer_that_is_not_waited_for_is_paid_for_all_the_same(wanted, monkeypatch):
    monkeypatch.setattr(understanding, "ANSWER_WITHIN", 60.0 if wanted != "too late" else 0.01)
    line = await at_menu({COMPLAINT: asyncio.get_running_loop().create_future()})
    await says(line)
    assert owed(line) == []
    if wanted == "not any more":
        line.press("1")
        await line.settle()
    elif wanted == "by nobody":
        line.session.close()
        await line.session.closed()
    else:
        while line.session.meanings.are_sought:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(0)
    assert [row["quantity"] for row in owed(line)] == [len(COMPLAINT)]


async def test_an_answer_that_is_of_no_use_is_paid_for():
    used = (Used(engine="scripted", model="small", unit="text_out", quantity=9),)
    line = await at_menu({COMPLAINT: ProviderUnavailable("cut off", used=used)})
    await says(line)
    assert [row["quantity"] for row in line.host.of("used")] == [9]
