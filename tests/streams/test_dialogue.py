"""An agent step on the line, in virtual time: turns, the ladder of engines, and how long a caller may wait."""

import asyncio
from contextlib import asynccontextmanager
from decimal import Decimal

import pytest

from flows.engine.commands import AFTER_A_MOMENT, AT_ANY_TIME, NEVER
from streams import attempts
from streams.ai.provider import (
    MULAW_8K,
    AgentAudio,
    AgentEnded,
    AgentSaid,
    CallerSaid,
    Fault,
    HeardPause,
    HeardSpeech,
    HeardUtterance,
    ProviderRefused,
    ProviderUnavailable,
    Spoke,
    ToolCalled,
    Used,
)
from streams.audio.mulaw import silence
from streams.carriers.carrier import AudioReceived
from streams.exchange import CUT_OFF, MOMENT, TURN_AUDIO_MS
from streams.house_texts import DISCLOSURE, HOLD_ON, ONCE_MORE, SAY_AGAIN, STILL_THERE
from streams.patience import ANSWER_WITHIN, HOLD_AFTER, QUIET_AFTER
from tests.streams.scripted_engines import END, ScriptedEngines, ScriptedSource
from tests.streams.test_session import SECOND, Line, flow
from tests.streams.test_unanswered import room, voice

GREETING = "How can I help?"
SPOKEN = b"\x10\x90" * 4000  # a second that any detector takes for sound


class Rungs(ScriptedEngines):
    """Agents by name, each conversation with a script of its own: `talks` are they, in order."""

    takes = gives = MULAW_8K

    def __init__(self, *rungs, down=()):
        super().__init__()
        self.rungs, self.down, self.talks = list(rungs), dict(down), []

    def agent(self, name=""):
        return _Agent(self, name)


class _Agent:
    def __init__(self, engines, name):
        self.engines, self.name, self.title = engines, name, name.title()

    @asynccontextmanager
    async def converse(self, brief):
        self.engines.briefs.append(brief)
        if self.name in self.engines.down:
            raise self.engines.down[self.name]
        talk = ScriptedSource()
        self.engines.talks.append(talk)
        self.engines.open += 1
        try:
            yield talk
        finally:
            self.engines.open -= 1


async def talking(*rungs, walked=None, unrendered=(), heard=True, **engines):
    """A line whose caller talks with an agent and has heard its greeting, engines as named."""
    line = Line(
        walked or flow(start="helper"), engines=Rungs(*(rungs or ["first"]), **engines), unrendered=unrendered
    ).begin()
    await line.settle()
    if heard:
        await line.settle(2.2)
    return line


async def does(line, *events, talk=-1):
    for event in events:
        line.engines.talks[talk].queue.put_nowait(event)
    await line.settle()


def answer(text="At nine.", seconds=1):
    return AgentAudio(audio=SECOND * seconds), AgentSaid(text=text)


def frames_of(audio):
    return [audio[start : start + 160] for start in range(0, len(audio), 160)]


def house(line):
    return [said["text"] for said in line.host.of("house_said")]


def silences(line):
    """Every stretch in which the caller heard nothing, as (from, seconds); the last one lasts until now."""
    ends, found = line.clock.time(), []
    sound_until = 100.0
    for at, kind, *rest in line.wire.frames:
        if kind == "play":
            if at > sound_until:
                found.append((sound_until, at - sound_until))
            sound_until = max(sound_until, at) + len(rest[0]) / 8000
        elif kind == "clear":
            sound_until = min(sound_until, at)
    return [*found, (sound_until, max(0.0, ends - sound_until))]


# --- the beginning ----------------------------------------------------------------------------------------------------


async def test_the_line_itself_greets_at_once_and_the_agent_is_told_so():
    line = await talking(heard=False)
    assert line.host.of("agent_said")[0]["text"] == f"{DISCLOSURE} {GREETING}"
    assert line.wire.kinds()[0] == "play"
    assert line.engines.briefs[0].history == (Spoke(who="agent", text=f"{DISCLOSURE} {GREETING}"),)


async def test_a_greeting_that_says_what_it_is_needs_no_disclosure():
    said = "I am the automated assistant. How can I help?"
    line = await talking(walked=flow(start="helper", helper=("agent", {"greeting": said})), heard=False)
    assert line.host.of("agent_said")[0]["text"] == said


async def test_a_greeting_that_was_not_rendered_is_left_to_the_agent():
    line = await talking(unrendered=[GREETING], heard=False)
    assert line.engines.briefs[0].history == ()
    assert line.engines.briefs[0].greeting.endswith(GREETING)


async def test_an_agent_hears_what_was_tried_and_what_is_said():
    line = await Line().with_helper()
    assert "something odd" in " ".join(line.engines.briefs[0].tried)
    line.session.receive(AudioReceived(audio=b"q" * 160))
    assert bytes(line.engines.mouth.pushed) == b"q" * 160


async def test_what_is_said_while_the_engine_is_reached_is_not_lost():
    gate = asyncio.Event()

    class Slow(Rungs):
        def agent(self, name=""):
            agent = super().agent(name)
            inner = agent.converse

            @asynccontextmanager
            async def converse(brief):
                await gate.wait()
                async with inner(brief) as talk:
                    yield talk

            agent.converse = converse
            return agent

    line = Line(flow(start="helper"), engines=Slow("first")).begin()
    await line.settle()
    line.session.receive(AudioReceived(audio=b"e" * 160))
    gate.set()
    await line.settle()
    line.session.receive(AudioReceived(audio=b"l" * 160))
    assert bytes(line.engines.talks[0].pushed) == b"e" * 160 + b"l" * 160


async def test_words_that_went_under_with_an_engine_are_asked_for_again():
    line = await talking("first", "second")
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), ProviderRefused("gone"))
    assert house(line) == [SAY_AGAIN]


# --- turns ------------------------------------------------------------------------------------------------------------


async def test_the_agents_ending_waits_until_the_goodbye_was_heard():
    line = await talking()
    await does(line, *answer("I will put you through.", 2), AgentEnded(outcome="person"))
    await line.settle(1.5)
    assert line.step == "helper"
    await line.settle(1.0)
    assert line.step == "desk"
    assert line.host.of("agent_finished") == [{"outcome": "person"}]


async def test_a_caller_who_cuts_in_stops_the_agent_who_learns_what_was_heard():
    line = await talking()
    await does(line, AgentAudio(audio=SECOND * 4))
    await line.settle(1.0)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == [1000]
    assert line.wire.frames[-1][1] == "clear"


async def test_an_agent_is_interrupted_also_when_its_turn_was_made_whole_already():
    line = await talking()
    await does(line, *answer("A long story.", 8))
    await line.settle(3.0)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == [3000]


async def test_an_agent_is_told_what_was_heard_of_each_turn_that_is_still_to_be_heard():
    line = await talking()
    await does(line, *answer("Let me look that up.", 2), *answer("We open at nine.", 3))
    await line.settle(1.0)
    line.session.say_house(HOLD_ON)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == [1000, 0]


async def protected(interruption, *, seconds, heard):
    """A line whose agent has been heard for so long of a turn of so many seconds, without its greeting's sound."""
    step = ("agent", {"greeting": GREETING, "interruption": interruption})
    line = await talking(walked=flow(start="helper", helper=step))
    await does(line, *answer("A long story.", seconds))
    await line.settle(heard)
    line.engines.talks[0].pushed.clear()
    return line


@pytest.mark.parametrize("interruption", ["at-any-time", "after-a-moment", "never"])
async def test_the_engine_hears_a_caller_also_while_they_may_not_interrupt(interruption):
    line = await protected(interruption, seconds=4, heard=0.1)
    line.session.receive(AudioReceived(audio=SPOKEN[:160]))
    assert bytes(line.engines.talks[0].pushed) == SPOKEN[:160]


@pytest.mark.parametrize(("interruption", "cut"), [("at-any-time", [1000]), ("after-a-moment", []), ("never", [])])
async def test_an_engine_that_takes_something_for_the_caller_stops_no_turn_that_may_not_be_interrupted(
    interruption, cut
):
    line = await protected(interruption, seconds=4, heard=1.0)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == cut


@pytest.mark.parametrize("interruption", ["after-a-moment", "never"])
async def test_what_the_line_itself_says_meanwhile_may_be_talked_over(interruption):
    line = await protected(interruption, seconds=1, heard=1.1)
    line.session.say_house(HOLD_ON)
    await does(line, HeardSpeech())
    assert line.wire.frames[-1][1] == "clear"


async def test_a_key_stops_an_agent_that_may_never_be_interrupted():
    line = await protected("never", seconds=4, heard=1.0)
    line.press("0")
    assert line.step == "desk"
    assert "clear" in line.wire.kinds()


async def test_a_greeting_that_may_not_be_interrupted_is_heard_whole():
    step = ("agent", {"greeting": GREETING, "interruption": "never"})
    line = await talking(walked=flow(start="helper", helper=step), heard=False)
    await line.settle(1.0)
    await does(line, HeardSpeech())
    line.session.receive(AudioReceived(audio=SPOKEN[:160]))
    assert bytes(line.engines.talks[0].pushed) == SPOKEN[:160]
    assert "clear" not in line.wire.kinds()


async def test_an_agent_that_was_heard_to_its_end_is_not_interrupted():
    line = await talking()
    await does(line, *answer())
    await line.settle(1.5)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == []


async def test_a_turn_that_was_cut_short_is_on_record_with_the_words_that_were_heard():
    line = await talking()
    await does(line, AgentAudio(audio=SECOND * 4))
    await line.settle(1.0)
    await does(line, HeardSpeech(), AgentSaid(text="We are open from"))
    said = line.host.of("agent_said")[-1]
    assert said["text"] == "We are open from"
    assert said["prompt"] == line.host.of("prompt_cut")[-1]["prompt"]


async def test_cutting_off_a_house_text_is_no_interruption_of_the_agent():
    line = await talking()
    await does(line, *answer(), CallerSaid(text="and on sundays"))
    await line.settle(HOLD_AFTER + 1.1)
    assert house(line) == [HOLD_ON]
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == []


async def test_zero_reaches_a_person_while_an_agent_talks():
    line = await talking()
    await does(line, AgentAudio(audio=SECOND * 4))
    line.press("0")
    await line.settle()
    assert line.step == "desk"
    assert line.engines.open == 0


async def test_what_an_agent_still_had_to_say_is_not_heard_once_the_caller_has_left_it():
    line = await talking()
    more = [AgentAudio(audio=b"Z" * 8000), AgentSaid(text="And another thing."), HeardSpeech()]
    await does(line, CallerSaid(text="agent"), *more, AgentEnded(outcome="could-not-help"))
    assert line.step == "desk"
    assert b"Z" not in line.wire.audio()
    assert "And another thing." not in [said["text"] for said in line.host.of("agent_said")]
    await line.settle(2)
    assert line.host.left[1]["do"] == "transfer"


async def test_latency_counts_from_the_callers_last_sound_to_the_first_of_the_answer():
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500))
    await line.settle(0.4)
    await does(line, CallerSaid(text="when are you open"), *answer())
    said = line.host.of("agent_said")[-1]
    assert (said["latency_ms"], said["engine"]) == (900, "first")
    assert line.host.of("agent_heard") == [{"text": "when are you open"}]


async def test_without_word_of_a_pause_latency_counts_from_the_callers_words():
    line = await talking()
    await does(line, CallerSaid(text="when are you open"))
    await line.settle(0.4)
    await does(line, *answer())
    assert line.host.of("agent_said")[-1]["latency_ms"] == 400


async def test_a_conversation_that_costs_more_than_the_builder_allowed_ends():
    line = await Line(prices={"ai:dear:tokens": Decimal("0.10")}).with_helper()
    await line.agent_does(Used(engine="x", model="dear", unit="tokens", quantity=2), *answer("Well."))
    assert line.step == "helper"
    assert line.host.of("used")[-1]["quantity"] == 2
    await line.agent_does(Used(engine="x", model="dear", unit="tokens", quantity=1), *answer("Hm."))
    await line.settle(6)
    assert {"outcome": "limit", "goes_to": "message"} in line.host.of("left")


async def test_an_agent_that_talks_for_ever_is_cut_and_told_so():
    line = await talking()
    for _ in range(100):
        await does(line, AgentAudio(audio=SECOND))
    assert line.host.of("budget") == [{"which": "audio"}]
    assert line.engines.talks[0].interrupted_at == [TURN_AUDIO_MS]
    await line.settle(100)
    assert len(line.wire.audio()) / 8000 < TURN_AUDIO_MS / 1000 + 10


# --- the ladder -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("failure", [ProviderUnavailable("gone"), END, KeyError("a mistake of the adapter")])
async def test_the_same_engine_is_asked_once_more_then_the_flow_is_told(failure):
    line = await talking("first")
    await does(line, failure)
    retried = 2 if not isinstance(failure, KeyError) else 1
    assert len(line.engines.talks) == retried
    if retried == 2:
        await does(line, failure)
    await line.settle(5)
    assert {"outcome": "failed", "goes_to": "message"} in line.host.of("left")


async def test_an_engine_that_says_no_is_not_asked_again():
    line = await talking("first", "second", down={"first": ProviderRefused("no", fault=Fault.KEY)})
    assert [brief for brief in line.engines.briefs if brief] == line.engines.briefs
    assert len(line.engines.briefs) == 2
    assert line.host.of("engine_failed") == [
        {"ability": "agent", "engine": "first", "fault": "key", "what": "no"},
    ]
    assert ("first", Fault.KEY) in line.engines.reports


async def test_the_next_engine_goes_on_where_the_first_one_stopped():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="when are you open"), *answer("At nine."))
    await line.settle(1.5)
    await does(line, CallerSaid(text="and on sunday"), ProviderRefused("quota"))
    told = [(line.who, line.text) for line in line.engines.briefs[1].history[1:]]
    assert told == [("caller", "when are you open"), ("agent", "At nine."), ("caller", "and on sunday")]
    await does(line, *answer("Closed."))
    assert line.host.of("agent_said")[-1] | {"latency_ms": 0, "prompt": ""} == {
        "text": "Closed.",
        "latency_ms": 0,
        "prompt": "",
        "engine": "second",
    }
    assert line.step == "helper"


async def test_an_engine_that_breaks_in_mid_sentence_starts_again_with_a_word_of_apology():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="when"), AgentAudio(audio=SECOND), ProviderRefused("gone"))
    assert house(line) == [ONCE_MORE]
    assert line.host.of("agent_said")[-1]["text"] == CUT_OFF
    assert line.engines.briefs[1].history[-1] == Spoke(who="caller", text="when")
    await does(line, *answer())
    assert line.engines.reports[-1] == ("second", None)


async def test_an_engine_that_did_its_work_has_its_second_try_again():
    line = await talking("first")
    for _ in range(4):
        await does(line, CallerSaid(text="again"), *answer(), ProviderUnavailable("dropped"))
        await line.settle(1.5)
    assert len(line.engines.talks) == 5
    assert line.step == "helper"


async def test_an_engine_that_cannot_open_is_given_up_in_time(monkeypatch):
    monkeypatch.setattr(attempts, "OPENS_WITHIN", 0.01)

    class Hangs(Rungs):
        def agent(self, name=""):
            agent = super().agent(name)

            @asynccontextmanager
            async def converse(brief):
                await asyncio.Event().wait()
                yield

            agent.converse = converse
            return agent

    line = Line(flow(start="helper"), engines=Hangs("first")).begin()
    while not line.host.of("agent_finished"):
        await asyncio.sleep(0.005)
        await line.settle(0.1)
    assert [failed["fault"] for failed in line.host.of("engine_failed")] == ["slow", "slow"]


async def test_words_that_no_engine_understood_are_given_to_the_next(monkeypatch):
    line = await talking("first", "second")
    line.session.dialogue._unanswered._keep(b"my words")
    await does(line, ProviderRefused("gone"))
    assert bytes(line.engines.talks[1].pushed).startswith(b"my words")


# --- silence ----------------------------------------------------------------------------------------------------------


async def test_a_caller_who_waits_is_asked_to_hold_on_and_the_engine_is_given_up():
    line = await talking("first", "second")
    await line.settle(1.0)
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), CallerSaid(text="hello"))
    await line.settle(HOLD_AFTER - 0.5 - 0.1)
    assert house(line) == []
    await line.settle(0.2)
    assert house(line) == [HOLD_ON]
    await line.settle(ANSWER_WITHIN)
    assert len(line.engines.talks) == 2
    assert line.host.of("engine_failed")[0]["fault"] == "slow"


@pytest.mark.parametrize("rungs", [["first"], ["first", "second"]])
async def test_whatever_engines_do_the_line_is_never_silent_for_three_seconds(rungs):
    line = await talking(*rungs)
    await line.settle(3.0)
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), CallerSaid(text="hello"))
    began = line.clock.time()
    while line.host.left is None:
        await line.settle(0.25)
    assert {"outcome": "failed"} in line.host.of("agent_finished")
    assert all(seconds < 3 for at, seconds in silences(line) if at > began)
    at, seconds = silences(line)[0]  # begins before the caller spoke, who stopped half a second ago
    assert at + seconds - (began - 0.5) < HOLD_AFTER + 0.1


async def test_a_turn_that_stops_in_the_middle_is_noticed():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="hello"), AgentAudio(audio=SECOND * 3))
    await line.settle(3 + HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]
    await line.settle(ANSWER_WITHIN)
    assert len(line.engines.talks) == 2


async def test_an_agent_that_answers_is_not_spoken_over():
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), CallerSaid(text="hello"), *answer())
    await line.settle(1.2)
    said = len(line.wire.audio())
    await line.settle(QUIET_AFTER - 0.5)
    assert len(line.wire.audio()) == said
    assert line.step == "helper"


async def test_a_caller_who_says_nothing_is_asked_twice_and_then_let_go():
    line = await talking()
    await line.settle(QUIET_AFTER + 0.5)
    assert house(line) == [STILL_THERE]
    await line.settle(QUIET_AFTER + 2)
    assert house(line) == [STILL_THERE] * 2
    await line.settle(QUIET_AFTER + 2)
    assert line.host.of("agent_finished") == [{"outcome": "could-not-help"}]


async def test_a_caller_who_speaks_again_may_be_quiet_anew():
    line = await talking()
    for _ in range(3):
        await line.settle(QUIET_AFTER + 0.5)
        await does(line, HeardSpeech(), CallerSaid(text="hm"), *answer())
        await line.settle(1)
    assert house(line) == [STILL_THERE] * 3
    assert line.step == "helper"


async def test_an_agent_may_choose_to_say_nothing():
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), AgentSaid(text=""))
    await line.settle(ANSWER_WITHIN + 1)
    assert house(line) == []
    assert len(line.engines.talks) == 1


async def test_an_agent_that_was_told_no_still_owes_the_caller_an_answer():
    line = await talking()
    await does(line, CallerSaid(text="where is my order"), ToolCalled(call_id="c", name="no_such_tool"))
    assert line.engines.talks[0].answers
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]


async def test_an_engine_gone_deaf_is_noticed_by_our_own_ears(monkeypatch):
    line = await talking("first", "second")
    ends = iter([False, True])
    monkeypatch.setattr(line.session.dialogue._unanswered, "push", lambda audio, now: next(ends, False))
    for _ in range(2):
        line.session.receive(AudioReceived(audio=SPOKEN[:160]))
    await line.settle(HOLD_AFTER)
    assert house(line) == [HOLD_ON]
    await line.settle(ANSWER_WITHIN)
    assert len(line.engines.talks) == 2


async def test_an_echo_of_the_agent_is_not_taken_for_a_caller_whom_it_does_not_hear(monkeypatch):
    line = await talking("first", "second")
    await does(line, *answer("A long story.", 8))
    monkeypatch.setattr(line.session.dialogue._unanswered, "push", lambda audio, now: True)
    line.session.receive(AudioReceived(audio=SPOKEN[:160]))
    await line.settle(7.5)
    assert len(line.engines.talks) == 1


async def test_who_spoke_while_the_agent_did_and_was_not_heard_is_asked_again_soon():
    line = await talking("first", "second")
    await does(line, *answer("A long story.", 8))
    says(line)
    while line.session.speaker.lead_seconds:
        await line.settle(0.1)
    assert house(line) == []
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [SAY_AGAIN]
    await line.settle(3)  # the question itself
    says(line)
    await line.settle(HOLD_AFTER + ANSWER_WITHIN)
    assert house(line)[:2] == [SAY_AGAIN, HOLD_ON]
    assert len(line.engines.talks) == 2


async def test_who_spoke_while_the_agent_did_and_is_answered_is_not_asked_again():
    line = await talking("first", "second")
    await does(line, *answer("A long story.", 8))
    says(line)
    await does(line, HeardSpeech(), CallerSaid(text="no"), *answer("Then tell me.", 1))
    await line.settle(QUIET_AFTER - 1)
    assert house(line) == []


async def test_utterances_at_a_menu_before_do_not_make_an_agent_answer():
    line = await Line().at_menu()
    for _ in range(2):
        await line.hears(HeardSpeech(), HeardUtterance(text="something odd"))
    assert line.engines.briefs[0].history[-1].who == "agent"


async def test_after_the_end_no_task_timer_or_engine_remains():
    before = asyncio.all_tasks()
    line = await talking("first", "second")
    await does(line, AgentAudio(audio=SECOND * 4))
    line.session.close()
    await line.session.closed()
    assert asyncio.all_tasks() == before
    assert line.clock.waiting == 0
    assert line.engines.open == 0


# --- after the caller is gone -----------------------------------------------------------------------------------------


async def gone(line):
    line.session.close()
    await line.session.closed()
    return asyncio.create_task(line.session.last_words(5.0))


async def test_words_that_come_after_the_hang_up_are_kept_with_their_cost_and_nothing_else_is():
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500))
    waiting = await gone(line)
    sent = len(line.wire.frames)
    used = Used(engine="x", model="y", unit="seconds", quantity=2)
    await does(line, AgentAudio(audio=SECOND), AgentSaid(text="Hm."), used, CallerSaid(text="I give up"))
    await waiting
    assert line.host.of("agent_heard") == [{"text": "I give up"}]
    assert line.host.of("used")
    assert len(line.wire.frames) == sent
    assert line.engines.open == 0
    assert line.clock.waiting == 0


async def test_who_said_nothing_more_is_not_waited_for():
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500), CallerSaid(text="bye"))
    waiting = await gone(line)
    await line.settle()
    assert waiting.done()
    assert line.engines.open == 0


async def test_words_that_never_come_are_not_waited_for_long():
    before = asyncio.all_tasks()
    line = await talking()
    await does(line, HeardSpeech(), HeardPause(pause_ms=500))
    line.session.close()
    await line.session.closed()
    await line.session.last_words(0.01)
    assert asyncio.all_tasks() == before
    assert line.engines.open == 0


# --- whether callers may interrupt ------------------------------------------------------------------------------------


async def guarded(interruption, *rungs):
    """A line whose builder chose this, and whose caller has heard the greeting."""
    settings = {"greeting": GREETING, "interruption": interruption}
    return await talking(*rungs, walked=flow(start="helper", helper=("agent", settings)))


def talks_for(line, seconds):
    """The caller makes a sound of this length, and time passes with it."""
    for frame in frames_of(voice(round(seconds * 1000))):
        line.session.receive(AudioReceived(audio=frame))
        line.clock.pass_seconds(0.02)


def was_cut(line):
    return "clear" in line.wire.kinds()


async def test_an_agent_that_may_not_be_interrupted_is_heard_to_its_end():
    line = await guarded(NEVER)
    await does(line, *answer("A notice that the law wants.", 4))
    await line.settle(2.5)
    await does(line, HeardSpeech())
    talks_for(line, 1.0)
    await does(line, HeardPause(pause_ms=500), CallerSaid(text="I know that already"))
    await line.settle(1.0)
    assert not was_cut(line)
    assert line.engines.talks[0].interrupted_at == []
    assert silences(line)[-1][1] < 0.6  # nothing of it was left out


async def test_what_is_said_while_an_agent_is_heard_out_is_heard_and_answered_after_it():
    line = await guarded(NEVER)
    await does(line, *answer("A long story.", 3), HeardSpeech())
    talks_for(line, 1.0)
    await does(line, HeardPause(pause_ms=500), CallerSaid(text="and on sundays"), AgentAudio(audio=SPOKEN))
    await does(line, AgentSaid(text="Never on Sundays."))
    await line.settle(5)
    assert voice(1000) in bytes(line.engines.talks[0].pushed)
    assert [said["text"] for said in line.host.of("agent_heard")] == ["and on sundays"]
    assert line.wire.audio().endswith(SECOND * 3 + SPOKEN)
    assert house(line) == []


async def test_an_engine_that_leaves_words_unanswered_that_came_while_it_was_heard_out_is_given_up():
    line = await guarded(NEVER, "first", "second")
    await does(line, AgentAudio(audio=SECOND), HeardSpeech())
    talks_for(line, 0.6)
    await does(line, HeardPause(pause_ms=500), CallerSaid(text="and on sundays"), AgentSaid(text="At nine."))
    await line.settle(ANSWER_WITHIN + 1.1)
    assert HOLD_ON in house(line)
    assert len(line.engines.talks) == 2


async def test_noise_while_an_agent_is_heard_out_is_nothing_to_wait_for():
    line = await guarded(NEVER, "first", "second")
    await does(line, AgentAudio(audio=SECOND), HeardSpeech(), HeardPause(pause_ms=500), CallerSaid(text=""))
    await does(line, AgentSaid(text="At nine."))
    await line.settle(ANSWER_WITHIN + 2)
    assert house(line) == []
    assert len(line.engines.talks) == 1


@pytest.mark.parametrize(("interruption", "cut"), [(AT_ANY_TIME, True), (AFTER_A_MOMENT, False), (NEVER, False)])
async def test_the_greeting_of_the_line_itself_is_as_the_builder_chose(interruption, cut):
    settings = {"greeting": GREETING, "interruption": interruption}
    line = await talking(walked=flow(start="helper", helper=("agent", settings)), heard=False)
    await line.settle(0.5)
    await does(line, HeardSpeech())
    assert was_cut(line) is cut


@pytest.mark.parametrize("interruption", [AFTER_A_MOMENT, NEVER])
async def test_zero_reaches_a_person_at_once_whether_or_not_speech_may_interrupt(interruption):
    line = await guarded(interruption)
    await does(line, AgentAudio(audio=SECOND * 4))
    await line.settle(0.5)
    line.press("0")
    await line.settle()
    assert line.step == "desk"
    assert was_cut(line)


@pytest.mark.parametrize("interruption", [AT_ANY_TIME, AFTER_A_MOMENT, NEVER])
async def test_any_key_stops_the_agent_and_the_caller_has_the_floor(interruption):
    line = await guarded(interruption)
    await does(line, *answer("A long story.", 8))
    await line.settle(1.0)
    line.press("5")
    assert was_cut(line)
    assert line.host.of("prompt_cut")[-1]["by"] == "key"
    assert line.engines.talks[0].interrupted_at == [1000]
    await line.settle(QUIET_AFTER + 0.1)
    assert house(line) == [STILL_THERE]


async def test_a_key_without_a_sound_of_the_agent_stops_nothing():
    line = await guarded(NEVER)
    line.press("5")
    assert not was_cut(line)


async def test_a_short_noise_in_the_first_moment_of_an_answer_does_not_cut_it():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(0.5)
    await does(line, HeardSpeech())
    talks_for(line, 0.3)
    await does(line, HeardPause(pause_ms=500))
    await line.settle(4)
    assert not was_cut(line)
    assert line.engines.talks[0].interrupted_at == []


async def test_a_noise_that_is_over_when_the_moment_is_does_not_cut_either_though_no_engine_told_its_end():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(1.0)
    await does(line, HeardSpeech())
    talks_for(line, 0.3)
    await line.settle(4)
    assert not was_cut(line)


async def test_who_goes_on_speaking_cuts_in_when_the_moment_is_over():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(1.0)
    await does(line, HeardSpeech())
    talks_for(line, 0.9)
    assert not was_cut(line)
    talks_for(line, 0.3)
    assert was_cut(line)
    assert line.engines.talks[0].interrupted_at == [pytest.approx(1000 * MOMENT, abs=40)]


async def test_who_pauses_for_breath_when_the_moment_is_over_cuts_in_with_the_next_word():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(1.0)
    await does(line, HeardSpeech())
    talks_for(line, 0.8)
    await line.settle(0.4)
    assert not was_cut(line)
    talks_for(line, 0.3)
    assert was_cut(line)


async def test_an_answer_that_waited_until_another_was_heard_out_tells_no_wait():
    line = await guarded(NEVER)
    await does(line, CallerSaid(text="when"), AgentAudio(audio=SECOND), HeardSpeech())
    await does(line, HeardPause(pause_ms=500), CallerSaid(text="and on sundays"))
    await line.settle(1.0)
    await does(line, AgentSaid(text="At nine."), *answer("Never on Sundays."))
    assert [said["latency_ms"] for said in line.host.of("agent_said")] == [None, 0, None]


async def test_after_its_first_moment_an_answer_is_cut_at_once():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(MOMENT + 0.1)
    await does(line, HeardSpeech())
    assert line.engines.talks[0].interrupted_at == [2100]


async def test_every_answer_has_a_first_moment_of_its_own():
    line = await guarded(AFTER_A_MOMENT)
    await does(line, *answer("A long story.", 6))
    await line.settle(6.1)
    await does(line, *answer("Another one.", 6))
    await line.settle(1.0)
    await does(line, HeardSpeech(), HeardPause(pause_ms=500))
    await line.settle(3)
    assert not was_cut(line)


# --- what engines leave unsaid ----------------------------------------------------------------------------------------


def says(line, seconds=0.8):
    """The caller's own voice, as frames; no engine is told of it."""
    for frame in frames_of(voice(round(seconds * 1000)) + room(800)):
        line.session.receive(AudioReceived(audio=frame))
        line.clock.pass_seconds(0.02)


async def test_an_engine_that_heard_the_caller_begin_and_then_dies_is_noticed():
    line = await talking("first", "second")
    await does(line, HeardSpeech())
    says(line)
    await line.settle(HOLD_AFTER)
    assert house(line) == [HOLD_ON]
    await line.settle(ANSWER_WITHIN)
    assert len(line.engines.talks) == 2


async def test_an_engine_that_heard_the_caller_begin_is_noticed_also_when_no_more_frames_come():
    line = await talking("first", "second")
    await does(line, HeardSpeech())
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]


async def test_a_turn_that_nobody_asked_for_and_that_stalls_is_noticed():
    line = await talking("first", "second")
    await does(line, AgentAudio(audio=SECOND))
    await line.settle(1 + HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]


async def test_silence_is_no_answer():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="hello"))
    for _ in range(6):
        await does(line, AgentAudio(audio=silence(1000)))
        await line.settle(1.0)
    assert HOLD_ON in house(line)
    assert len(line.engines.talks) == 2


async def test_words_without_sound_are_no_answer():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="hello"), AgentSaid(text="At nine."))
    await line.settle(HOLD_AFTER + 0.1)
    assert house(line) == [HOLD_ON]


async def test_nobody_waits_for_an_engine_that_is_slow_to_close():
    line = await talking("first")
    agent = line.engines.agent
    closing = asyncio.Event()

    class SlowToClose:
        name = title = "slow to close"

        @asynccontextmanager
        async def converse(self, brief):
            async with agent("first").converse(brief) as talk:
                yield talk
            await closing.wait()

    line.engines.agent = lambda name="": SlowToClose()
    await does(line, ProviderUnavailable("dropped"))
    await does(line, *answer("Goodbye.", 1), AgentEnded(outcome="could-not-help"))
    await line.settle(2.2)
    assert line.step == "message"
    closing.set()


async def test_a_lookup_that_takes_long_is_not_the_engines_fault():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="where is my order"))
    line.session.dialogue._requests.asked("c")
    line.session.dialogue.takes_time("c")
    await line.settle(ANSWER_WITHIN + 1)
    assert HOLD_ON in house(line)
    assert len(line.engines.talks) == 1


async def test_what_the_caller_adds_while_another_engine_is_reached_is_not_lost():
    line = await talking("first", "second")
    await does(line, CallerSaid(text="when do you open"))
    line.session.dialogue._unanswered._keep(b"and where")
    await does(line, ProviderRefused("gone"))
    assert bytes(line.engines.talks[1].pushed).startswith(b"and where")


OWED = Used(engine="first", model="talker", unit="audio_out", quantity=80, estimated=True)
ROW = {"engine": "first", "model": "talker", "unit": "audio_out", "quantity": 80, "estimated": True}


@pytest.mark.parametrize("how", ["given up", "hangs up", "leaves the step", "broke"])
async def test_what_an_engine_had_not_reported_is_charged_to_its_step_however_it_is_left(how):
    line = await talking("first", "second")
    await does(line, *answer("Well.", 1))
    line.engines.talks[0].debts.append(OWED)
    match how:
        case "given up":
            await does(line, HeardSpeech(), HeardPause(pause_ms=500))
            await line.settle(HOLD_AFTER + ANSWER_WITHIN)
        case "hangs up":
            await gone(line)
            await line.session.closed()
        case "leaves the step":
            line.press("0")
            await line.settle(0.1)
        case "broke":
            await does(line, ProviderUnavailable("dropped"))
    assert [(step, data) for kind, step, data in line.host.lines if kind == "used"] == [("helper", ROW)]
