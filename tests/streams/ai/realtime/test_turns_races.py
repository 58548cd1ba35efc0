"""Races of a conversation over OpenAI Realtime: what crosses on the way, in any order, many times over."""

import json

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.ai.provider import AgentAudio, AgentEnded, AgentSaid, CallerSaid, ProviderError, ToolCalled, Used
from streams.ai.realtime import frames
from streams.ai.realtime.events import receive
from streams.ai.realtime.turns import SessionOver
from tests.properties import examples
from tests.streams.ai.realtime.server import WHAT, Server, Wire

LATE = st.sampled_from([False, False, True])


class Races(RuleBasedStateMachine):
    """A server that keeps the rules, a wire on which events wait, and a call that does what it likes."""

    def __init__(self):
        super().__init__()
        self.wire, self.server = Wire(), Server()
        self.sounding = False  # sound was given out, its words were not
        self.cut = set()  # responses of which nothing more may be heard
        self.told_of = None  # the response that runs, as far as we were told
        self.sound_of = self.response_of_sound = None
        self.tools, self.answered = [], set()
        self.used = self.caller_said = self.written = 0
        self.ended = self.failed = False
        self.begin()

    def begin(self):
        self.told_of = None
        self.wire.turns.open(self.wire.now)
        self.server.tell("session.created", session={})
        self.deliver_all()

    # What happens at the server's

    @precondition(lambda self: self.server.active)
    @rule(ms=st.sampled_from([20, 200, 1000]), fresh=st.booleans(), late=LATE)
    def sound(self, ms, fresh, late):
        self.server.sound(ms, fresh)
        self.deliver_unless(late)

    @precondition(lambda self: self.server.active)
    @rule(name=st.sampled_from(["look_up", "look_up", "look_up", "wait_for_caller", "end_conversation", "win"]))
    def call_and_finish(self, name):
        self.server.call(name, {"end_conversation": '{"outcome": "person"}'}.get(name, WHAT))
        self.server.finish()
        self.deliver_unless(False)

    @precondition(lambda self: self.server.active)
    @rule(status=st.sampled_from(["completed", "completed", "completed", "failed", "incomplete"]), late=LATE)
    def finish(self, status, late):
        self.server.finish(status)
        self.deliver_unless(late)

    @precondition(lambda self: not self.server.speaking)
    @rule(late=LATE)
    def caller_begins(self, late):
        self.server.caller_begins()
        self.deliver_unless(late)

    @precondition(lambda self: self.server.speaking)
    @rule(late=LATE)
    def caller_stops(self, late):
        self.server.caller_stops()
        self.deliver_unless(late)

    @precondition(lambda self: self.server.unwritten)
    @rule()
    def write(self):
        self.server.write()
        self.written += 1

    @precondition(lambda self: self.server.events)
    @rule(count=st.integers(1, 8))
    def deliver(self, count):
        for _ in range(min(count, len(self.server.events))):
            self.deliver_one()

    # What the call does

    @rule(heard_ms=st.lists(st.sampled_from([0, 1, 150, 10**6]), min_size=1, max_size=3))
    def interrupt(self, heard_ms):
        self.wire.turns.interrupt(*heard_ms)
        if self.response_of_sound:
            self.cut.add(self.response_of_sound)
        self.go_on()
        assert not self.sounding or self.wire.turns.wake_at is not None  # its words may wait for the caller's

    @precondition(lambda self: self.tools)
    @rule(place=st.integers(0, 9))
    def answer(self, place):
        self.wire.turns.answer_tool(self.tools[place % len(self.tools)], "result", self.wire.now)
        self.go_on()

    @rule(seconds=st.sampled_from([0.1, 0.8, 0.8, 4.1]))
    def wait(self, seconds):
        self.attempt(lambda: self.wire.later(seconds))

    @rule(really=st.sampled_from([False, False, False, True]))
    def lose(self, really):
        if really:
            self.replace()

    # How it is taken

    def deliver_unless(self, late):
        if not late:
            self.deliver_all()

    def deliver_all(self):
        while self.server.events:
            self.deliver_one()

    def deliver_one(self):
        if not self.server.events:
            return
        event = self.server.events.popleft()
        if event["type"] == "response.created":
            self.told_of = event["response"]["id"]
        elif event["type"] == "response.done":
            self.told_of = None
        elif event["type"] == "response.output_audio.delta":
            self.sound_of = event["response_id"]
        self.take(event)

    def take(self, event):
        self.attempt(lambda: receive(self.wire.turns, frames.read(json.dumps(event)), self.wire.now))

    def attempt(self, act):
        try:
            act()
        except SessionOver:
            self.replace()
        except ProviderError:
            self.failed = True  # the engine gave up: the call goes another way
            self.wire, self.server = Wire(), Server()
            self.sounding = self.ended = False
            self.cut, self.sound_of, self.response_of_sound, self.tools, self.answered = set(), None, None, [], set()
            self.used = self.caller_said = self.written = 0
            return self.begin()
        self.go_on()

    def replace(self):
        """Another session; what was on its way is gone."""
        old, self.server = self.server, Server()
        self.server._count, self.server.usage = old._count + 1000, old.usage
        self.server.usage -= sum(event["type"] == "response.done" for event in old.events)
        self.written += len(old.unwritten) + len(old.events)
        self.wire.turns.lost(self.wire.now)
        self.begin()

    def go_on(self):
        """Send what is to be sent, and look at what was given out."""
        while self.wire.turns.sends:
            event = self.wire.turns.sends.popleft()
            if event["type"] == "response.create":
                assert self.told_of is None, "one response at a time"
                assert not self.wire.turns.ended
            self.server.take(event)
        while self.wire.turns.sayings:
            saying = self.wire.turns.sayings.popleft()
            if not self.ended:  # nobody listens any more
                self.look_at(saying)

    def look_at(self, saying):
        match saying:
            case AgentAudio():
                assert self.sound_of not in self.cut
                assert not self.sounding or self.sound_of == self.response_of_sound, "two turns at once"
                self.sounding, self.response_of_sound = True, self.sound_of
            case AgentSaid(text=""):
                self.sounding = False
            case AgentSaid():
                assert self.sounding
                self.sounding = False
            case AgentEnded():
                assert not self.sounding
                self.ended = True
            case ToolCalled(call_id=call_id):
                assert call_id not in self.tools
                self.tools.append(call_id)
            case CallerSaid():
                self.caller_said += 1
            case Used(estimated=False):
                self.used += 1

    @invariant()
    def use_is_never_counted_twice(self):
        assert self.used <= self.server.usage

    @invariant()
    def nothing_that_was_said_is_told_twice(self):
        assert self.caller_said <= self.written + len(self.server.unwritten)

    @invariant()
    def the_agent_always_waits_for_something(self):
        """With nobody speaking and everything delivered: a response runs, or a tool, or the caller is to speak."""
        floor = self.wire.turns._session.floor
        if not self.server.events and not self.ended and floor.wanted is not None:
            assert not floor.is_free


Races.TestCase.settings = examples(100, stateful_step_count=40)
TestRaces = pytest.mark.filterwarnings("ignore")(Races.TestCase)
