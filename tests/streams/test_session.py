import asyncio

from flows.engine import Exit, State
from flows.engine.answers import known_answers
from flows.engine.events import CallAnswered, CallResumed, TransferFinished
from flows.engine.snapshot import load_state, make_flow
from flows.engine.spoken_answers import texts_of_step
from streams import prompter
from streams.ai.provider import (
    AgentAudio,
    HeardSpeech,
    HeardUtterance,
    ProviderUnavailable,
)
from streams.brief import Brief
from streams.carriers.carrier import AudioReceived, KeyPressed, MarkReached
from streams.house_texts import HOUSE_TEXTS
from streams.limits import KEYS_PER_SECOND
from streams.log_lines import HIDDEN
from streams.session import CallSession
from tests.builders import flow_of
from tests.streams.clock import VirtualClock
from tests.streams.scripted_engines import ScriptedEngines
from tests.streams.wire import Wire, WordCodec

SECOND = b"\x20" * 8000  # loud enough to be heard


def flow(start="greeting", **steps):
    """A little line: greeting, main menu, helper, desk, goodbye; `steps` replace or add some."""
    every = {
        "greeting": ("say", {"text": "Welcome."}),
        "main": ("menu", {"prompt": "Billing is 1.", "offer_person": True}),
        "helper": ("agent", {"greeting": "How can I help?"}),
        "desk": ("transfer", {"destination": "support", "announcement": "One moment."}),
        "message": ("voicemail", {"prompt": "Leave a message."}),
        "bye": ("hang_up", {"text": "Goodbye."}),
        **steps,
    }
    exits = [
        ("greeting", "next", "main"),
        ("main", "1", "bye", "Billing", ("billing",)),
        ("main", "person", "desk"),
        ("main", "no-input", "bye"),
        ("main", "no-match", "helper"),
        ("main", "no-match-2", "helper"),
        ("helper", "person", "desk"),
        ("helper", "could-not-help", "message"),
        ("helper", "limit", "message"),
        ("helper", "failed", "message"),
        ("desk", "busy", "message"),
        ("desk", "no-answer", "main"),
        ("desk", "failed", "message"),
        ("message", "recorded", "bye"),
        ("message", "nothing-recorded", "bye"),
    ]
    rows = [
        Exit(step=row[0], outcome=row[1], goes_to=row[2], label="".join(row[3:4]), phrases=row[4] if row[4:] else ())
        for row in exits
    ]
    return make_flow(
        name="Test line",
        start=start,
        steps={key: (kind, key, settings) for key, (kind, settings) in every.items()},
        exits=rows,
        resources={"destination": {"support": "Support desk"}},
    )


class Host:
    """Owns the "socket" and the records of one session."""

    def __init__(self, wire):
        self.wire, self.lines, self.states, self.left = wire, [], [], None
        self.orders, self.asked, self.found = [], [], asyncio.Queue()
        self.texts_go_out = True

    def send(self, frame):
        self.wire.send(frame)

    def log(self, *, at, kind, step, data):
        self.lines.append((kind, step, dict(data)))

    def entered(self, state):
        self.states.append(state)

    def order(self, kind, **what):
        self.orders.append((kind, what))

    async def will_be_sent(self, name):
        return self.texts_go_out

    async def is_noted(self, step):
        return True

    async def look_up(self, lookup, fields):
        self.asked.append((lookup, dict(fields)))
        return await self.found.get()

    def leave(self, state, pending):
        self.left = (state, dict(pending))

    def kinds(self):
        return [kind for kind, _, _ in self.lines]

    def of(self, kind):
        return [data for k, _, data in self.lines if k == kind]


class Line:
    """A session with its carrier and its owner, in virtual time."""

    def __init__(self, walked=None, *, first=None, state=None, engines=None, unrendered=(), **brief):
        self.clock = VirtualClock()
        self.wire = Wire(self.clock)
        self.host = Host(self.wire)
        self.engines = engines or ScriptedEngines()
        walked = walked or flow()
        known = known_answers(walked.steps.values())
        texts = {text for step in walked.steps.values() for text in texts_of_step(step, known)} | set(HOUSE_TEXTS)
        self.session = CallSession(
            Brief(
                flow=walked,
                state=state or State(),
                first=first or CallAnswered(began=1.0, caller="+14155550142", called="+14155550199"),
                prompts={text: SECOND for text in texts if text not in unrendered},
                **brief,
            ),
            codec=WordCodec(),
            engines=self.engines,
            host=self.host,
            clock=self.clock,
        )
        self.wire.deliver = self.session.receive

    def begin(self):
        self.session.start()
        return self

    def press(self, digits):
        for digit in digits:
            self.session.receive(KeyPressed(digit=digit))

    async def settle(self, seconds=0.0):
        """Let time pass, and tasks do what they can."""
        for _ in range(10):
            await asyncio.sleep(0)
        self.clock.pass_seconds(seconds)
        for _ in range(10):
            await asyncio.sleep(0)

    @property
    def step(self):
        return self.session.state.step

    async def at_menu(self):
        self.begin()
        await self.settle(1.2)
        assert self.step == "main"
        return self

    async def with_helper(self):
        """Two utterances that fit nothing: the caller talks with the agent."""
        await self.at_menu()
        for _ in range(2):
            await self.hears(HeardSpeech(), HeardUtterance(text="something odd"))
        assert self.step == "helper"
        return self

    async def hears(self, *events):
        for event in events:
            self.engines.ears.queue.put_nowait(event)
        await self.settle()

    async def agent_does(self, *events):
        for event in events:
            self.engines.mouth.queue.put_nowait(event)
        await self.settle()


async def test_a_prompt_is_heard_before_the_flow_goes_on():
    line = Line().begin()
    await line.settle(0.5)
    assert line.step == "greeting"
    await line.settle(0.7)
    assert line.step == "main"
    assert line.host.kinds()[:4] == ["answered", "entered", "prompt_started", "prompt_heard"]


async def test_a_key_cuts_the_prompt_within_the_same_turn_of_the_loop():
    line = await Line().at_menu()
    line.press("1")
    assert line.wire.frames[-2][1] in ("clear", "play")
    assert ("clear",) in [frame[1:] for frame in line.wire.frames]
    assert line.step == "bye"
    assert line.host.of("prompt_cut")[-1]["by"] == "key"


async def test_speech_cuts_the_prompt_and_picks_an_option():
    line = await Line().at_menu()
    await line.hears(HeardSpeech())
    assert line.host.of("prompt_cut")[-1]["by"] == "speech"
    await line.hears(HeardUtterance(text="Billing, please.", confidence=0.9))
    assert line.step == "bye"


async def test_audio_nobody_listens_to_is_only_counted():
    line = Line().begin()
    line.session.receive(AudioReceived(audio=b"x" * 160))
    await line.settle()
    assert line.session.frames == 1
    assert not line.engines.ears.pushed


async def test_at_a_menu_the_callers_audio_reaches_the_transcriber():
    line = await Line().at_menu()
    line.session.receive(AudioReceived(audio=b"x" * 160))
    assert line.engines.ears.pushed == b"x" * 160
    assert "billing" in {phrase.lower() for phrase in line.engines.ears.expected[-1]}


async def test_silence_asks_again_and_then_leaves_by_no_input():
    line = await Line().at_menu()
    await line.settle(60)
    assert line.step is None or line.step == "bye"
    assert {"outcome": "no-input", "goes_to": "bye"} in line.host.of("left")


async def test_a_step_that_nobody_answers_still_hears_from_us_every_few_seconds():
    line = await Line().at_menu()
    await line.settle(30)
    spoken = [frame[0] for frame in line.wire.frames if frame[1] == "play"]
    assert max(b - a for a, b in zip(spoken, spoken[1:], strict=False)) < 8


async def test_when_the_transcriber_is_broken_the_keypad_still_works():
    line = await Line(engines=ScriptedEngines(broken=["ears"])).at_menu()
    assert line.host.of("error")
    line.press("1")
    assert line.step == "bye"


async def test_a_transcriber_that_breaks_off_does_not_end_the_call():
    line = await Line().at_menu()
    await line.hears(ProviderUnavailable("gone"))
    line.press("1")
    assert line.step == "bye"


async def test_hanging_up_waits_for_the_goodbye_and_then_hands_over():
    line = await Line().at_menu()
    line.press("1")
    await line.settle(0.5)
    assert line.host.left is None
    await line.settle(1.0)
    assert line.host.left[1]["do"] == "hangup"
    assert line.session.speaker.is_speaking is False


async def test_zero_transfers_and_the_state_survives_the_pause():
    line = await Line().at_menu()
    line.press("0")
    await line.settle(1.5)
    state, pending = line.host.left
    assert pending == {"do": "transfer", "destination": "support", "ring_seconds": pending["ring_seconds"]}
    assert ("transfer", "desk", {"destination": "support"}) in line.host.lines
    again = Line(state=load_state(state), first=TransferFinished(result="no-answer"), at=40.0).begin()
    await again.settle(0.1)
    assert again.step == "main"
    assert again.host.of("transfer_finished") == [{"result": "no-answer", "seconds": 0}]


async def test_what_the_line_waits_for_is_logged_where_somebody_looks_on():
    watched, alone = Line(is_watched=True), Line()
    for line in (watched, alone):
        await line.at_menu()
        await line.settle(1.2)
    assert watched.host.of("waits")[-1] == {"timer": "wait", "seconds": 6.0}
    assert alone.host.of("waits") == []


async def test_a_call_goes_on_in_another_flow_and_comes_back():
    walked = flow_of(pay=("go_to_flow", {"flow": "payment"}, "bye"), bye=("hang_up", "Goodbye."))
    line = Line(walked).begin()
    await line.settle(1.2)
    assert line.step == "pay/menu"
    line.press("1")
    await line.settle(1.2)
    line.press("4711")
    await line.settle(0.5)
    assert line.step == "bye"
    keys = [(step, data["digit"]) for kind, step, data in line.host.lines if kind == "key"]
    assert keys == [("pay/menu", "1"), *(("pay/card", digit) for digit in "4711")]


async def test_a_dropped_stream_begins_its_step_again():
    line = await Line().at_menu()
    again = Line(state=load_state(line.host.states[-1]), first=CallResumed(), at=9.0).begin()
    await again.settle(0.1)
    assert again.step == "main"
    assert again.host.of("prompt_started")[-1]["texts"] == ["Billing is 1."]


async def test_a_text_that_was_not_rendered_is_read_by_the_voice():
    line = Line(unrendered=["Welcome."]).begin()
    await line.settle(1.5)
    assert line.engines.read == ["Welcome."]
    assert line.step == "main"


async def test_a_caller_who_speaks_before_a_slow_voice_is_not_left_in_silence():
    class SlowVoice(ScriptedEngines):
        async def speak(self, text, *, voice="", language="en-US"):
            await ready.wait()
            yield SECOND

    ready = asyncio.Event()
    line = Line(flow(start="main"), unrendered=["Billing is 1."], engines=SlowVoice()).begin()
    await line.settle()
    await line.hears(HeardSpeech())
    ready.set()
    for _ in range(12):
        await line.settle(5)
    assert {"outcome": "no-input", "goes_to": "bye"} in line.host.of("left")


async def test_a_text_that_cannot_be_read_does_not_hold_the_caller_up():
    line = Line(unrendered=["Welcome."], engines=ScriptedEngines(broken=["voice"])).begin()
    await line.settle(1.5)
    assert line.step == "main"
    assert line.host.of("error")


async def test_a_runaway_call_ends_politely():
    line = await Line(max_seconds=3).at_menu()
    await line.settle(2)
    assert line.host.of("budget") == [{"which": "seconds"}]
    await line.settle(2)
    assert line.host.left[1]["do"] == "hangup"


async def test_a_caller_whom_the_flow_leads_in_circles_is_told_sorry_before_the_call_ends():
    circle = flow_of(
        menu=("menu", "For hours, press 1.", {"1": "round", ...: "bye"}),
        round=("opening_hours", {"hours": "office"}, "round"),
        bye=("hang_up", "Goodbye."),
    )
    line = Line(circle).begin()
    before = len(line.wire.audio())
    line.press("1")
    assert len(line.wire.audio()) > before
    assert line.host.left is None
    await line.settle(1.5)
    assert line.host.of("apology") == [{"reason": "the flow goes in circles"}]
    assert line.host.left[1] == {"do": "hangup", "reason": "the flow goes in circles"}


async def test_a_step_that_raises_is_answered_with_an_apology(monkeypatch):
    line = await Line().at_menu()
    kind = type(line.session.flow.steps["main"])
    monkeypatch.setattr(kind, "handle", lambda *_: 1 / 0)
    line.press("1")
    await line.settle(1.5)
    assert line.host.of("apology")
    assert line.host.left[1]["do"] == "hangup"


async def test_a_flood_of_keys_is_not_acted_on():
    line = Line(flow(start="main")).begin()
    line.press("5" * 100)
    assert len(line.host.of("key")) <= KEYS_PER_SECOND


async def test_keys_typed_ahead_are_hidden_in_the_log():
    line = Line(flow(greeting=("say", {"text": "Welcome.", "barge_in": False}))).begin()
    line.press("1")
    assert line.host.of("key") == [{"digit": HIDDEN}]
    await line.settle(1.2)
    assert line.step == "bye"


async def test_what_must_not_be_kept_is_nowhere():
    secret = ("collect_digits", {"prompt": "Your PIN?", "do_not_keep": True, "fewest": 4, "most": 4})
    line = Line(flow(start="pin", pin=secret)).begin()
    line.press("7391")
    await line.settle(1)
    everything = repr(line.host.lines) + repr(line.host.states) + repr(line.host.left)
    assert "7391" not in everything
    assert "'7'" not in everything


async def test_after_the_end_no_task_timer_or_engine_remains():
    before = asyncio.all_tasks()
    line = await Line().with_helper()
    await line.agent_does(AgentAudio(audio=SECOND * 4))
    line.session.close()
    await line.session.closed()
    assert asyncio.all_tasks() == before
    assert line.clock.waiting == 0
    assert line.engines.open == 0


async def test_nothing_happens_after_the_end():
    line = await Line().at_menu()
    line.session.close()
    sent = len(line.wire.frames)
    line.press("1")
    line.session.receive(MarkReached(name="said-1"))
    await line.settle(30)
    assert len(line.wire.frames) == sent


async def test_ears_that_break_leave_the_keypad():
    line = await Line().at_menu()
    await line.hears(KeyError("a mistake of the adapter"))
    line.press("1")
    assert line.step == "bye"
    assert "speech is not understood" in line.host.of("error")[0]["what"]


async def test_a_voice_that_hangs_does_not_keep_the_caller_waiting(monkeypatch):
    monkeypatch.setattr(prompter, "READ_WITHIN", 0.01)
    engines = ScriptedEngines()

    async def hangs(text, **_):
        await asyncio.sleep(60)
        yield b""

    engines.speak = hangs
    line = Line(engines=engines, unrendered=("Welcome.",)).begin()
    await asyncio.sleep(0.05)
    await line.settle(1.2)
    assert line.step == "main"
    assert line.wire.audio()


async def test_what_reading_a_text_live_used_is_kept():
    line = Line(unrendered=("Welcome.",)).begin()
    await line.settle()
    assert line.engines.read == ["Welcome."]
    assert line.host.of("used") == [{"engine": "scripted", "model": "voice", "unit": "characters", "quantity": 8}]
