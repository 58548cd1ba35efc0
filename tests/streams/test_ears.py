"""How long a caller who spoke at a menu may wait, in virtual time."""

from streams.ai.provider import HeardPause, HeardSpeech, HeardUtterance, ProviderUnavailable, Used
from streams.carriers.carrier import AudioReceived
from streams.house_texts import HOLD_ON
from streams.patience import ANSWER_WITHIN, HOLD_AFTER
from tests.builders import flow_of
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.test_session import Line
from tests.streams.test_unanswered import room, voice


def house(line):
    return [said["text"] for said in line.host.of("house_said")]


def prompts(line):
    return [text for started in line.host.of("prompt_started") for text in started["texts"]]


def says(line):
    heard = voice(800) + room(800)
    for start in range(0, len(heard), 160):
        line.session.receive(AudioReceived(audio=heard[start : start + 160]))
        line.clock.pass_seconds(0.02)


async def hears(line, *events):
    for event in events:
        line.engines.ears.queue.put_nowait(event)
    await line.settle()


async def test_words_that_never_come_are_a_misfit_after_the_caller_was_asked_to_hold_on():
    line = await Line().at_menu()
    await hears(line, HeardSpeech(), HeardPause(pause_ms=500))
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]
    await line.settle(ANSWER_WITHIN)
    assert "Sorry, I did not get that." in prompts(line)


async def test_an_engine_that_heard_the_caller_begin_and_then_dies_is_noticed():
    line = await Line().at_menu()
    await hears(line, HeardSpeech())
    says(line)
    await line.settle(HOLD_AFTER)
    assert house(line) == [HOLD_ON]


async def test_our_own_ears_notice_a_caller_whom_no_engine_hears():
    line = await Line(engines=ScriptedEngines(broken=["ears"])).at_menu()
    says(line)
    await line.settle(HOLD_AFTER)
    assert house(line) == [HOLD_ON]


async def test_a_caller_who_was_answered_is_not_asked_to_hold_on():
    line = await Line().at_menu()
    await hears(line, HeardSpeech(), HeardPause(pause_ms=500), HeardUtterance(text="hm hm", confidence=0.1))
    await line.settle(HOLD_AFTER + 0.5)
    assert house(line) == []


async def test_a_caller_who_types_instead_is_not_asked_to_hold_on():
    line = await Line().at_menu()
    await hears(line, HeardSpeech(), HeardPause(pause_ms=500))
    line.press("9")
    await line.settle(HOLD_AFTER + 0.5)
    assert house(line) == []


async def test_what_is_said_before_the_engine_is_there_is_not_lost():
    line = Line()
    line.session.ears.open(())
    says(line)
    await line.settle()
    assert len(line.engines.ears.pushed) > 800 * 8


async def test_what_an_engine_heard_and_had_not_reported_is_charged_when_the_call_ends():
    line = await Line().at_menu()
    line.engines.ears.debts.append(Used(engine="deepgram", model="nova", unit="seconds", quantity=7.5))
    line.session.close()
    await line.session.closed()
    assert line.host.of("used") == [{"engine": "deepgram", "model": "nova", "unit": "seconds", "quantity": 7.5}]


async def test_an_engine_that_broke_is_paid_for_what_it_heard():
    line = await Line().at_menu()
    line.engines.ears.debts.append(Used(engine="deepgram", model="nova", unit="seconds", quantity=7.5))
    await hears(line, ProviderUnavailable("dropped"))
    assert [row["quantity"] for row in line.host.of("used")] == [7.5]


async def asked_before_listening(**engines):
    """A caller who has heard the whole notice of a step “Ask before listening”."""
    walked = flow_of(ask=("consent", {}, "bye"), bye=("hang_up", "Goodbye."))
    line = Line(walked, engines=ScriptedEngines(**engines)).begin()
    await line.settle(2.5)
    assert "prompt_heard" in line.host.kinds()
    return line


async def test_a_no_that_no_engine_hears_is_not_taken_for_silence():
    line = await asked_before_listening(broken=["ears"])
    for _ in range(2):
        says(line)
        await line.settle(ANSWER_WITHIN + 4.0)
    assert "consent_given" not in line.host.kinds()
    assert line.host.of("consent_refused") == [{"by": "silence"}]


async def test_an_engine_that_is_deaf_is_noticed_at_each_question():
    line = await asked_before_listening()
    for _ in range(2):
        says(line)
        await line.settle(ANSWER_WITHIN + 4.0)
    assert line.host.of("consent_refused") == [{"by": "silence"}]
